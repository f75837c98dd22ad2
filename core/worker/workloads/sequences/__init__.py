"""Networks for time series, and policies of reinforcement learning, by name. A new one is one file here and one line in
`SEQUENCES`.
"""

from __future__ import annotations

from ..blueprint import Blueprint
from .lstm import LSTM
from .policy import PPO_ATARI, PPO_MLP
from .time_series_transformer import SERIES_TRANSFORMER

SEQUENCES: dict[str, Blueprint] = {
    "lstm": LSTM,
    "series-transformer": SERIES_TRANSFORMER,
    "ppo-mlp": PPO_MLP,
    "ppo-atari": PPO_ATARI,
}
