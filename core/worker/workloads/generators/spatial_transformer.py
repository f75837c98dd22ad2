"""The transformer inside of Stable Diffusion's UNet: every place of an image attends to all others and to a text."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

NORM_GROUPS = 32


class Attention(nn.Module):
    """Attention with `heads` heads from `width` features to a context of `context` features."""

    def __init__(self, width: int, context: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context, width, bias=False)
        self.to_v = nn.Linear(context, width, bias=False)
        self.to_out = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        parts = self.to_q(x), self.to_k(context), self.to_v(context)
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        found = functional.scaled_dot_product_attention(q, k, v)
        return torch.as_tensor(self.to_out(found.transpose(1, 2).flatten(2)))


class GatedFeedForward(nn.Module):
    """GEGLU (Shazeer 2020, arXiv:2002.05202): four times as wide inside, one half gates the other."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.wide = nn.Linear(width, 8 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        values, gates = self.wide(x).chunk(2, dim=-1)
        return torch.as_tensor(self.narrow(values * functional.gelu(gates)))


class TransformerBlock(nn.Module):
    """Self attention, attention to the text, and a feed-forward part; each after its norm and added to its input."""

    def __init__(self, width: int, text_width: int, heads: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own = Attention(width, width, heads)
        self.text = Attention(width, text_width, heads)
        self.feed_forward = GatedFeedForward(width)

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        normed = self.norms[0](x)
        x = x + self.own(normed, normed)
        x = x + self.text(self.norms[1](x), text)
        return x + torch.as_tensor(self.feed_forward(self.norms[2](x)))


class SpatialTransformer(nn.Module):
    """`layers` transformer blocks over the places of a feature map (n x width x height x width), added to it.

    The projections before and after are 1x1 convolutions in Stable Diffusion 1, linear layers in SDXL.
    """

    def __init__(self, width: int, text_width: int, heads: int, layers: int, linear: bool) -> None:
        super().__init__()
        self.linear = linear
        self.norm = nn.GroupNorm(NORM_GROUPS, width, eps=1e-6)
        self.enter, self.leave = (nn.Linear(width, width) if linear else nn.Conv2d(width, width, 1) for _ in range(2))
        self.blocks = nn.ModuleList(TransformerBlock(width, text_width, heads) for _ in range(layers))

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        height = x.shape[2]
        places = self.norm(x)
        places = self.enter(_places(places)) if self.linear else _places(self.enter(places))
        for block in self.blocks:
            places = block(places, text)
        left = _image(self.leave(places), height) if self.linear else self.leave(_image(places, height))
        return x + torch.as_tensor(left)


def _places(image: Tensor) -> Tensor:
    """(n, features, height, width) -> (n, places, features)."""
    return image.flatten(2).transpose(1, 2)


def _image(places: Tensor, height: int) -> Tensor:
    """The way back."""
    return torch.as_tensor(places.transpose(1, 2).unflatten(2, (height, -1)).contiguous())
