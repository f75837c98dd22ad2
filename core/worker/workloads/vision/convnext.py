"""ConvNeXt-T (Liu et al. 2022)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ....records.workload import Workload
from .image_classifier import CHANNELS, StochasticDepth, classes, image_classifier

STAGES = ((96, 3), (192, 3), (384, 9), (768, 3))
"""Width and number of the blocks of each stage."""
DROP_BLOCK = 0.1
"""Stochastic depth of the last block; that of earlier blocks falls to 0 in a line."""
LAYER_SCALE = 1e-6


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of (batch, channels, height, width)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNextBlock(nn.Module):
    """7x7 depthwise convolution, layer norm, and an MLP over the channels of four times the width, all beside a skip
    connection; a learnt scale for each channel. Input and output: (batch, width, height, width of the map).
    """

    def __init__(self, width: int, drop: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.scale = nn.Parameter(torch.full((width, 1, 1), LAYER_SCALE))
        self.drop = StochasticDepth(drop)

    def forward(self, x: Tensor) -> Tensor:
        branch = self.mlp(self.norm(self.depthwise(x).permute(0, 2, 3, 1))).permute(0, 3, 1, 2)
        return torch.as_tensor(x + self.drop(self.scale * branch))


class ConvNext(nn.Module):
    """Four stages of blocks, each behind a convolution that makes the map smaller: 28,589,128 parameters at 1,000
    classes. Images: (batch, 3, size, size).
    """

    def __init__(self, outputs: int) -> None:
        super().__init__()
        total, done, channels = sum(count for _, count in STAGES), 0, CHANNELS
        self.downsamplings, self.stages = nn.ModuleList(), nn.ModuleList()
        for width, count in STAGES:
            if done:
                smaller = nn.Sequential(ChannelNorm(channels, eps=1e-6), nn.Conv2d(channels, width, 2, 2))
            else:
                smaller = nn.Sequential(nn.Conv2d(channels, width, 4, 4), ChannelNorm(width, eps=1e-6))
            drops = [DROP_BLOCK * i / (total - 1) for i in range(done, done + count)]
            self.downsamplings.append(smaller)
            self.stages.append(nn.ModuleList(ConvNextBlock(width, drop) for drop in drops))
            done, channels = done + count, width
        self.norm, self.head = nn.LayerNorm(channels, eps=1e-6), nn.Linear(channels, outputs)

    def forward(self, images: Tensor) -> Tensor:
        x = images
        for smaller, stage in zip(self.downsamplings, self.stages, strict=True):
            x = smaller(x)
            for block in stage:  # type: ignore[attr-defined]
                x = block(x)
        return torch.as_tensor(self.head(self.norm(x.mean((2, 3)))))


def convnext_tiny(workload: Workload) -> nn.Module:
    """18 blocks of four widths."""
    return ConvNext(classes(workload))


CONVNEXT_TINY = image_classifier(convnext_tiny, tuple(f"stages.{i}" for i in range(len(STAGES))))
