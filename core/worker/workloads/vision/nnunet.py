"""nnU-Net's network (Isensee et al. 2021) for images and volumes, as it configures itself for brain tumours (BraTS)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import nn

from ....records.workload import Workload
from .unet import Rise, UNet, segmentation

WIDTHS = (32, 64, 128, 256, 320, 320)
CHANNELS, CLASSES = 4, 4
SIZE_2D, SIZE_3D = 192, 128
"""Side of the images and volumes, a multiple of 32. BraTS has images of 192 x 160 pixels."""

_LAYERS: dict[int, tuple[Callable[..., nn.Module], Callable[..., nn.Module], Callable[..., nn.Module]]] = {
    2: (nn.Conv2d, nn.InstanceNorm2d, nn.ConvTranspose2d),
    3: (nn.Conv3d, nn.InstanceNorm3d, nn.ConvTranspose3d),
}


def nnunet(dimensions: int) -> Callable[[Workload], nn.Module]:
    """A function that builds the network for images (2) or volumes (3), with a head at each size (deep supervision):
    10,713,396 and 31,199,796 parameters, as in the package dynamic-network-architectures.
    """
    convolution, norm, larger = _LAYERS[dimensions]

    def double(inputs: int, outputs: int, stride: int = 1) -> nn.Module:
        layers: list[nn.Module] = []
        for width, step in ((inputs, stride), (outputs, 1)):
            layers += [convolution(width, outputs, 3, step, 1), norm(outputs, affine=True), nn.LeakyReLU(inplace=True)]
        return nn.Sequential(*layers)

    def build(workload: Workload) -> nn.Module:
        down = [double(CHANNELS, WIDTHS[0])]
        up: list[Rise] = []
        for narrow, wide in pairwise(WIDTHS):
            down.append(double(narrow, wide, stride=2))
            up.insert(0, Rise(larger(wide, narrow, 2, 2), double(2 * narrow, narrow)))
        return UNet(down, up, [convolution(width, workload.classes or CLASSES, 1) for width in WIDTHS[:-1]])

    return build


NNUNET_2D = segmentation(nnunet(2), 2, CHANNELS, SIZE_2D, CLASSES)
NNUNET_3D = segmentation(nnunet(3), 3, CHANNELS, SIZE_3D, CLASSES)
