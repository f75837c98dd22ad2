"""Every network that the program trains, defined once in plain torch: the small CNN and the real architectures."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from ...records.plan import SMALL_IMAGE, Plan

TABLE_COLUMNS = 50
SEQUENCE, VOCABULARY = 512, 30_522

Shape = tuple[int, ...]


def small_cnn(plan: Plan) -> nn.Module:
    """`depth` blocks of convolution 3x3, batch norm, ReLU and pooling; filters double; a linear classifier."""
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


def mlp(plan: Plan) -> nn.Module:
    """Two hidden layers of 256 on a table row."""
    return nn.Sequential(
        nn.Linear(TABLE_COLUMNS, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, plan.classes)
    )


class Residual(nn.Module):
    """A residual block (He et al. 2015): basic (3x3, 3x3), or bottleneck (1x1, 3x3, 1x1 times four)."""

    def __init__(self, inputs: int, width: int, stride: int, bottleneck: bool) -> None:
        super().__init__()
        outputs = width * 4 if bottleneck else width
        if bottleneck:
            # The stride is on the 3x3, as in "ResNet v1.5", which published throughputs use.
            shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        else:
            shapes = [(inputs, width, 3, stride), (width, width, 3, 1)]
        layers: list[nn.Module] = []
        for a, b, kernel, step in shapes:
            layers += [nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
        self.body = nn.Sequential(*layers[:-1])
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.skip = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.skip(x))


def resnet(blocks: tuple[int, ...], bottleneck: bool) -> Callable[[Plan], nn.Module]:
    """ResNet-18 is (2, 2, 2, 2) basic, ResNet-50 (3, 4, 6, 3) bottleneck: 11,689,512 and 25,557,032 parameters at 1,000 classes."""  # noqa: E501

    def build(plan: Plan) -> nn.Module:
        small = plan.image_size <= SMALL_IMAGE
        stem = (
            nn.Conv2d(plan.channels, 64, 3, 1, 1, bias=False)
            if small
            else nn.Conv2d(plan.channels, 64, 7, 2, 3, bias=False)
        )
        layers: list[nn.Module] = [stem, nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
        if not small:
            layers.append(nn.MaxPool2d(3, 2, 1))
        channels = 64
        for stage, count in enumerate(blocks):
            width = 64 * 2**stage
            for i in range(count):
                layers.append(Residual(channels, width, 2 if stage and i == 0 else 1, bottleneck))
                channels = width * 4 if bottleneck else width
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, plan.classes))

    return build


def vgg16(plan: Plan) -> nn.Module:
    """Thirteen convolutions 3x3 and three linear layers (Simonyan & Zisserman 2014, configuration D): 138,357,544."""
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


class Transformer(nn.Module):
    """An encoder of BERT-large's size (Devlin et al. 2018): 335,141,888 parameters and a classifier."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        size = 1024
        self.words, self.places = nn.Embedding(VOCABULARY, size), nn.Embedding(SEQUENCE, size)
        self.kinds = nn.Embedding(2, size)
        self.norm = nn.LayerNorm(size)
        layer = nn.TransformerEncoderLayer(size, 16, 4096, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 24, enable_nested_tensor=False)
        self.pooler = nn.Linear(size, size)
        self.classifier = nn.Linear(size, plan.classes)

    def forward(self, tokens: Tensor) -> Tensor:
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.norm(self.words(tokens) + self.places(places) + self.kinds(torch.zeros_like(tokens)))
        return torch.as_tensor(self.classifier(torch.tanh(self.pooler(self.encoder(x)[:, 0]))))


@dataclass(frozen=True)
class Network:
    """How to build a network, and the shape of one of its inputs (without the batch)."""

    build: Callable[[Plan], nn.Module]
    shape: Callable[[Plan], Shape]
    tokens: bool = False


def _image(plan: Plan) -> Shape:
    return (plan.channels, plan.image_size, plan.image_size)


NETWORKS: dict[str, Network] = {
    "small-cnn": Network(small_cnn, _image),
    "mlp": Network(mlp, lambda _: (TABLE_COLUMNS,)),
    "resnet18": Network(resnet((2, 2, 2, 2), bottleneck=False), _image),
    "resnet50": Network(resnet((3, 4, 6, 3), bottleneck=True), _image),
    "vgg16": Network(vgg16, _image),
    "transformer": Network(Transformer, lambda _: (SEQUENCE,), tokens=True),
}


class ModelError(ValueError):
    """A user's network that cannot be had; the message says why."""


def find(name: str) -> Network:
    """A network by its name, or a user's: "package.module:function", looked for in the current folder too.

    The function takes no argument and returns an `nn.Module` for images of the plan's shape. Raises ModelError.
    """
    if name in NETWORKS:
        return NETWORKS[name]
    place, _, function = name.partition(":")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        factory = getattr(importlib.import_module(place), function)
    except Exception as error:  # whatever the user's module does while it is imported
        raise ModelError(f"{name}: {type(error).__name__}: {error}") from error
    return Network(partial(_made, name, factory), _image)


def _made(name: str, factory: Callable[[], object], _plan: Plan) -> nn.Module:
    try:
        made = factory()
    except Exception as error:
        raise ModelError(f"{name}(): {type(error).__name__}: {error}") from error
    if not isinstance(made, nn.Module):
        raise ModelError(f"{name}() returned {type(made).__name__}; a torch.nn.Module is needed")
    return made


def network(plan: Plan) -> nn.Module:
    """The plan's network with fresh weights, on torch's default device. Raises ModelError."""
    return find(plan.model).build(plan)


def example(plan: Plan, count: int, generator: torch.Generator | None = None) -> Tensor:
    """`count` random inputs of the plan's shape: tokens (int64), or values with mean 0 and deviation 1 (float32)."""
    kind = find(plan.model)
    shape = (count, *kind.shape(plan))
    if kind.tokens:
        return torch.randint(VOCABULARY, shape, generator=generator)
    return torch.randn(shape, generator=generator)


def parameters(network: nn.Module) -> int:
    """The number of trainable values."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
