"""SSD300 (Liu et al. 2015), a detector, with VGG-16 as in the paper or with ResNet-50 as in NVIDIA's examples."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.plan import Plan
from ....records.workload import Workload
from ...networks.resnet import resnet
from ..blueprint import Batch, Blueprint
from .image_classifier import CHANNELS
from .ssd_loss import box_loss, random_boxes

SIZE = 300
"""Side of the images, in pixels, where the workload does not say."""
VGG_CLASSES, RESNET_CLASSES = 91, 81
"""Of COCO with the background: by its own numbers as in torchvision, or only those in use as in NVIDIA's examples."""
BOXES = (4, 6, 6, 6, 4, 4)
"""Default boxes at each place of the six maps: 8,732 in all, for images of 300 pixels."""


class SingleShotDetector(nn.Module):
    """Six maps from `first`, then each of `further` in turn; two 3x3 convolutions on each give the scores and offsets
    of its default boxes.

    `widths`: channels of the maps. `norm`: the layer on the first map before its two convolutions, if there is one.
    Returns scores (batch, boxes, classes; class 0 is the background) and offsets (batch, boxes, 4).
    """

    def __init__(
        self, first: nn.Module, further: list[nn.Module], widths: tuple[int, ...], classes: int, norm: nn.Module
    ) -> None:
        super().__init__()
        self.first, self.further, self.norm = first, nn.ModuleList(further), norm
        self.classes = classes
        sizes = list(zip(widths, BOXES, strict=True))
        self.scores = nn.ModuleList(nn.Conv2d(width, boxes * classes, 3, padding=1) for width, boxes in sizes)
        self.offsets = nn.ModuleList(nn.Conv2d(width, boxes * 4, 3, padding=1) for width, boxes in sizes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(images)
        maps = [self.norm(x)]
        for block in self.further:
            x = block(x)
            maps.append(x)
        scores = [_by_box(head(m), self.classes) for head, m in zip(self.scores, maps, strict=True)]
        offsets = [_by_box(head(m), 4) for head, m in zip(self.offsets, maps, strict=True)]
        return torch.cat(scores, 1), torch.cat(offsets, 1)


class ScaledNorm(nn.Module):
    """Each place of a map (batch, channels, height, width) to length 1, times a learnt number for each channel (Liu et
    al. 2015, ParseNet).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((channels, 1, 1), 20.0))

    def forward(self, x: Tensor) -> Tensor:
        return self.scale * functional.normalize(x)


def ssd300_vgg16(workload: Workload) -> nn.Module:
    """35,641,826 parameters for 91 classes."""
    first: list[nn.Module] = []
    channels = CHANNELS
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3)):
        if first:
            first.append(nn.MaxPool2d(2, ceil_mode=width == 512))
        for _ in range(count):
            first += _convolution(channels, width, 3, padding=1)
            channels = width
    # VGG's fifth group and its two linear layers, as convolutions with holes.
    second: list[nn.Module] = [nn.MaxPool2d(2)]
    for _ in range(3):
        second += _convolution(512, 512, 3, padding=1)
    second += [nn.MaxPool2d(3, 1, 1), *_convolution(512, 1024, 3, padding=6, dilation=6), *_convolution(1024, 1024, 1)]
    further: list[nn.Module] = [nn.Sequential(*second)]
    for inputs, narrow, outputs, halves in (
        *((1024, 256, 512, True), (512, 128, 256, True)),
        *((256, 128, 256, False), (256, 128, 256, False)),
    ):
        smaller = _convolution(narrow, outputs, 3, stride=2 if halves else 1, padding=1 if halves else 0)
        further.append(nn.Sequential(*_convolution(inputs, narrow, 1), *smaller))
    widths = (512, 1024, 512, 256, 256, 256)
    return SingleShotDetector(nn.Sequential(*first), further, widths, workload.classes or VGG_CLASSES, ScaledNorm(512))


def ssd300_resnet50(workload: Workload) -> nn.Module:
    """ResNet-50 up to the end of its third stage, whose first block keeps the size of the map: 22,894,902 parameters
    for 81 classes. Takes batches of two and more, as the last map has one place, where batch norm needs two values.
    """
    whole = resnet((3, 4, 6), bottleneck=True)(Plan(image_size=workload.image_size or SIZE, channels=CHANNELS))
    layers = list(whole.children())[:-3]
    for layer in layers[-6].modules():
        if isinstance(layer, nn.Conv2d):
            layer.stride = (1, 1)
    widths, classes = (1024, 512, 512, 256, 256, 256), workload.classes or RESNET_CLASSES
    further: list[nn.Module] = []
    for i, narrow in enumerate((256, 256, 128, 128, 128)):
        shape = {"stride": 2, "padding": 1} if i < 3 else {}
        smaller = nn.Conv2d(narrow, widths[i + 1], 3, bias=False, **shape)  # type: ignore[arg-type]
        further.append(
            nn.Sequential(
                *(nn.Conv2d(widths[i], narrow, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU(inplace=True)),
                *(smaller, nn.BatchNorm2d(widths[i + 1]), nn.ReLU(inplace=True)),
            )
        )
    return SingleShotDetector(nn.Sequential(*layers), further, widths, classes, nn.Identity())


def _convolution(inputs: int, outputs: int, kernel: int, **shape: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, kernel, **shape), nn.ReLU(inplace=True)]  # type: ignore[arg-type]


def _by_box(heads: Tensor, values: int) -> Tensor:
    """(batch, boxes x values, height, width) -> (batch, height x width x boxes, values)."""
    batch, _, height, width = heads.shape
    return heads.view(batch, -1, values, height, width).permute(0, 3, 4, 1, 2).reshape(batch, -1, values)


def default_boxes(size: int, rounds_up: bool) -> int:
    """Default boxes of an image of this side (pixels); `rounds_up`: whether odd maps are halved upwards."""
    first = -(-size // 8) if rounds_up else (size // 4 + 1) // 2
    sides = [first, (first + 1) // 2 if rounds_up else first // 2]
    for _ in range(2):
        sides.append((sides[-1] + 1) // 2)
    for _ in range(2):
        sides.append(sides[-1] - 2)
    return sum(boxes * side**2 for boxes, side in zip(BOXES, sides, strict=True))


def _blueprint(build: Callable[[Workload], nn.Module], classes: int, rounds_up: bool) -> Blueprint:
    def batch(workload: Workload, count: int) -> Batch:
        side = workload.image_size or SIZE
        targets = random_boxes(count, default_boxes(side, rounds_up), workload.classes or classes)
        return torch.randn(count, CHANNELS, side, side), *targets

    return Blueprint(build, batch, box_loss)


SSD300_VGG16 = _blueprint(ssd300_vgg16, VGG_CLASSES, rounds_up=False)
SSD300_RESNET50 = _blueprint(ssd300_resnet50, RESNET_CLASSES, rounds_up=True)
