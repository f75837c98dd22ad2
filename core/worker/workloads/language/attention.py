"""Attention with several heads, as BERT, Whisper and their like have it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(batch, sequence, heads * width) to (batch, heads, sequence, width), without a copy."""
    batch, sequence, _ = x.shape
    return x.view(batch, sequence, heads, -1).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """(batch, heads, sequence, width) to (batch, sequence, heads * width)."""
    batch, _, sequence, _ = x.shape
    return x.transpose(1, 2).reshape(batch, sequence, -1)


class MultiHeadAttention(nn.Module):
    """Attention of `heads` heads (Vaswani et al. 2017, arXiv:1706.03762), over itself or over another sequence."""

    def __init__(
        self, width: int, heads: int, key_bias: bool = True, causal: bool = False, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.heads, self.causal, self.dropout = heads, causal, dropout
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=key_bias)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, others: Tensor | None = None) -> Tensor:
        """`x` (batch, sequence, width) attends to `others` (batch, any length, width), or to itself."""
        seen = x if others is None else others
        q = split_heads(self.q_proj(x), self.heads)
        k, v = split_heads(self.k_proj(seen), self.heads), split_heads(self.v_proj(seen), self.heads)
        mixed = functional.scaled_dot_product_attention(
            q, k, v, dropout_p=self.dropout if self.training else 0.0, is_causal=self.causal
        )
        return torch.as_tensor(self.o_proj(merge_heads(mixed)))
