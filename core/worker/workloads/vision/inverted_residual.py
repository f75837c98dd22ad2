"""The block of MobileNet and EfficientNet: the inverted residual (Sandler et al. 2018), with squeeze and excitation."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .image_classifier import StochasticDepth

Layer = Callable[[], nn.Module]


class SqueezeExcitation(nn.Module):
    """Scales each channel by a number between 0 and 1 that two small layers make of all channels' means (Hu et al.
    2017). Input and output: (batch, channels, height, width).
    """

    def __init__(self, channels: int, squeezed: int, activation: Layer, gate: Layer) -> None:
        super().__init__()
        self.scales = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, squeezed, 1),
            activation(),
            nn.Conv2d(squeezed, channels, 1),
            gate(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(x * self.scales(x))


def convolution(
    inputs: int,
    outputs: int,
    kernel: int,
    stride: int = 1,
    activation: Layer | None = None,
    groups: int = 1,
    norm: Callable[[int], nn.Module] = nn.BatchNorm2d,
) -> list[nn.Module]:
    """A convolution without bias that keeps the size of the map (divided by the stride), its norm and activation."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        norm(outputs),
    ]
    return [*layers, activation()] if activation else layers


class InvertedResidual(nn.Module):
    """1x1 convolution from `inputs` to `expanded` channels (none where these are equal), depthwise convolution, squeeze
    and excitation if there is one, 1x1 convolution to `outputs` channels; a skip connection where shapes allow it.
    """

    def __init__(
        self,
        inputs: int,
        expanded: int,
        outputs: int,
        kernel: int,
        stride: int,
        activation: Layer,
        excitation: Callable[[int], nn.Module] | None = None,
        norm: Callable[[int], nn.Module] = nn.BatchNorm2d,
        drop: float = 0.0,
    ) -> None:
        """`excitation` makes the layer for so many channels; `drop` is the probability of stochastic depth."""
        super().__init__()
        layers = [] if expanded == inputs else convolution(inputs, expanded, 1, 1, activation, norm=norm)
        layers += convolution(expanded, expanded, kernel, stride, activation, expanded, norm)
        if excitation:
            layers.append(excitation(expanded))
        self.body = nn.Sequential(*layers, *convolution(expanded, outputs, 1, norm=norm))
        self.skips = stride == 1 and inputs == outputs
        self.drop = StochasticDepth(drop)

    def forward(self, x: Tensor) -> Tensor:
        branch = self.body(x)
        return torch.as_tensor(x + self.drop(branch) if self.skips else branch)


class InvertedResidualNetwork(nn.Module):
    """A stem, inverted residual blocks in a list, and a head that ends in class scores."""

    def __init__(self, stem: list[nn.Module], blocks: list[nn.Module], head: list[nn.Module]) -> None:
        super().__init__()
        self.stem, self.blocks = nn.Sequential(*stem), nn.ModuleList(blocks)
        self.head = nn.Sequential(*head)

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)
        for block in self.blocks:
            x = block(x)
        return torch.as_tensor(self.head(x))
