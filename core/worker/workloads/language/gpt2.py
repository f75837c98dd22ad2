"""GPT-2 (Radford et al. 2019), trained without dropout as from scratch is usual today."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint
from .attention import merge_heads, split_heads
from .embedding import Embedding
from .language_loss import LanguageModel, language_loss, random_tokens, tokens_of

VOCABULARY, POSITIONS, WIDTH, HEADS, BLOCKS = 50_257, 1_024, 768, 12, 12


class Gpt2Block(nn.Module):
    """Causal attention and a multilayer perceptron of four times the width, each behind a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.o_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up_proj, self.down_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (split_heads(part, self.heads) for part in self.qkv(self.attention_norm(x)).chunk(3, dim=-1))
        x = x + self.o_proj(merge_heads(functional.scaled_dot_product_attention(q, k, v, is_causal=True)))
        inner = functional.gelu(self.up_proj(self.mlp_norm(x)), approximate="tanh")
        return x + torch.as_tensor(self.down_proj(inner))


class Gpt2(LanguageModel):
    """The network of 124,439,808 parameters (Hugging Face's `gpt2`), whose head is the table of embeddings."""

    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.tokens, self.positions = Embedding(VOCABULARY, WIDTH), Embedding(POSITIONS, WIDTH)
        self.layers = nn.ModuleList(Gpt2Block(WIDTH, HEADS) for _ in range(blocks))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        for layer in self.layers:
            x = layer(x)
        return torch.as_tensor(self.norm(x))

    def logits(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.tokens.weight)


def _batch(workload: Workload, count: int) -> Batch:
    sequence = tokens_of(workload, POSITIONS)
    return random_tokens(VOCABULARY, count, sequence), random_tokens(VOCABULARY, count, sequence)


GPT2 = Blueprint(
    build=lambda workload: Gpt2(workload.blocks or BLOCKS),
    batch=_batch,
    loss=language_loss,
    blocks=lambda _: BLOCKS,
    block_lists=("layers",),
    unit="sequences",
)
