"""LoRA: frozen linear layers with a trained product of two small matrices beside each (Hu et al. 2021,
arXiv:2106.09685).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .few_bit_weights import FewBitLinear, linear_layers

ALPHA = 16.0
"""The adapter's output is multiplied by ALPHA / rank; the value changes neither time nor memory."""
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj", "query", "key", "value", "qkv", "to_q", "to_k", "to_v", "to_out")
"""Names of the linear layers of attention, for adapters on attention alone."""


class AdaptedLinear(nn.Module):
    """y = W x + (ALPHA / rank) U D x, with W frozen, D (rank x inputs) random and U (outputs x rank) zero at first."""

    def __init__(self, frozen: nn.Module, inputs: int, outputs: int, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = nn.Parameter(torch.empty(rank, inputs))
        self.up = nn.Parameter(torch.zeros(outputs, rank))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)
        self.scale = ALPHA / rank

    def forward(self, x: Tensor) -> Tensor:
        small = functional.linear(functional.linear(x, self.down), self.up)
        return torch.as_tensor(self.frozen(x)) + self.scale * small


def add_adapters(network: nn.Module, block_lists: tuple[str, ...], rank: int, layers: str, bits: int) -> int:
    """Freeze all of the network, then give the linear layers of its blocks adapters; with `bits`, their frozen weights
    are held in so many bits. `layers`: "linear" or "attention". Returns the number of layers that have adapters.

    Everything outside of the blocks, as embeddings and the head, stays frozen as it is.
    """
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    count = 0
    for path in block_lists:
        for block in network.get_submodule(path).children():
            for holder, name, layer in linear_layers(block):
                frozen: nn.Module = FewBitLinear.of(layer, bits) if bits else layer
                if layers == "linear" or name in ATTENTION:
                    frozen = AdaptedLinear(frozen, layer.in_features, layer.out_features, rank)
                    count += 1
                setattr(holder, name, frozen)
    return count
