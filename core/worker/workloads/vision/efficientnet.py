"""EfficientNet-B0 (Tan and Le 2019)."""

from __future__ import annotations

from functools import partial

from torch import nn

from ....records.workload import Workload
from .image_classifier import CHANNELS, classes, image_classifier
from .inverted_residual import InvertedResidual, InvertedResidualNetwork, SqueezeExcitation, convolution

STAGES = (
    # expansion, kernel, stride of the first block, channels, blocks: table 1 of the paper
    *((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3)),
    *((6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)),
)
STEM, HEAD = 32, 1280
"""Channels before and after the stages."""
DROPOUT, DROP_BLOCK = 0.2, 0.2
"""Before the classifier, and of the last block by stochastic depth; that of earlier blocks falls to 0 in a line."""

_silu = partial(nn.SiLU, inplace=True)


def efficientnet_b0(workload: Workload) -> nn.Module:
    """16 blocks: 5,288,548 parameters at 1,000 classes."""
    blocks: list[nn.Module] = []
    channels, total = STEM, sum(stage[-1] for stage in STAGES)
    for expansion, kernel, stride, width, count in STAGES:
        for i in range(count):
            # The squeezed width is a quarter of the block's input, not of the expanded channels as in MobileNetV3.
            excitation = partial(SqueezeExcitation, squeezed=channels // 4, activation=_silu, gate=nn.Sigmoid)
            drop = DROP_BLOCK * len(blocks) / total
            step = stride if i == 0 else 1
            blocks.append(
                InvertedResidual(channels, channels * expansion, width, kernel, step, _silu, excitation, drop=drop)
            )
            channels = width
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(HEAD, classes(workload))]
    return InvertedResidualNetwork(
        convolution(CHANNELS, STEM, 3, 2, _silu), blocks, [*convolution(channels, HEAD, 1, 1, _silu), *head]
    )


EFFICIENTNET_B0 = image_classifier(efficientnet_b0, ("blocks",))
