"""The small convolutional network that a check trains."""

from __future__ import annotations

from torch import nn

from ...records.plan import Plan
from .network import Network, image_shape


def small_cnn(plan: Plan) -> nn.Module:
    """`depth` blocks of 3x3 convolution, batch norm, ReLU and 2x2 pooling, then a linear classifier.

    The first block has `width` filters, each further one twice as many.
    """
    layers: list[nn.Module] = []
    channels, width, side = plan.channels, plan.width, plan.image_size
    for _ in range(plan.depth):
        layers += [
            nn.Conv2d(channels, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        ]
        channels, width, side = width, width * 2, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, plan.classes))


SMALL_CNN = Network(small_cnn, image_shape)
