"""MobileNetV2 (Sandler et al. 2018) and MobileNetV3-large (Howard et al. 2019)."""

from __future__ import annotations

from functools import partial

from torch import nn

from ....records.workload import Workload
from .image_classifier import CHANNELS, classes, image_classifier
from .inverted_residual import InvertedResidual, InvertedResidualNetwork, Layer, SqueezeExcitation, convolution

V2_STAGES = (
    # expansion, channels, blocks, stride of the first block: table 2 of the paper
    *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
    *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
)
V3_BLOCKS = (
    # kernel, expanded channels, channels, squeeze and excitation, hard swish instead of ReLU, stride: table 1
    *((3, 16, 16, False, False, 1), (3, 64, 24, False, False, 2), (3, 72, 24, False, False, 1)),
    *((5, 72, 40, True, False, 2), (5, 120, 40, True, False, 1), (5, 120, 40, True, False, 1)),
    *((3, 240, 80, False, True, 2), (3, 200, 80, False, True, 1)),
    *((3, 184, 80, False, True, 1), (3, 184, 80, False, True, 1)),
    *((3, 480, 112, True, True, 1), (3, 672, 112, True, True, 1)),
    *((5, 672, 160, True, True, 2), (5, 960, 160, True, True, 1), (5, 960, 160, True, True, 1)),
)
DROPOUT = 0.2

_relu, _relu6 = partial(nn.ReLU, inplace=True), partial(nn.ReLU6, inplace=True)
_hard_swish = partial(nn.Hardswish, inplace=True)


def mobilenet_v2(workload: Workload) -> nn.Module:
    """17 blocks: 3,504,872 parameters at 1,000 classes."""
    blocks: list[nn.Module] = []
    channels = 32
    for expansion, width, count, stride in V2_STAGES:
        for i in range(count):
            step = stride if i == 0 else 1
            blocks.append(InvertedResidual(channels, channels * expansion, width, 3, step, _relu6))
            channels = width
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(1280, classes(workload))]
    return InvertedResidualNetwork(
        convolution(CHANNELS, 32, 3, 2, _relu6), blocks, [*convolution(channels, 1280, 1, 1, _relu6), *head]
    )


def mobilenet_v3_large(workload: Workload) -> nn.Module:
    """15 blocks: 5,483,032 parameters at 1,000 classes."""
    norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
    blocks: list[nn.Module] = []
    channels = 16
    for kernel, expanded, width, squeezes, swish, stride in V3_BLOCKS:
        activation: Layer = _hard_swish if swish else _relu
        excitation = partial(_excitation, expanded // 4) if squeezes else None
        blocks.append(InvertedResidual(channels, expanded, width, kernel, stride, activation, excitation, norm))
        channels = width
    head = [
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(960, 1280), _hard_swish()),
        *(nn.Dropout(DROPOUT, inplace=True), nn.Linear(1280, classes(workload))),
    ]
    return InvertedResidualNetwork(
        convolution(CHANNELS, 16, 3, 2, _hard_swish, norm=norm),
        blocks,
        [*convolution(channels, 960, 1, 1, _hard_swish, norm=norm), *head],
    )


def _excitation(quarter: int, channels: int) -> nn.Module:
    # To the next multiple of eight, except where that would take away a tenth or more.
    squeezed = max(8, (quarter + 4) // 8 * 8)
    return SqueezeExcitation(channels, squeezed + 8 if squeezed < 0.9 * quarter else squeezed, _relu, nn.Hardsigmoid)


MOBILENET_V2 = image_classifier(mobilenet_v2, ("blocks",))
MOBILENET_V3_LARGE = image_classifier(mobilenet_v3_large, ("blocks",))
