"""The U-Net for images (Ronneberger et al. 2015) as it is trained today: padded convolutions with batch norm."""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from ....records.workload import Workload
from .unet import Rise, UNet, segmentation

WIDTHS = (64, 128, 256, 512, 1024)
CHANNELS, CLASSES, SIZE = 3, 2, 512
"""Of the images; the side in pixels must be a multiple of 16."""


def unet_2d(workload: Workload) -> nn.Module:
    """31,037,698 parameters for two classes, as in milesial/Pytorch-UNet."""
    down = [_double(CHANNELS, WIDTHS[0])]
    up: list[Rise] = []
    for narrow, wide in pairwise(WIDTHS):
        down.append(nn.Sequential(nn.MaxPool2d(2), _double(narrow, wide)))
        up.insert(0, Rise(nn.ConvTranspose2d(wide, narrow, 2, 2), _double(wide, narrow)))
    return UNet(down, up, [nn.Conv2d(WIDTHS[0], workload.classes or CLASSES, 1)])


def _double(inputs: int, outputs: int) -> nn.Module:
    layers: list[nn.Module] = []
    for width in (inputs, outputs):
        layers += [nn.Conv2d(width, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


UNET_2D = segmentation(unet_2d, 2, CHANNELS, SIZE, CLASSES)
