"""VGG-16 (Simonyan and Zisserman 2014, configuration D)."""

from __future__ import annotations

from torch import nn

from ...records.plan import Plan
from .network import Network, image_shape


def vgg16(plan: Plan) -> nn.Module:
    """Thirteen 3x3 convolutions and three linear layers: 138,357,544 parameters at 1,000 classes and three channels."""
    layers: list[nn.Module] = []
    channels = plan.channels
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
        layers.append(nn.MaxPool2d(2))
    layers += [nn.AdaptiveAvgPool2d(7), nn.Flatten()]
    for inputs, outputs in ((channels * 49, 4096), (4096, 4096)):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(inplace=True), nn.Dropout()]
    return nn.Sequential(*layers, nn.Linear(4096, plan.classes))


VGG16 = Network(vgg16, image_shape)
