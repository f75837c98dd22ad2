"""The transformer of FLUX.1-dev (Black Forest Labs 2024; shape as in its `config.json` and in diffusers).

Its text encoders and its image encoder are not part of it: trainers of adapters run them once over the data before the
training, and keep what comes out. So the batch has latents and text states, both random here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
from math import isqrt

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint
from .conditioning import VectorEmbedding, sinusoids
from .joint_attention import StreamAttention, attend
from .rotary_positions import Rotation, image_positions, rotation

PIXELS_PER_TOKEN = 16
"""Side of the square of an image that one token stands for: 2 x 2 latents of 8 x 8 pixels."""
TIME_WIDTH, TIME_SCALE = 256, 1000
"""Sines and cosines of the time of the noise, which goes from 0 to 1."""
THETA = 10_000.0


@dataclass(frozen=True)
class FluxShape:
    """A unit is one block with two streams (image and text) and `singles` blocks with one. Those are held in as many
    lists with one of each unit: a network of fewer units has shorter lists.
    """

    width: int = 3072
    heads: int = 24
    units: int = 19
    singles: int = 2
    channels: int = 64
    """Numbers of a token of the image: 2 x 2 latents of 16 channels."""
    text_width: int = 4096
    text_tokens: int = 512
    """Tokens of the text where a workload has no `sequence`."""
    pooled_width: int = 768
    """Of the pooled text; 0 for a network that takes neither it nor guidance."""
    axes: tuple[int, ...] = (16, 56, 56)
    """Numbers of a head that are turned by each axis of the position."""


FLUX1_DEV = FluxShape()
"""11,901,408,320 parameters: 19 blocks of two streams, 38 of one."""


class DoubleBlock(nn.Module):
    """Image and text have weights of their own and attend to each other together."""

    def __init__(self, shape: FluxShape) -> None:
        super().__init__()
        width = shape.width
        self.modulations = nn.ModuleList(nn.Linear(width, 6 * width) for _ in range(2))
        self.image = StreamAttention(width, shape.heads)
        self.text = StreamAttention(width, shape.heads, names=("add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"))
        self.feed_forwards = nn.ModuleList(_feed_forward(width) for _ in range(2))

    def forward(self, image: Tensor, text: Tensor, condition: Tensor, by: Rotation) -> tuple[Tensor, Tensor]:
        vector = functional.silu(condition)
        told = [modulation(vector)[:, None].chunk(6, dim=-1) for modulation in self.modulations]
        normed = [modulated(x, m[0], m[1]) for x, m in zip((image, text), told, strict=True)]
        # The text stands before the image, as the positions do.
        parts = [self.text.parts(normed[1]), self.image.parts(normed[0])]
        q, k, v = (torch.cat(pair, dim=2) for pair in zip(*parts, strict=True))
        found = attend(q, k, v, by)
        words = text.shape[1]
        image = image + told[0][2] * self.image.out(found[:, words:])
        text = text + told[1][2] * self.text.out(found[:, :words])
        image = image + told[0][5] * self.feed_forwards[0](modulated(image, told[0][3], told[0][4]))
        text = text + told[1][5] * self.feed_forwards[1](modulated(text, told[1][3], told[1][4]))
        return image, text


class SingleBlock(nn.Module):
    """Text and image in one row of tokens; attention and feed-forward part side by side."""

    def __init__(self, shape: FluxShape) -> None:
        super().__init__()
        width = shape.width
        self.modulation = nn.Linear(width, 3 * width)
        self.attention = StreamAttention(width, shape.heads, names=("to_q", "to_k", "to_v", ""))
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(5 * width, width)

    def forward(self, x: Tensor, condition: Tensor, by: Rotation) -> Tensor:
        shift, scale, gate = self.modulation(functional.silu(condition))[:, None].chunk(3, dim=-1)
        normed = modulated(x, shift, scale)
        wide = functional.gelu(self.wide(normed), approximate="tanh")
        found = attend(*self.attention.parts(normed), by)
        return torch.as_tensor(x + gate * self.narrow(torch.cat((found, wide), dim=-1)))


class FluxTransformer(nn.Module):
    """Predicts the way from an image to noise, in tokens (n x tokens x channels), from the time and the guidance (n),
    text states (n x 512 x text width) and a pooled text.
    """

    def __init__(self, shape: FluxShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.enter = nn.Linear(shape.channels, width)
        self.enter_text = nn.Linear(shape.text_width, width)
        self.time, self.guidance = (VectorEmbedding(TIME_WIDTH, width) for _ in range(2))
        self.pooled = VectorEmbedding(shape.pooled_width, width)
        self.doubles = nn.ModuleList(DoubleBlock(shape) for _ in range(shape.units))
        self.singles = nn.ModuleList(
            nn.ModuleList(SingleBlock(shape) for _ in range(shape.units)) for _ in range(shape.singles)
        )
        self.modulation = nn.Linear(width, 2 * width)
        self.leave = nn.Linear(width, shape.channels)

    def forward(self, x: Tensor, time: Tensor, guidance: Tensor, text: Tensor, pooled: Tensor) -> Tensor:
        condition = self.pooled(pooled)
        for embed, value in ((self.time, time), (self.guidance, guidance)):
            condition = condition + embed(sinusoids(TIME_SCALE * value, TIME_WIDTH))
        positions = image_positions(isqrt(x.shape[1]), len(self.shape.axes), x.device)
        none = positions.new_zeros(text.shape[1], len(self.shape.axes))  # words have no place in the image
        by = rotation(torch.cat((none, positions)), self.shape.axes, THETA)
        image, text = self.enter(x), self.enter_text(text)
        for block in self.doubles:
            image, text = block(image, text, condition, by)
        both = torch.cat((text, image), dim=1)
        for block in chain.from_iterable(row.children() for row in self.singles):
            both = block(both, condition, by)
        scale, shift = self.modulation(functional.silu(condition))[:, None].chunk(2, dim=-1)
        return torch.as_tensor(self.leave(modulated(both[:, text.shape[1] :], shift, scale)))


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Layer norm without weights of its own, then scaled and shifted by what the condition says."""
    return functional.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


def _feed_forward(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, 4 * width), nn.GELU("tanh"), nn.Linear(4 * width, width))


def flux_blueprint(shape: FluxShape, make: Callable[[FluxShape], nn.Module] = FluxTransformer) -> Blueprint:
    """How to train a transformer of this shape, which `make` makes; its repeated block is a unit."""

    lists = ("doubles", *(f"singles.{i}" for i in range(shape.singles)))

    def build(workload: Workload) -> nn.Module:
        return make(replace(shape, units=workload.blocks or shape.units))

    def batch(workload: Workload, count: int) -> Batch:
        """Noisy latents, time, guidance, text states, pooled text, and the way that is to be found. Guidance and pooled
        text are left out where the network takes none.
        """
        tokens = (workload.image_size // PIXELS_PER_TOKEN) ** 2
        latents, way = (torch.randn(count, tokens, shape.channels) for _ in range(2))
        text = torch.randn(count, workload.sequence or shape.text_tokens, shape.text_width)
        if not shape.pooled_width:
            return latents, torch.rand(count), text, way
        return latents, torch.rand(count), torch.ones(count), text, torch.randn(count, shape.pooled_width), way

    return Blueprint(build, batch, flow_loss, lambda _: shape.units, lists)


def flow_loss(_: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """Flow matching: the mean squared error of the predicted way, in float32; the batch's last tensor is the way."""
    *inputs, way = batch
    return functional.mse_loss(network(*inputs).float(), way.float())


FLUX_TRANSFORMER = flux_blueprint(FLUX1_DEV)
