"""Rotary position embeddings over several axes (Su et al. 2021, arXiv:2104.09864), as FLUX has them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

Rotation = tuple[Tensor, Tensor]
"""Cosines and sines (tokens x width of a head), in float32."""


def image_positions(side: int, axes: int, device: torch.device) -> Tensor:
    """Row and column of each token of a square image, on the second and third of so many axes (side^2 x axes)."""
    places = torch.arange(side, device=device)
    zeros = torch.zeros_like(places).repeat_interleave(side)
    others = (zeros,) * (axes - 3)
    return torch.stack((zeros, places.repeat_interleave(side), places.repeat(side), *others), dim=-1)


def rotation(positions: Tensor, widths: Sequence[int], theta: float) -> Rotation:
    """The rotation of each token: `widths` numbers of a head belong to each axis of `positions` (tokens x axes)."""
    parts = []
    for axis, width in enumerate(widths):
        exponents = torch.arange(0, width, 2, device=positions.device, dtype=torch.float32) / width
        parts.append(positions[:, axis, None].float() * theta**-exponents)
    angles = torch.cat(parts, dim=-1).repeat_interleave(2, dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, by: Rotation) -> Tensor:
    """Queries or keys (batch x heads x tokens x width), with each pair of neighbouring numbers turned; in float32."""
    real, imaginary = x.unflatten(-1, (-1, 2)).unbind(-1)
    turned = torch.stack((-imaginary, real), dim=-1).flatten(-2)
    return (x.float() * by[0] + turned.float() * by[1]).to(x.dtype)
