"""What all U-Nets (Ronneberger et al. 2015) have in common, for images and for volumes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint


class Rise(nn.Module):
    """Makes a map larger, joins it to the one of that size on the way down, and goes through the block."""

    def __init__(self, larger: nn.Module, block: nn.Module) -> None:
        super().__init__()
        self.larger, self.block = larger, block

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return torch.as_tensor(self.block(torch.cat((skip, self.larger(x)), 1)))


class UNet(nn.Module):
    """`down`: a block for each size, each making the map smaller first, except for the first one; `up`: as many less
    one. `heads`: from the last map to the class scores; further heads stand on the maps before it (deep supervision).

    Images or volumes (batch, channels, side, ...) -> the scores (batch, classes, side, ...) of each head.
    """

    def __init__(self, down: list[nn.Module], up: list[Rise], heads: list[nn.Module]) -> None:
        super().__init__()
        self.down, self.up, self.heads = nn.ModuleList(down), nn.ModuleList(up), nn.ModuleList(heads)

    def forward(self, x: Tensor) -> list[Tensor]:
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
        skips.pop()
        maps: list[Tensor] = []
        for rise in self.up:
            x = rise(x, skips.pop())
            maps.insert(0, x)
        return [head(map_) for head, map_ in zip(self.heads, maps, strict=False)]


def pixel_loss(_workload: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """Mean cross entropy over all pixels or voxels; smaller maps of deep supervision weigh half of the next larger one,
    their labels being every second of it.
    """
    inputs, labels = batch
    scores: list[Tensor] = network(inputs)
    losses = []
    for level, score in enumerate(scores):
        step = 2**level
        every = (slice(None), *[slice(None, None, step)] * (labels.ndim - 1))
        losses.append(functional.cross_entropy(score, labels[every]) * 0.5**level)
    return torch.stack(losses).sum() / sum(0.5**level for level in range(len(scores)))


def segmentation(
    build: Callable[[Workload], nn.Module], dimensions: int, channels: int, size: int, classes: int
) -> Blueprint:
    """The blueprint of a U-Net for images (2 dimensions) or volumes (3), of so many channels. `size`, `classes`: where
    the workload does not say.
    """

    def batch(workload: Workload, count: int) -> Batch:
        shape = (workload.image_size or size,) * dimensions
        return torch.randn(count, channels, *shape), torch.randint(workload.classes or classes, (count, *shape))

    unit = "images" if dimensions == 2 else "volumes"
    return Blueprint(build, batch, pixel_loss, block_lists=("down", "up"), unit=unit)
