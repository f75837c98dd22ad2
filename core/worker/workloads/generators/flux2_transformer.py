"""The transformer of FLUX.2-klein 4B (Black Forest Labs 2026; shape as in diffusers' Flux2Transformer2DModel).

Beside FLUX.1: one modulation for all blocks, no biases, gated feed-forward parts, and no guidance. Encoders are not
part of it, as there.
"""

from __future__ import annotations

from itertools import chain
from math import isqrt

import torch
from torch import Tensor, nn
from torch.nn import functional

from .conditioning import VectorEmbedding, sinusoids
from .flux_transformer import TIME_SCALE, TIME_WIDTH, FluxShape, flux_blueprint, modulated
from .joint_attention import StreamAttention, attend
from .rotary_positions import Rotation, image_positions, rotation

THETA = 2_000.0
INSIDE = 3
"""How many times as wide a feed-forward part is inside."""
Modulation = tuple[Tensor, ...]


KLEIN_4B = FluxShape(units=5, singles=4, channels=128, text_width=7680, pooled_width=0, axes=(32, 32, 32, 32))
"""3,875,544,576 parameters: 5 blocks of two streams, 20 of one.

A token of the image is 2 x 2 latents of 32 channels; the text states are three layers of Qwen3-4B, side by side; the
axes of a position are time, row, column, and place in the text.
"""


class GatedFeedForward(nn.Module):
    """SwiGLU (Shazeer 2020, arXiv:2002.05202) with the gates before the values."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear_in = nn.Linear(width, 2 * INSIDE * width, bias=False)
        self.linear_out = nn.Linear(INSIDE * width, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(self.linear_out(gated(self.linear_in(x))))


def gated(x: Tensor) -> Tensor:
    """The second half of the features, each multiplied by the SiLU of one in the first half."""
    gates, values = x.chunk(2, dim=-1)
    return functional.silu(gates) * values


class DoubleBlock(nn.Module):
    """Image and text have weights of their own and attend to each other together."""

    def __init__(self, shape: FluxShape) -> None:
        super().__init__()
        width, heads = shape.width, shape.heads
        self.image = StreamAttention(width, heads, bias=False)
        self.text = StreamAttention(
            width, heads, names=("add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"), bias=False
        )
        self.feed_forwards = nn.ModuleList(GatedFeedForward(width) for _ in range(2))

    def forward(
        self, image: Tensor, text: Tensor, of_image: Modulation, of_text: Modulation, by: Rotation
    ) -> tuple[Tensor, Tensor]:
        # The text stands before the image, as the positions do.
        parts = [
            self.text.parts(modulated(text, of_text[0], of_text[1])),
            self.image.parts(modulated(image, of_image[0], of_image[1])),
        ]
        q, k, v = (torch.cat(pair, dim=2) for pair in zip(*parts, strict=True))
        found = attend(q, k, v, by)
        words = text.shape[1]
        image = image + of_image[2] * self.image.out(found[:, words:])
        text = text + of_text[2] * self.text.out(found[:, :words])
        image = image + of_image[5] * self.feed_forwards[0](modulated(image, of_image[3], of_image[4]))
        text = text + of_text[5] * self.feed_forwards[1](modulated(text, of_text[3], of_text[4]))
        return image, text


class SingleBlock(nn.Module):
    """Text and image in one row of tokens; one layer makes queries, keys, values and the feed-forward part."""

    def __init__(self, shape: FluxShape) -> None:
        super().__init__()
        width = shape.width
        self.heads, self.attended = shape.heads, 3 * width
        self.to_qkv_mlp_proj = nn.Linear(width, (3 + 2 * INSIDE) * width, bias=False)
        self.norm_q, self.norm_k = (nn.RMSNorm(width // shape.heads, eps=1e-6) for _ in range(2))
        self.to_out = nn.Linear((1 + INSIDE) * width, width, bias=False)

    def forward(self, x: Tensor, told: Modulation, by: Rotation) -> Tensor:
        both = self.to_qkv_mlp_proj(modulated(x, told[0], told[1]))
        attended, wide = both.split((self.attended, both.shape[-1] - self.attended), dim=-1)
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in attended.chunk(3, dim=-1))
        found = attend(self.norm_q(q), self.norm_k(k), v, by)
        return x + told[2] * torch.as_tensor(self.to_out(torch.cat((found, gated(wide)), dim=-1)))


class Flux2Transformer(nn.Module):
    """Predicts the way from an image to noise, in tokens (n x tokens x channels), from the time (n) and text states
    (n x 512 x text width).
    """

    def __init__(self, shape: FluxShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.enter = nn.Linear(shape.channels, width, bias=False)
        self.enter_text = nn.Linear(shape.text_width, width, bias=False)
        self.time = VectorEmbedding(TIME_WIDTH, width, bias=False)
        self.of_image, self.of_text = (nn.Linear(width, 6 * width, bias=False) for _ in range(2))
        self.of_singles = nn.Linear(width, 3 * width, bias=False)
        self.doubles = nn.ModuleList(DoubleBlock(shape) for _ in range(shape.units))
        self.singles = nn.ModuleList(
            nn.ModuleList(SingleBlock(shape) for _ in range(shape.units)) for _ in range(shape.singles)
        )
        self.modulation = nn.Linear(width, 2 * width, bias=False)
        self.leave = nn.Linear(width, shape.channels, bias=False)

    def forward(self, x: Tensor, time: Tensor, text: Tensor) -> Tensor:
        condition = functional.silu(self.time(sinusoids(TIME_SCALE * time, TIME_WIDTH)))[:, None]
        of_image, of_text = self.of_image(condition).chunk(6, dim=-1), self.of_text(condition).chunk(6, dim=-1)
        of_singles = self.of_singles(condition).chunk(3, dim=-1)
        by = rotation(self._positions(x, text), self.shape.axes, THETA)
        image, text = self.enter(x), self.enter_text(text)
        for block in self.doubles:
            image, text = block(image, text, of_image, of_text, by)
        both = torch.cat((text, image), dim=1)
        for block in chain.from_iterable(row.children() for row in self.singles):
            both = block(both, of_singles, by)
        scale, shift = self.modulation(condition).chunk(2, dim=-1)
        return torch.as_tensor(self.leave(modulated(both[:, text.shape[1] :], shift, scale)))

    def _positions(self, x: Tensor, text: Tensor) -> Tensor:
        """Of the words on the last axis, of the image on the second and third."""
        axes = len(self.shape.axes)
        words = functional.pad(torch.arange(text.shape[1], device=x.device)[:, None], (axes - 1, 0))
        return torch.cat((words, image_positions(isqrt(x.shape[1]), axes, x.device)))


FLUX2_KLEIN = flux_blueprint(KLEIN_4B, Flux2Transformer)
