"""Attention of FLUX: queries, keys and values of each stream, normalised for each head and turned by their place."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .rotary_positions import Rotation, rotate

NAMES = ("to_q", "to_k", "to_v", "to_out")
"""Of the layers for queries, keys, values and the output, as adapters look for them."""


class StreamAttention(nn.Module):
    """The projections of one stream of tokens, under `names`; an empty name for the output: it has none."""

    def __init__(self, width: int, heads: int, names: tuple[str, ...] = NAMES, bias: bool = True) -> None:
        super().__init__()
        self.heads, self.names = heads, names
        for name in names:
            if name:
                self.add_module(name, nn.Linear(width, width, bias=bias))
        self.norm_q, self.norm_k = (nn.RMSNorm(width // heads, eps=1e-6) for _ in range(2))

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (n x heads x tokens x width of a head) of tokens (n x tokens x width)."""
        q, k, v = (
            self.get_submodule(name)(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for name in self.names[:3]
        )
        return self.norm_q(q), self.norm_k(k), v

    def out(self, found: Tensor) -> Tensor:
        """The output's projection."""
        return torch.as_tensor(self.get_submodule(self.names[3])(found))


def attend(q: Tensor, k: Tensor, v: Tensor, by: Rotation) -> Tensor:
    """What all tokens find (n x tokens x width)."""
    found = functional.scaled_dot_product_attention(rotate(q, by), rotate(k, by), v)
    return found.transpose(1, 2).flatten(2)
