"""Policies of reinforcement learning, trained by PPO (Schulman et al. 2017, arXiv:1707.06347), in the shapes of
Stable-Baselines3 (Raffin et al. 2021): "MlpPolicy" and "CnnPolicy".

A step here is one update of the weights on a batch that is drawn from a rollout. The environment runs on the processor
between the updates and is not part of it; with simple environments it takes most of the time. A job's samples are the
steps in the environment, and its epochs the passes over each rollout, so that samples x epochs is what the updates see.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint

VALUE_SHARE = 0.5
SMALLEST_DEVIATION = 1e-8
CARTPOLE_NUMBERS, CARTPOLE_ACTIONS = 4, 2
FRAMES, FRAME_SIDE, BREAKOUT_ACTIONS = 4, 84, 4
BRIGHTEST = 255


class VectorPolicy(nn.Module):
    """Two networks of 2 x 64 tanh units, one for the actions and one for the value: 9,155 parameters for CartPole's 4
    numbers and 2 actions.
    """

    def __init__(self) -> None:
        super().__init__()
        self.actor, self.critic = (
            nn.Sequential(nn.Linear(CARTPOLE_NUMBERS, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh()) for _ in range(2)
        )
        self.actions, self.value = nn.Linear(64, CARTPOLE_ACTIONS), nn.Linear(64, 1)

    def forward(self, observations: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the actions (n x actions), and values (n)."""
        return self.actions(self.actor(observations)), self.value(self.critic(observations)).flatten()


class FramePolicy(nn.Module):
    """The convolutional network of Mnih et al. 2015 (doi:10.1038/nature14236; 1,684,128 parameters on four frames of
    84 x 84 pixels), shared by actions and value: 1,686,693 parameters for the 4 actions of Breakout.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *(nn.Conv2d(FRAMES, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU()),
            *(nn.Conv2d(64, 64, 3, 1), nn.ReLU(), nn.Flatten(), nn.Linear(64 * 7 * 7, 512), nn.ReLU()),
        )
        self.actions, self.value = nn.Linear(512, BREAKOUT_ACTIONS), nn.Linear(512, 1)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the actions (n x actions), and values (n), of frames in bytes (n x 4 x 84 x 84)."""
        features = self.features(frames.to(self.value.weight.dtype) / BRIGHTEST)
        return self.actions(features), self.value(features).flatten()


@dataclass(frozen=True)
class Clipping:
    """How far the chance of an action may change in an update, and the share of the entropy in the loss."""

    limit: float
    entropy: float


CARTPOLE, ATARI = Clipping(0.2, 0.0), Clipping(0.1, 0.01)
"""As in RL Baselines3 Zoo's `hyperparams/ppo.yml`."""


def ppo_loss(clipping: Clipping, network: nn.Module, batch: Batch) -> Tensor:
    """The clipped surrogate objective, the error of the value, and the entropy (Schulman et al., equations 7 and 9)."""
    observations, actions, old_chances, advantages, returns = batch
    logits, values = network(observations)
    chances = functional.log_softmax(logits, dim=-1)
    chosen = chances.gather(1, actions[:, None]).flatten()
    if len(advantages) > 1:
        advantages = (advantages - advantages.mean()) / (advantages.std() + SMALLEST_DEVIATION)
    ratio = torch.exp(chosen - old_chances)
    clipped = ratio.clamp(1 - clipping.limit, 1 + clipping.limit)
    surrogate = torch.minimum(ratio * advantages, clipped * advantages).mean()
    entropy = -(chances.exp() * chances).sum(-1).mean()
    return VALUE_SHARE * functional.mse_loss(values, returns) - surrogate - clipping.entropy * entropy


def _rollout(observations: Tensor, actions: int) -> Batch:
    """Random actions, logarithms of their chances, advantages and returns, each (n), beside the observations."""
    count = len(observations)
    old_chances = -torch.rand(count) - 0.1
    return observations, torch.randint(actions, (count,)), old_chances, torch.randn(count), torch.randn(count)


def _cartpole_batch(_: Workload, count: int) -> Batch:
    return _rollout(torch.randn(count, CARTPOLE_NUMBERS), CARTPOLE_ACTIONS)


def _atari_batch(_: Workload, count: int) -> Batch:
    frames = torch.randint(BRIGHTEST + 1, (count, FRAMES, FRAME_SIDE, FRAME_SIDE), dtype=torch.uint8)
    return _rollout(frames, BREAKOUT_ACTIONS)


PPO_MLP = Blueprint(
    lambda _: VectorPolicy(),
    _cartpole_batch,
    lambda _, network, batch: ppo_loss(CARTPOLE, network, batch),
    unit="steps",
)
PPO_ATARI = Blueprint(
    lambda _: FramePolicy(), _atari_batch, lambda _, network, batch: ppo_loss(ATARI, network, batch), unit="steps"
)
