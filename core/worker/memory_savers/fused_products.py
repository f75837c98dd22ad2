"""torch's own kernels that multiply by weights of few bits without making them whole, for the few rows of a token."""

from __future__ import annotations

import functools
import time
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

MOST_ROWS = 32
"""With more rows, unpacking once and one product are faster: on two AMD cores a layer of 14336 x 4096 in 4 bits took
0.8 ms for 1 row and 15 ms for 32, and its unpacking 70 ms; in bf16 it took 8 and 15 ms.
"""
GROUP = 64
"""Weights of 4 bits that share a scale and a zero point."""
TILES = {"cpu": 2, "cuda": 8}
"""Inner tiles of CUDA's layout (PyTorch's gpt-fast takes 8); the processor's has none, and takes the number alone."""
MOST_WEIGHTS = 2**27
"""Of a layer: on the processor the layout is made from 4 bytes for each of them."""
ANY = 5
"""The number that all weights are: the speed does not depend on it."""
TRIED = 2_048
"""Rows and columns of the layer that is timed."""
REPEATS = 20
"""Each takes less than a millisecond; a neighbour must not hit all of them."""


class FusedProduct(Protocol):
    """Rows (any number, inputs) in bf16 times the transposed weight: (any number, outputs)."""

    def __call__(self, rows: Tensor) -> Tensor: ...


class FourBitProduct:
    """A weight (outputs x inputs) of 4-bit numbers in the layout of the device's kernel. Raises RuntimeError or
    AttributeError where this torch has none for the device or the sizes.
    """

    def __init__(self, outputs: int, inputs: int, device: torch.device) -> None:
        tiles, ops = TILES.get(device.type, 0), torch.ops.aten
        if not tiles:
            raise RuntimeError(f"no kernel for 4 bits on {device.type}")
        if device.type == "cpu":
            numbers = torch.full((outputs, inputs), ANY, dtype=torch.int32)
            self.weight = ops._convert_weight_to_int4pack_for_cpu(numbers, tiles)
            self.product = ops._weight_int4pack_mm_for_cpu
        else:
            numbers = torch.full((outputs, inputs // 2), ANY, dtype=torch.uint8, device=device)
            self.weight = ops._convert_weight_to_int4pack(numbers, tiles)
            self.product = ops._weight_int4pack_mm
        self.scales = torch.full((inputs // GROUP, outputs, 2), 1e-4, dtype=torch.bfloat16, device=device)

    def __call__(self, rows: Tensor) -> Tensor:
        return torch.as_tensor(self.product(rows, self.weight, GROUP, self.scales))


class EightBitProduct:
    """A weight (outputs x inputs) of 8-bit numbers with a scale for each row. Raises AttributeError where this torch
    has no kernel.
    """

    def __init__(self, weight: Tensor, scales: Tensor) -> None:
        self.weight, self.scales = weight, scales.flatten().to(torch.bfloat16)
        self.product = torch.ops.aten._weight_int8pack_mm

    def __call__(self, rows: Tensor) -> Tensor:
        return torch.as_tensor(self.product(rows, self.weight, self.scales))


@functools.cache
def fused_pays(bits: int, device: torch.device) -> bool:
    """Whether one row's product is faster by the fused kernel than by a weight in bf16. Where a processor lacks the
    vector instructions that the kernel is written for, it computes number by number.
    """
    try:
        if bits == 4:
            made: FusedProduct = FourBitProduct(TRIED, TRIED, device)
        else:
            numbers = torch.randint(-127, 128, (TRIED, TRIED), dtype=torch.int8, device=device)
            made = EightBitProduct(numbers, torch.ones(TRIED, device=device))
        whole = torch.full((TRIED, TRIED), 1e-2, dtype=torch.bfloat16, device=device)
        row = torch.full((1, TRIED), 1e-2, dtype=torch.bfloat16, device=device)
        return _seconds(made, row) < _seconds(lambda rows: functional.linear(rows, whole), row)
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        return False


def _seconds(product: FusedProduct, row: Tensor) -> float:
    """The fastest of some products. Reading a value of the result waits for an accelerator."""
    found = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        float(product(row)[0, 0])
        found.append(time.perf_counter() - begin)
    return min(found[1:])
