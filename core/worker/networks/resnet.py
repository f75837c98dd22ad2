"""ResNet-18 and ResNet-50 (He et al. 2015), with a stem for small images where images are small."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ...records.plan import SMALL_IMAGE, Plan
from .network import Network, image_shape


class ResidualBlock(nn.Module):
    """A residual block (He et al. 2015): basic with two 3x3 convolutions, or bottleneck with 1x1, 3x3 and 1x1.

    The last convolution of a bottleneck has 4 * `width` filters.
    """

    def __init__(self, inputs: int, width: int, stride: int, bottleneck: bool) -> None:
        super().__init__()
        outputs = width * 4 if bottleneck else width
        if bottleneck:
            # The stride is in the 3x3 convolution, as in "ResNet v1.5" and in published throughputs.
            shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        else:
            shapes = [(inputs, width, 3, stride), (width, width, 3, 1)]
        layers: list[nn.Module] = []
        for a, b, kernel, step in shapes:
            layers += [nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
        self.body = nn.Sequential(*layers[:-1])
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.skip = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.skip(x))


def resnet(blocks: tuple[int, ...], bottleneck: bool) -> Callable[[Plan], nn.Module]:
    """A function that builds the ResNet with so many residual blocks in each of its four stages."""

    def build(plan: Plan) -> nn.Module:
        small = plan.image_size <= SMALL_IMAGE
        stem = (
            nn.Conv2d(plan.channels, 64, 3, 1, 1, bias=False)
            if small
            else nn.Conv2d(plan.channels, 64, 7, 2, 3, bias=False)
        )
        layers: list[nn.Module] = [stem, nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
        if not small:
            layers.append(nn.MaxPool2d(3, 2, 1))
        channels = 64
        for stage, count in enumerate(blocks):
            width = 64 * 2**stage
            for i in range(count):
                layers.append(ResidualBlock(channels, width, 2 if stage and i == 0 else 1, bottleneck))
                channels = width * 4 if bottleneck else width
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, plan.classes))

    return build


RESNET18 = Network(resnet((2, 2, 2, 2), bottleneck=False), image_shape)
"""11,689,512 parameters at 1,000 classes and three channels."""
RESNET50 = Network(resnet((3, 4, 6, 3), bottleneck=True), image_shape)
"""25,557,032 parameters at 1,000 classes and three channels."""
