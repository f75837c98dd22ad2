"""Twelve trainings that the catalogue does not know, as users bring them: `--model tests.bench.unknown_networks:NAME`.

Each function returns a module and one example batch, or a whole training step. Sizes are chosen so that a step takes
from some milliseconds to some seconds on two cores.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional


class MixerBlock(nn.Module):
    """A block of MLP-Mixer (Tolstikhin et al. 2021)."""

    def __init__(self, tokens: int, width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.over_tokens = nn.Sequential(nn.Linear(tokens, 2 * tokens), nn.GELU(), nn.Linear(2 * tokens, tokens))
        self.over_width = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.over_tokens(self.norms[0](x).transpose(1, 2)).transpose(1, 2)
        return x + self.over_width(self.norms[1](x))


def mixer() -> tuple[nn.Module, Tensor]:
    """Patches of 16 of images of 128."""
    patches = nn.Sequential(nn.Conv2d(3, 256, 16, 16), nn.Flatten(2))

    class Mixer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patches = patches
            self.blocks = nn.Sequential(*(MixerBlock(64, 256) for _ in range(8)))
            self.head = nn.Linear(256, 100)

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.blocks(self.patches(x).transpose(1, 2)).mean(1))

    return Mixer(), torch.randn(16, 3, 128, 128)


def conv_mixer() -> tuple[nn.Module, Tensor]:
    """ConvMixer (Trockman and Kolter 2022) on images of 224: a step takes seconds on two cores."""

    def block() -> nn.Module:
        deep = nn.Sequential(nn.Conv2d(384, 384, 9, groups=384, padding="same"), nn.GELU(), nn.BatchNorm2d(384))
        return nn.Sequential(Shortcut(deep), nn.Conv2d(384, 384, 1), nn.GELU(), nn.BatchNorm2d(384))

    stem = nn.Sequential(nn.Conv2d(3, 384, 14, 14), nn.GELU(), nn.BatchNorm2d(384))
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(384, 1000))
    return nn.Sequential(stem, *(block() for _ in range(16)), head), torch.randn(32, 3, 224, 224)


class Shortcut(nn.Module):
    """What a module adds to its input."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


class Recommender(nn.Module):
    """Embeddings of categories and their products in pairs, as DLRM has (Naumov et al. 2019)."""

    def __init__(self, categories: int = 26, entries: int = 20_000, width: int = 32) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(entries, width) for _ in range(categories))
        self.bottom = nn.Sequential(nn.Linear(13, 256), nn.ReLU(), nn.Linear(256, width), nn.ReLU())
        pairs = (categories + 1) * categories // 2
        self.top = nn.Sequential(nn.Linear(pairs + width, 512), nn.ReLU(), nn.Linear(512, 1))

    def forward(self, numbers: Tensor, categories: Tensor, clicked: Tensor) -> dict[str, Tensor]:
        dense = self.bottom(numbers)
        rows = torch.stack([dense, *(t(categories[:, i]) for i, t in enumerate(self.tables))], 1)
        upper = torch.triu_indices(rows.shape[1], rows.shape[1], 1)
        pairs = (rows @ rows.transpose(1, 2))[:, upper[0], upper[1]]
        told = self.top(torch.cat([dense, pairs], 1)).squeeze(1)
        return {"loss": functional.binary_cross_entropy_with_logits(told, clicked), "logits": told}


def recommender() -> tuple[nn.Module, dict[str, Tensor]]:
    """A dict of keywords; the module computes its loss."""
    example = {
        "numbers": torch.randn(512, 13),
        "categories": torch.randint(20_000, (512, 26)),
        "clicked": torch.randint(2, (512,)).float(),
    }
    return Recommender(), example


class GraphNetwork(nn.Module):
    """Graph convolutions (Kipf and Welling 2017) over dense adjacency matrices."""

    def __init__(self, width: int = 192) -> None:
        super().__init__()
        self.first = nn.Linear(32, width)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(5))
        self.last = nn.Linear(width, 12)

    def forward(self, nodes: Tensor, adjacency: Tensor) -> Tensor:
        x = self.first(nodes)
        weights = adjacency / adjacency.sum(-1, keepdim=True)
        for layer in self.layers:
            x = x + functional.relu(weights @ layer(x))
        return self.last(x.mean(1))


def graph_network() -> tuple[nn.Module, tuple[Tensor, Tensor]]:
    """Two arguments."""
    return GraphNetwork(), (torch.randn(32, 96, 32), torch.rand(32, 96, 96))


class CausalConvolutions(nn.Module):
    """Dilated causal convolutions with gates, as in WaveNet (van den Oord et al. 2016)."""

    def __init__(self, width: int = 48, layers: int = 10) -> None:
        super().__init__()
        self.first = nn.Conv1d(1, width, 1)
        self.layers = nn.ModuleList(nn.Conv1d(width, 2 * width, 2, dilation=2**i) for i in range(layers))
        self.last = nn.Conv1d(width, 256, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for layer in self.layers:
            values, gates = layer(functional.pad(x, (layer.dilation[0], 0))).chunk(2, 1)
            x = x + values.tanh() * gates.sigmoid()
        return self.last(x)


def causal_convolutions() -> tuple[nn.Module, Tensor]:
    """Half a second of sound at 8 kHz."""
    return CausalConvolutions(), torch.randn(4, 1, 4000)


class Translator(nn.Module):
    """Recurrent encoder and decoder with attention (Luong et al. 2015)."""

    def __init__(self, words: int = 8000, width: int = 256) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.encoder = nn.GRU(width, width, 2, batch_first=True)
        self.decoder = nn.GRU(width, width, 2, batch_first=True)
        self.mixed = nn.Linear(2 * width, width)
        self.head = nn.Linear(width, words)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        seen, state = self.encoder(self.words(source))
        out, _ = self.decoder(self.words(target[:, :-1]), state)
        context = (out @ seen.transpose(1, 2)).softmax(-1) @ seen
        told = self.head(self.mixed(torch.cat([out, context], -1)).tanh())
        return functional.cross_entropy(told.flatten(0, 1), target[:, 1:].flatten())


def translator() -> tuple[nn.Module, tuple[Tensor, Tensor]]:
    """The module returns its loss."""
    return Translator(), (torch.randint(8000, (16, 32)), torch.randint(8000, (16, 33)))


class Autoencoder(nn.Module):
    """A variational autoencoder of images (Kingma and Welling 2014)."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        sizes = (3, width, 2 * width, 4 * width)
        down = [m for a, b in itertools.pairwise(sizes) for m in (nn.Conv2d(a, b, 4, 2, 1), nn.SiLU())]
        up = [
            m
            for a, b in zip(sizes[:0:-1], sizes[-2::-1], strict=True)
            for m in (nn.ConvTranspose2d(a, b, 4, 2, 1), nn.SiLU())
        ]
        self.encoder, self.decoder = nn.Sequential(*down), nn.Sequential(*up[:-1])
        self.moments = nn.Conv2d(4 * width, 32, 1)
        self.widened = nn.Conv2d(16, 4 * width, 1)

    def forward(self, x: Tensor) -> Tensor:
        mean, log_variance = self.moments(self.encoder(x)).chunk(2, 1)
        code = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        return functional.mse_loss(self.decoder(self.widened(code)), x) + divergence


def autoencoder() -> tuple[nn.Module, Tensor]:
    """Images of 64."""
    return Autoencoder(), torch.randn(32, 3, 64, 64)


def point_network() -> tuple[nn.Module, Tensor]:
    """A shared network for each point and a maximum over them, as in PointNet (Qi et al. 2017)."""
    sizes = (3, 64, 128, 1024)
    layers = [m for a, b in itertools.pairwise(sizes) for m in (nn.Conv1d(a, b, 1), nn.BatchNorm1d(b), nn.ReLU())]
    head = (nn.Linear(1024, 256), nn.ReLU(), nn.Dropout(0.3), nn.Linear(256, 40))
    return nn.Sequential(*layers, nn.AdaptiveMaxPool1d(1), nn.Flatten(), *head), torch.randn(16, 3, 1024)


class Flow(nn.Module):
    """Affine coupling layers over tables (Dinh et al. 2017); returns the negative log-likelihood."""

    def __init__(self, columns: int = 64, layers: int = 8) -> None:
        super().__init__()
        half = columns // 2
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(half, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 2 * half))
            for _ in range(layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        volume = x.new_zeros(len(x))
        left, right = x.chunk(2, 1)
        for layer in self.layers:
            scale, shift = layer(left).chunk(2, 1)
            left, right = right * scale.tanh().exp() + shift, left
            volume = volume + scale.tanh().sum(1)
        return (0.5 * (left.square() + right.square()).sum(1) - volume).mean()


def flow() -> tuple[nn.Module, Tensor]:
    """Rows of a table."""
    return Flow(), torch.randn(1024, 64)


class RecurrentMaps(nn.Module):
    """A convolutional LSTM over the frames of a film (Shi et al. 2015)."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.width = width
        self.gates = nn.Conv2d(1 + width, 4 * width, 3, padding=1)
        self.last = nn.Conv2d(width, 1, 1)

    def forward(self, frames: Tensor) -> Tensor:
        shape = (len(frames), self.width, *frames.shape[-2:])
        hidden, cell, told = frames.new_zeros(shape), frames.new_zeros(shape), []
        for frame in frames.unbind(1):
            gate, forget, out, new = self.gates(torch.cat([frame, hidden], 1)).chunk(4, 1)
            cell = forget.sigmoid() * cell + gate.sigmoid() * new.tanh()
            hidden = out.sigmoid() * cell.tanh()
            told.append(self.last(hidden))
        return torch.stack(told, 1)


def recurrent_maps() -> tuple[nn.Module, Tensor]:
    """Ten frames of 48."""
    return RecurrentMaps(), torch.randn(4, 10, 1, 48, 48)


class LinearRecurrence(nn.Module):
    """A language model whose blocks keep a decaying sum, as linear attention does (Katharopoulos et al. 2020)."""

    def __init__(self, words: int = 4000, width: int = 128, layers: int = 6, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.words = nn.Embedding(words, width)
        self.mixers = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 3 * width)) for _ in range(layers)
        )
        self.dense = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            for _ in range(layers)
        )
        self.head = nn.Linear(width, words)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.words(tokens)
        for mixer, dense in zip(self.mixers, self.dense, strict=True):
            q, k, v = (part.unflatten(-1, (self.heads, -1)) for part in mixer(x).chunk(3, -1))
            sums = (functional.elu(k) + 1).unsqueeze(-1) * v.unsqueeze(-2) / math.sqrt(k.shape[-1])
            told = ((functional.elu(q) + 1).unsqueeze(-2) @ sums.cumsum(1)).squeeze(-2)
            x = x + told.flatten(-2)
            x = x + dense(x)
        return functional.cross_entropy(self.head(x[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten())


def linear_recurrence() -> tuple[nn.Module, Tensor]:
    """Whole numbers as the only argument."""
    return LinearRecurrence(), torch.randint(4000, (4, 128))


def physics_step() -> Callable[[], Tensor]:
    """A whole step of one's own: the heat equation by a network, with second derivatives (Raissi et al. 2019)."""
    network = nn.Sequential(nn.Linear(2, 128), nn.Tanh(), nn.Linear(128, 128), nn.Tanh(), nn.Linear(128, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def step() -> Tensor:
        places = torch.rand(2048, 2, requires_grad=True)
        (slope,) = torch.autograd.grad(network(places).sum(), places, create_graph=True)
        (bend,) = torch.autograd.grad(slope[:, 0].sum(), places, create_graph=True)
        loss = (slope[:, 1] - 0.1 * bend[:, 0]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


ALL: tuple[Callable[[], object], ...] = (
    mixer,
    conv_mixer,
    recommender,
    graph_network,
    causal_convolutions,
    translator,
    autoencoder,
    point_network,
    flow,
    recurrent_maps,
    linear_recurrence,
    physics_step,
)
