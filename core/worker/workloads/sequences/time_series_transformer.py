"""PatchTST (Nie et al. 2022, arXiv:2211.14730): a transformer over pieces of a time series, each channel by itself."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint

CHANNELS, HORIZON = 21, 96
"""Measurements of the data set "Weather", and the points in time that are forecast."""
PATCH, STRIDE = 16, 8
WIDTH, INSIDE, HEADS, LAYERS, DROPOUT = 128, 256, 16, 3, 0.2
SMALLEST_DEVIATION = 1e-5


class EncoderLayer(nn.Module):
    """Attention and a feed-forward part, each added to its input and then batch-normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norms = nn.ModuleList(nn.BatchNorm1d(WIDTH) for _ in range(2))
        self.feed_forward = nn.Sequential(
            nn.Linear(WIDTH, INSIDE), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(INSIDE, WIDTH)
        )
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        parts = self.query(x), self.key(x), self.value(x)
        q, k, v = (part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in parts)
        found = self.out(functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        x = self._normed(0, x + self.dropout(found))
        return self._normed(1, x + self.dropout(self.feed_forward(x)))

    def _normed(self, which: int, x: Tensor) -> Tensor:
        return torch.as_tensor(self.norms[which](x.flatten(0, 1)).view_as(x))


class PatchTransformer(nn.Module):
    """PatchTST/42 of the authors' script for "Weather": 336 points in time make 42 pieces; 921,184 parameters.

    The authors' code adds each layer's attention scores to those of the next, which no fused kernel can do; here, as in
    the version of transformers (Hugging Face), it does not.
    """

    def __init__(self, sequence: int, layers: int) -> None:
        super().__init__()
        pieces = (sequence - PATCH) // STRIDE + 2  # the end is repeated for one more piece
        self.enter = nn.Linear(PATCH, WIDTH)
        self.positions = nn.Parameter(torch.empty(pieces, WIDTH).uniform_(-0.02, 0.02))
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(EncoderLayer() for _ in range(layers))
        self.head = nn.Linear(pieces * WIDTH, HORIZON)

    def forward(self, x: Tensor) -> Tensor:
        """(n x sequence x channels) -> (n x horizon x channels)."""
        mean = x.mean(1, keepdim=True).detach()
        deviation = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + SMALLEST_DEVIATION).detach()
        series = ((x - mean) / deviation).transpose(1, 2)
        pieces = functional.pad(series, (0, STRIDE), mode="replicate").unfold(-1, PATCH, STRIDE)
        hidden = self.dropout(self.enter(pieces.flatten(0, 1)) + self.positions)
        for layer in self.layers:
            hidden = layer(hidden)
        ahead = self.head(hidden.flatten(1)).unflatten(0, (len(x), -1)).transpose(1, 2)
        return torch.as_tensor(ahead * deviation + mean)


def _build(workload: Workload) -> nn.Module:
    return PatchTransformer(workload.sequence, workload.blocks or LAYERS)


def _batch(workload: Workload, count: int) -> Batch:
    """Series (n x sequence x channels), and how they go on (n x horizon x channels)."""
    return torch.randn(count, workload.sequence, CHANNELS), torch.randn(count, HORIZON, CHANNELS)


def _loss(_: Workload, network: nn.Module, batch: Batch) -> Tensor:
    series, following = batch
    return functional.mse_loss(network(series), following)


SERIES_TRANSFORMER = Blueprint(_build, _batch, _loss, lambda _: LAYERS, ("layers",), unit="sequences")
