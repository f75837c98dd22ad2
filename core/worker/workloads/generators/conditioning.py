"""What image generators know beside the image: the time of the noise, sizes and the like, as vectors."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

LONGEST_PERIOD = 10_000
"""Of the sines and cosines, in units of the number that they stand for (Vaswani et al. 2017)."""


def sinusoids(values: Tensor, width: int) -> Tensor:
    """Numbers (n) as `width` cosines and sines of each (n, width), in float32: first all cosines, as diffusion models
    have it.
    """
    steps = torch.arange(width // 2, device=values.device, dtype=torch.float32)
    angles = values.float()[:, None] * torch.exp(steps * (-math.log(LONGEST_PERIOD) / (width // 2)))
    return torch.cat((angles.cos(), angles.sin()), dim=-1)


class VectorEmbedding(nn.Module):
    """Two linear layers with a SiLU between them: (n, `inputs`) -> (n, `width`)."""

    def __init__(self, inputs: int, width: int, bias: bool = True) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, width, bias=bias)
        self.second = nn.Linear(width, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(self.second(functional.silu(self.first(x.to(self.first.weight.dtype)))))
