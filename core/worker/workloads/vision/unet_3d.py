"""The U-Net for volumes (Çiçek et al. 2016), with padded convolutions."""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from ....records.workload import Workload
from .unet import Rise, UNet, segmentation

WIDTHS = (64, 128, 256, 512)
CHANNELS, CLASSES, SIZE = 3, 3, 128
"""Of the paper's volumes, except that theirs have 132 x 132 x 116 voxels; the side must be a multiple of 8."""


def unet_3d(workload: Workload) -> nn.Module:
    """19,069,955 parameters for three classes, as the paper says: it counts one number a channel for a convolution and
    its norm together, which here is the convolution's bias, and none for those that make maps larger.
    """
    down = [_double(CHANNELS, WIDTHS[0] // 2, WIDTHS[0])]
    up: list[Rise] = []
    for narrow, wide in pairwise(WIDTHS):
        down.append(nn.Sequential(nn.MaxPool3d(2), _double(narrow, narrow, wide)))
        up.insert(0, Rise(nn.ConvTranspose3d(wide, wide, 2, 2, bias=False), _double(narrow + wide, narrow, narrow)))
    return UNet(down, up, [nn.Conv3d(WIDTHS[0], workload.classes or CLASSES, 1)])


def _double(inputs: int, between: int, outputs: int) -> nn.Module:
    layers: list[nn.Module] = []
    for a, b in ((inputs, between), (between, outputs)):
        layers += [nn.Conv3d(a, b, 3, padding=1), nn.BatchNorm3d(b, affine=False), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


UNET_3D = segmentation(unet_3d, 3, CHANNELS, SIZE, CLASSES)
