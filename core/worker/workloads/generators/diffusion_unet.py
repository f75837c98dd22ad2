"""The UNets of Stable Diffusion 1.5 (Rombach et al. 2021, arXiv:2112.10752) and SDXL (Podell et al. 2023,
arXiv:2307.01952).

Text encoder and image encoder are not part of it: trainers of adapters run them once over the data before the training,
and keep what comes out. So the batch has latents and text states, both random here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint
from .conditioning import VectorEmbedding, sinusoids
from .spatial_transformer import NORM_GROUPS, SpatialTransformer

LATENT_CHANNELS, PIXELS_PER_LATENT = 4, 8
"""The image encoder makes 4 numbers of each square of 8 x 8 pixels."""
TEXT_TOKENS = 77
NOISE_STEPS = 1000
POOLED_TEXT, SIZES, SIZE_WIDTH = 1280, 6, 256
"""SDXL is told a vector of the whole text, and six sizes (original, crop and target), each as 256 sines and cosines."""


@dataclass(frozen=True)
class UNetShape:
    """`widths`, `layers` and `heads`, one of each for a level: features, blocks of each transformer (0: it has none),
    and attention heads. The middle is like the last level, with `middle` transformer blocks.
    """

    widths: tuple[int, ...]
    layers: tuple[int, ...]
    heads: tuple[int, ...]
    middle: int
    text_width: int
    linear: bool
    """Whether transformers begin and end with linear layers, not 1x1 convolutions."""
    added: bool
    """Whether a pooled text and sizes are added to the time embedding."""
    resnets: int = 2
    """Residual blocks of a level on the way down; on the way up there is one more."""


SD15 = UNetShape((320, 640, 1280, 1280), (1, 1, 1, 0), (8, 8, 8, 8), 1, 768, linear=False, added=False)
"""859,520,964 parameters."""
SDXL = UNetShape((320, 640, 1280), (0, 2, 10), (5, 10, 20), 10, 2048, linear=True, added=True)
"""2,567,463,684 parameters."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, each after group norm and SiLU, with the time embedding added between them."""

    def __init__(self, inputs: int, outputs: int, time_width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(NORM_GROUPS, width) for width in (inputs, outputs))
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(time_width, outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        inside = self.first(functional.silu(self.norms[0](x))) + self.time(functional.silu(time))[:, :, None, None]
        return torch.as_tensor(self.skip(x) + self.second(functional.silu(self.norms[1](inside))))


class Level(nn.Module):
    """The residual blocks of one size of the feature maps, and the transformers between them; `inputs`: the features
    that each residual block takes.
    """

    def __init__(self, shape: UNetShape, inputs: list[int], level: int, layers: int) -> None:
        super().__init__()
        width, heads = shape.widths[level], shape.heads[level]
        self.resnets = nn.ModuleList(ResidualBlock(i, width, 4 * shape.widths[0]) for i in inputs)
        self.transformers = nn.ModuleList(
            SpatialTransformer(width, shape.text_width, heads, layers, shape.linear) for _ in inputs if layers
        )

    def forward(self, x: Tensor, time: Tensor, text: Tensor, kept: list[Tensor] | None = None) -> list[Tensor]:
        """What each residual block makes, with the transformer after it where there is one.

        On the way up each takes the last of `kept` besides, and only what the last one makes is given back.
        """
        made = []
        for index, resnet in enumerate(self.resnets):
            x = resnet(x if kept is None else torch.cat((x, kept.pop()), dim=1), time)
            if index < len(self.transformers):
                x = self.transformers[index](x, text)
            if kept is None:
                made.append(x)
        return made or [x]


class DiffusionUNet(nn.Module):
    """Predicts the noise in latents (n x 4 x height x width) from the time step (n) and a text (n x 77 x width)."""

    def __init__(self, shape: UNetShape) -> None:
        super().__init__()
        widths, last = shape.widths, len(shape.widths) - 1
        self.width = widths[0]
        self.time = VectorEmbedding(widths[0], 4 * widths[0])
        if shape.added:
            self.added = VectorEmbedding(POOLED_TEXT + SIZES * SIZE_WIDTH, 4 * widths[0])
        self.enter = nn.Conv2d(LATENT_CHANNELS, widths[0], 3, padding=1)
        kept = [widths[0]]  # features of what the way down leaves for the way up
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink = nn.ModuleList(nn.Conv2d(w, w, 3, stride=2, padding=1) for w in widths[:-1])
        for level, width in enumerate(widths):
            inputs = [kept[-1], *[width] * (shape.resnets - 1)]
            self.down.append(Level(shape, inputs, level, shape.layers[level]))
            kept += [width] * (shape.resnets + (level < last))
        # A residual block, a transformer, and a second residual block; the transformer after that one is left out.
        self.middle = Level(shape, [widths[-1]] * 2, last, shape.middle)
        del self.middle.transformers[1]
        self.grow = nn.ModuleList(nn.Conv2d(w, w, 3, padding=1) for w in reversed(widths[1:]))
        features = widths[-1]
        for level in range(last, -1, -1):
            inputs = []
            for _ in range(shape.resnets + 1):
                inputs.append(features + kept.pop())
                features = widths[level]
            self.up.append(Level(shape, inputs, level, shape.layers[level]))
        self.norm = nn.GroupNorm(NORM_GROUPS, widths[0])
        self.leave = nn.Conv2d(widths[0], LATENT_CHANNELS, 3, padding=1)

    def forward(
        self, x: Tensor, step: Tensor, text: Tensor, pooled: Tensor | None = None, sizes: Tensor | None = None
    ) -> Tensor:
        time = self.time(sinusoids(step, self.width))
        if pooled is not None and sizes is not None:
            told = sinusoids(sizes.flatten(), SIZE_WIDTH).view(len(sizes), -1)
            time = time + self.added(torch.cat((pooled, told.to(pooled.dtype)), dim=-1))
        kept = [self.enter(x)]
        for number, level in enumerate(self.down):
            kept += level(kept[-1], time, text)
            if number < len(self.shrink):
                kept.append(self.shrink[number](kept[-1]))
        x = self.middle(kept[-1], time, text)[-1]
        for number, level in enumerate(self.up):
            if number:
                x = self.grow[number - 1](functional.interpolate(x, size=kept[-1].shape[-2:]))
            x = level(x, time, text, kept)[0]
        return torch.as_tensor(self.leave(functional.silu(self.norm(x))))


def unet_blueprint(shape: UNetShape) -> Blueprint:
    """How to train a UNet of this shape.

    Where transformers have several blocks, `blocks` is the number in each transformer of the last level and the middle;
    the others stay as they are.
    """
    repeated = shape.middle if shape.middle > 1 else 0

    def build(workload: Workload) -> nn.Module:
        if not (repeated and workload.blocks):
            return DiffusionUNet(shape)
        layers = (*shape.layers[:-1], workload.blocks)
        return DiffusionUNet(replace(shape, layers=layers, middle=workload.blocks))

    def batch(workload: Workload, count: int) -> Batch:
        """Noisy latents, time steps, text states, SDXL's pooled text and sizes, and the noise that is to be found."""
        side = workload.image_size // PIXELS_PER_LATENT
        latents, noise = (torch.randn(count, LATENT_CHANNELS, side, side) for _ in range(2))
        steps = torch.randint(NOISE_STEPS, (count,))
        text = torch.randn(count, TEXT_TOKENS, shape.text_width)
        if not shape.added:
            return latents, steps, text, noise
        sizes = torch.full((count, SIZES), workload.image_size)
        return latents, steps, text, torch.randn(count, POOLED_TEXT), sizes, noise

    lists = _block_lists(shape)
    last = (f"down.{len(shape.widths) - 1}.", "middle.", "up.0.")
    deep = tuple(path for path in lists if repeated and path.startswith(last) and path.endswith("blocks"))
    return Blueprint(build, batch, noise_loss, lambda _: repeated, lists, deep)


def noise_loss(_: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """The mean squared error of the predicted noise, in float32; the batch's last tensor is the noise."""
    *inputs, noise = batch
    return functional.mse_loss(network(*inputs).float(), noise.float())


def _block_lists(shape: UNetShape) -> tuple[str, ...]:
    """Residual blocks and transformer blocks, as `enable_gradient_checkpointing` of diffusers takes them."""
    levels = len(shape.widths)
    down = (_lists_of(f"down.{i}", shape.resnets, shape.layers[i]) for i in range(levels))
    up = (_lists_of(f"up.{i}", shape.resnets + 1, shape.layers[levels - 1 - i]) for i in range(levels))
    return tuple(chain(*down, _lists_of("middle", 1, shape.middle), *up))


def _lists_of(level: str, transformers: int, layers: int) -> list[str]:
    return [f"{level}.resnets", *(f"{level}.transformers.{i}.blocks" for i in range(transformers) if layers)]


SD15_UNET = unet_blueprint(SD15)
SDXL_UNET = unet_blueprint(SDXL)
