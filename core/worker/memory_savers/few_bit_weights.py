"""Frozen weights in 4 or 8 bits, dequantised by plain torch wherever they are used (Dettmers et al. 2023,
arXiv:2305.14314).

A fused kernel is faster: in plain torch, 4-bit layers of width 4,096 took 3 to 6 times as long as bf16 on an H200. For
the few rows of a token that a language model writes, torch has such kernels, see `fused_products`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .fused_products import MOST_ROWS, MOST_WEIGHTS, EightBitProduct, FourBitProduct, FusedProduct, fused_pays

GROUP = 64
"""Weights of 4 bits that share a scale; the paper's block size."""
SCALES_TOGETHER = 256
"""Scales that share one scale of their own, as they are held in 8 bits ("double quantisation")."""
NF4 = (
    *(-1.0, -0.6961928, -0.5250731, -0.3949175, -0.2844414, -0.1847734, -0.0910500, 0.0),
    *(0.0795803, 0.1609302, 0.2461123, 0.3379152, 0.4407098, 0.5626170, 0.7229568, 1.0),
)
"""The 16 values of "4-bit NormalFloat": quantiles of the normal distribution, from the paper's appendix E."""


class FewBitLinear(nn.Module):
    """A linear layer whose weight (outputs x inputs) is frozen in 4 bits, or in 8 bits with a scale for each row.

    It takes 0.516 bytes for each weight of 4 bits, and about 1 byte for each of 8.
    """

    packed: Tensor
    scales: Tensor
    scale_of_scales: Tensor
    pairs: Tensor

    def __init__(self, inputs: int, outputs: int, bits: int, dtype: torch.dtype, bias: nn.Parameter | None) -> None:
        super().__init__()
        self.inputs, self.outputs, self.bits, self.dtype = inputs, outputs, bits, dtype
        self.bias = bias
        self.fused: FusedProduct | None = None
        count = inputs * outputs
        if bits == 4:
            groups = -(-count // GROUP)
            self.register_buffer("packed", torch.zeros(-(-count // 2), dtype=torch.uint8))
            self.register_buffer("scales", torch.zeros(groups, dtype=torch.uint8))
            self.register_buffer("scale_of_scales", torch.zeros(-(-groups // SCALES_TOGETHER)))
            self.register_buffer("pairs", _pairs_of_levels(dtype), persistent=False)
        else:
            self.register_buffer("packed", torch.zeros(outputs, inputs, dtype=torch.int8))
            self.register_buffer("scales", torch.zeros(outputs, 1, dtype=dtype))

    @classmethod
    def of(cls, layer: nn.Linear, bits: int, device: torch.device | None = None) -> FewBitLinear:
        """A layer of the same shape, with the layer's bias and with random bits on a `device` (None: the layer's). No
        answer is read from it, so the layer may be one without values, of a network too large for the memory.
        """
        weight = layer.weight
        with device or weight.device:
            made = cls(layer.in_features, layer.out_features, bits, weight.dtype, layer.bias)
        if bits == 4:
            made.packed.random_(0, 256)
            made.scales.random_(1, 256)
            made.scale_of_scales.fill_(1e-4)
        else:
            made.packed.random_(-127, 128)
            made.scales.fill_(1e-4)
        return made

    def dequantised(self) -> Tensor:
        """The weight (outputs x inputs) in the layer's number format; made anew each time."""
        if self.bits == 8:
            return self.packed.to(self.dtype) * self.scales
        pairs = self.pairs.index_select(0, self.packed.int())  # which, unlike indexing, makes no copy in 64 bits
        values = pairs.view(self.dtype)[: self.inputs * self.outputs]
        scales = (self.scales.float() * self.scale_of_scales.repeat_interleave(SCALES_TOGETHER)[: len(self.scales)]).to(
            self.dtype
        )
        if len(scales) * GROUP == len(values):
            return values.view(-1, GROUP).mul_(scales[:, None]).view(self.outputs, self.inputs)
        return (values * scales.repeat_interleave(GROUP)[: len(values)]).view(self.outputs, self.inputs)

    def use_fused_products(self) -> None:
        """From now on, multiply few rows by a fused kernel, if the device has one that pays. It cannot be trained
        through, and of 4 bits it holds the weight a second time, in the kernel's own layout.
        """
        device = self.packed.device
        if self.dtype != torch.bfloat16 or device.type == "meta" or not fused_pays(self.bits, device):
            return
        if self.bits == 8:
            self.fused = EightBitProduct(self.packed, self.scales)
        elif self.inputs % SCALES_TOGETHER == self.outputs % GROUP == 0 and self.packed.numel() <= MOST_WEIGHTS // 2:
            self.fused = FourBitProduct(self.outputs, self.inputs, device)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.numel() // self.inputs
        if self.fused is None or rows > MOST_ROWS:
            return torch.as_tensor(_Product.apply(x, self, self.bias))
        out = self.fused(x.reshape(rows, self.inputs).to(self.dtype)).view(*x.shape[:-1], self.outputs)
        return out if self.bias is None else out + self.bias


def _pairs_of_levels(dtype: torch.dtype) -> Tensor:
    """For each byte (256) the levels of its high and of its low half, two numbers of `dtype` as one integer of twice
    their size: half as many numbers are looked up.
    """
    levels = torch.tensor(NF4, dtype=dtype)
    both = torch.stack((levels.repeat_interleave(len(NF4)), levels.repeat(len(NF4))), dim=-1)
    return both.view(torch.int32 if dtype.itemsize == 2 else torch.int64).flatten()


def linear_layers(block: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    """The linear layers of a block, each with the module that holds it and its name there; they may be replaced."""
    for path, layer in list(block.named_modules()):
        if type(layer) is nn.Linear:  # other kinds, as MultiheadAttention's own, are read from outside
            parent, _, name = path.rpartition(".")
            yield block.get_submodule(parent), name, layer


def hold_in_few_bits(network: nn.Module, block_lists: tuple[str, ...], bits: int, device: torch.device) -> None:
    """Hold the weights of the blocks' linear layers in so many bits on a device, for answers alone: few rows are
    multiplied by fused kernels. Everything outside of the blocks, as embeddings and the head, stays as it is.
    """
    for path in block_lists:
        for block in network.get_submodule(path).children():
            for holder, name, layer in linear_layers(block):
                held = FewBitLinear.of(layer, bits, device)
                held.use_fused_products()
                setattr(holder, name, held)


class _Product(torch.autograd.Function):
    """x W^T + b without keeping W for the backward pass, where it is dequantised again."""

    @staticmethod
    def forward(context: Any, x: Tensor, layer: FewBitLinear, bias: Tensor | None) -> Tensor:
        context.layer = layer
        weight = layer.dequantised()
        return functional.linear(x.to(weight.dtype), weight, bias)

    @staticmethod
    def backward(context: Any, *grads: Any) -> tuple[Tensor, None, None]:
        (out,) = grads
        return out @ context.layer.dequantised().to(out.dtype), None, None
