"""A detector of the YOLO kind: the sixth version of YOLOv5's network (Jocher et al. 2021), nano and small."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint
from .image_classifier import CHANNELS
from .inverted_residual import convolution
from .yolo_loss import ANCHORS, assigned_loss, random_assignment

SIZE, CLASSES = 640, 80
"""Of COCO, where the workload does not say."""
REPEATS = (1, 2, 3, 1)
"""Bottlenecks in the blocks of the four backbone stages, for the depths of nano and small."""

_norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.03)
_silu = partial(nn.SiLU, inplace=True)


def _layer(inputs: int, outputs: int, kernel: int = 1, stride: int = 1) -> nn.Module:
    return nn.Sequential(*convolution(inputs, outputs, kernel, stride, _silu, norm=_norm))


class Bottleneck(nn.Module):
    """1x1 and 3x3 convolution of the same width, with or without a skip connection."""

    def __init__(self, width: int, skips: bool) -> None:
        super().__init__()
        self.body, self.skips = nn.Sequential(_layer(width, width), _layer(width, width, 3)), skips

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(x + self.body(x) if self.skips else self.body(x))


class CrossStage(nn.Module):
    """Half of the channels goes through bottlenecks, the other half around them (Wang et al. 2019, CSPNet)."""

    def __init__(self, inputs: int, outputs: int, repeats: int, skips: bool = True) -> None:
        super().__init__()
        half = outputs // 2
        self.around, self.entry = _layer(inputs, half), _layer(inputs, half)
        self.through = nn.Sequential(*(Bottleneck(half, skips) for _ in range(repeats)))
        self.join = _layer(2 * half, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(self.join(torch.cat((self.through(self.entry(x)), self.around(x)), 1)))


class PyramidPooling(nn.Module):
    """A map and its maxima over 5, 9 and 13 pixels, by pooling three times over 5."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.entry, self.join = _layer(width, width // 2), _layer(width * 2, width)

    def forward(self, x: Tensor) -> Tensor:
        maps = [self.entry(x)]
        for _ in range(3):
            maps.append(functional.max_pool2d(maps[-1], 5, 1, 2))
        return torch.as_tensor(self.join(torch.cat(maps, 1)))


class Yolo(nn.Module):
    """Backbone, a path down and up again over three maps, and a 1x1 convolution on each (Liu et al. 2018, PANet).

    `width`: channels after the first convolution. Images: (batch, 3, size, size), size a multiple of 32. Returns, for
    strides of 8, 16 and 32 pixels, raw predictions (batch, anchors x height x width, 5 + classes): x, y, width, height,
    whether there is an object, and the class.
    """

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        w = [width * 2**i for i in range(5)]
        layers: list[nn.Module] = [nn.Sequential(nn.Conv2d(CHANNELS, w[0], 6, 2, 2, bias=False), _norm(w[0]), _silu())]
        for i, repeats in enumerate(REPEATS):
            layers += [_layer(w[i], w[i + 1], 3, 2), CrossStage(w[i + 1], w[i + 1], repeats)]
        self.backbone = nn.ModuleList([*layers, PyramidPooling(w[4])])
        self.narrow = nn.ModuleList([_layer(w[4], w[3]), _layer(w[3], w[2])])
        self.rising = nn.ModuleList([CrossStage(2 * w[3], w[3], 1, False), CrossStage(2 * w[2], w[2], 1, False)])
        self.halve = nn.ModuleList([_layer(w[2], w[2], 3, 2), _layer(w[3], w[3], 3, 2)])
        self.falling = nn.ModuleList([CrossStage(2 * w[2], w[3], 1, False), CrossStage(2 * w[3], w[4], 1, False)])
        self.heads = nn.ModuleList(nn.Conv2d(i, len(ANCHORS[0]) * (5 + classes), 1) for i in w[2:])
        self.values = 5 + classes

    def forward(self, images: Tensor) -> list[Tensor]:
        x, maps = images, []
        for i, layer in enumerate(self.backbone):
            x = layer(x)
            if i in (4, 6):
                maps.append(x)
        kept = []
        for narrow, join in zip(self.narrow, self.rising, strict=True):
            kept.append(narrow(x))
            x = join(torch.cat((functional.interpolate(kept[-1], scale_factor=2.0), maps.pop()), 1))
        found = [x]
        for halve, join in zip(self.halve, self.falling, strict=True):
            found.append(join(torch.cat((halve(found[-1]), kept.pop()), 1)))
        return [self._by_anchor(head(x)) for head, x in zip(self.heads, found, strict=True)]

    def _by_anchor(self, x: Tensor) -> Tensor:
        batch, _, height, width = x.shape
        by_anchor = x.view(batch, -1, self.values, height, width).permute(0, 1, 3, 4, 2)
        return by_anchor.reshape(batch, -1, self.values)


def _batch(workload: Workload, count: int) -> Batch:
    """Images (count, 3, side, side) and what `random_assignment` draws for them."""
    side = workload.image_size or SIZE
    return torch.randn(count, CHANNELS, side, side), *random_assignment(count, side, workload.classes or CLASSES)


def _of_width(width: int) -> Blueprint:
    def build(workload: Workload) -> nn.Module:
        return Yolo(width, workload.classes or CLASSES)

    return Blueprint(build, _batch, assigned_loss, block_lists=("backbone", "rising", "falling"))


YOLOV5N = _of_width(16)
"""1,872,157 parameters for 80 classes."""
YOLOV5S = _of_width(32)
"""7,235,389 parameters for 80 classes."""
