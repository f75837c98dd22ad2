"""A network that nobody tuned anything to, as a user would bring it: `--model tests.bench.user_model:build`."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

WIDTHS = (32, 64, 128, 256, 256)


class Separable(nn.Module):
    """A depthwise 3x3 and a pointwise convolution (Howard et al. 2017), with a shortcut where the shape allows it."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False),
            nn.BatchNorm2d(inputs),
            nn.Conv2d(inputs, outputs, 1, bias=False),
            nn.GroupNorm(8, outputs),
            nn.SiLU(),
        )
        self.keeps_shape = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x) if self.keeps_shape else self.body(x)


class AttentionPool(nn.Module):
    """One learnt question put to all places of the map; its answer is the image's vector."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.question = nn.Parameter(torch.randn(1, 1, width) / width**0.5)
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        places = x.flatten(2).transpose(1, 2)
        answer, _ = self.attention(self.question.expand(len(x), -1, -1), places, places, need_weights=False)
        return answer[:, 0]


def build(channels: int = 3, image_size: int = 64, classes: int = 10) -> nn.Module:
    """For inputs (batch, channels, image_size, image_size) of any size that can be halved four times."""
    layers: list[nn.Module] = [nn.Conv2d(channels, WIDTHS[0], 3, 2 if image_size > 32 else 1, 1)]
    for inputs, outputs in pairwise(WIDTHS):
        layers += [Separable(inputs, outputs, 2), Separable(outputs, outputs, 1)]
    return nn.Sequential(*layers, AttentionPool(WIDTHS[-1]), nn.LayerNorm(WIDTHS[-1]), nn.Linear(WIDTHS[-1], classes))
