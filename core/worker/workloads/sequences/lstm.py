"""An LSTM (Hochreiter and Schmidhuber 1997) that forecasts time series: from a week of hours the next one."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint

CHANNELS, UNITS, LAYERS = 24, 128, 2


class Forecaster(nn.Module):
    """Two layers of 128 units on 24 channels, and a linear layer on the last state: 214,040 parameters.

    Each layer has four gates with 128 x (inputs + 128) weights and, as in cuDNN, two biases of 128.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.LSTM(CHANNELS, UNITS, LAYERS, batch_first=True)
        self.head = nn.Linear(UNITS, CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.layers(x)
        return torch.as_tensor(self.head(states[:, -1]))


def _batch(workload: Workload, count: int) -> Batch:
    """Series (n x sequence x channels), and what each channel is next."""
    return torch.randn(count, workload.sequence, CHANNELS), torch.randn(count, CHANNELS)


def _loss(_: Workload, network: nn.Module, batch: Batch) -> Tensor:
    series, following = batch
    return functional.mse_loss(network(series), following)


LSTM = Blueprint(lambda _: Forecaster(), _batch, _loss, unit="sequences")
