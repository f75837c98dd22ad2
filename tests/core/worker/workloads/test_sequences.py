"""Time series and policies: counts of parameters as published, shapes, and the losses by hand."""

from __future__ import annotations

import math

import pytest
import torch
from rigdyno.core.records.workload import Workload
from rigdyno.core.worker.memory_savers.low_rank_adapters import add_adapters
from rigdyno.core.worker.workloads.sequences import SEQUENCES
from rigdyno.core.worker.workloads.sequences.policy import ATARI, CARTPOLE, ppo_loss

LENGTHS = {"lstm": 168, "series-transformer": 336, "ppo-mlp": 0, "ppo-atari": 0}


def workload(name: str) -> Workload:
    return Workload(name, sequence=LENGTHS[name])


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("lstm", 4 * 128 * (24 + 128 + 2) + 4 * 128 * (128 + 128 + 2) + 128 * 24 + 24),  # as torch.nn.LSTM documents
        ("series-transformer", 921_184),  # yuqinie98/PatchTST with the arguments of scripts/PatchTST/weather.sh
        ("ppo-mlp", 2 * (4 * 64 + 64 + 64 * 64 + 64) + 64 * 2 + 2 + 64 + 1),  # Stable-Baselines3 2's MlpPolicy
        ("ppo-atari", 1_684_128 + 512 * 4 + 4 + 512 + 1),  # its NatureCNN, and the two heads of CnnPolicy
    ],
)
def test_published_parameter_counts(name, parameters):
    with torch.device("meta"):
        network = SEQUENCES[name].build(workload(name))
    assert sum(p.numel() for p in network.parameters()) == parameters


@pytest.mark.parametrize("device", ["meta", "cpu"])
@pytest.mark.parametrize("name", SEQUENCES)
def test_a_step_reaches_every_weight(name, device):
    blueprint = SEQUENCES[name]
    with torch.device(device):
        network, batch = blueprint.build(workload(name)), blueprint.batch(workload(name), 5)
    assert {len(part) for part in batch} == {5}
    loss = blueprint.loss(workload(name), network, batch)
    assert loss.shape == ()
    loss.backward()
    assert all(p.grad is not None for p in network.parameters())
    assert device == "meta" or loss.isfinite()


@pytest.mark.parametrize("name", SEQUENCES)
def test_it_learns(name):
    torch.manual_seed(0)
    blueprint = SEQUENCES[name]
    network, batch = blueprint.build(workload(name)), blueprint.batch(workload(name), 4)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        loss = blueprint.loss(workload(name), network, batch)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_the_transformer_is_one_layer_repeated():
    blueprint = SEQUENCES["series-transformer"]
    assert blueprint.blocks(workload("series-transformer")) == 3
    with torch.device("meta"):
        networks = [blueprint.build(Workload("series-transformer", sequence=336, blocks=n)) for n in (1, 2, 3)]
    sizes = [sum(p.numel() for p in network.parameters()) for network in networks]
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0] == 132_480
    assert add_adapters(networks[0], blueprint.block_lists, 4, "attention", 0) == 3


def test_the_transformer_forecasts_on_the_scale_of_its_input():
    """Series are normalised on the way in and back on the way out."""
    network = SEQUENCES["series-transformer"].build(workload("series-transformer")).eval()
    series = torch.randn(2, 336, 21)
    with torch.no_grad():
        plain, moved = network(series), network(1000 + 10 * series)
    assert torch.allclose(1000 + 10 * plain, moved, atol=0.1)


class Fixed(torch.nn.Module):
    """A policy that says always the same."""

    def __init__(self, logits: torch.Tensor, values: torch.Tensor) -> None:
        super().__init__()
        self.logits, self.values = logits, values

    def forward(self, _: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.logits, self.values


def test_the_loss_of_ppo_by_hand():
    """Two samples: the chance of the first action has doubled, and that of the second halved."""
    logits = torch.tensor([[math.log(0.8), math.log(0.2)]] * 2)
    old = torch.tensor([math.log(0.4), math.log(0.4)])
    batch = (torch.zeros(2), torch.tensor([0, 1]), old, torch.tensor([1.0, -1.0]), torch.tensor([3.0, 0.0]))
    values = torch.tensor([1.0, 0.0])
    # Advantages become +-1/sqrt(2); both ratios, 2 and 0.5, are cut to 1.2 and 0.8 (0.8 is the worse for a loss)
    normed = 1 / math.sqrt(2)
    surrogate = (1.2 * normed - 0.8 * normed) / 2
    told = ppo_loss(CARTPOLE, Fixed(logits, values), batch)
    assert told.item() == pytest.approx(0.5 * 4 / 2 - surrogate, rel=1e-5)
    entropy = -(0.8 * math.log(0.8) + 0.2 * math.log(0.2))
    surrogate = (1.1 * normed - 0.9 * normed) / 2
    told = ppo_loss(ATARI, Fixed(logits, values), batch)
    assert told.item() == pytest.approx(1 - surrogate - 0.01 * entropy, rel=1e-5)


def test_frames_are_bytes():
    batch = SEQUENCES["ppo-atari"].batch(workload("ppo-atari"), 3)
    assert (batch[0].shape, batch[0].dtype) == ((3, 4, 84, 84), torch.uint8)
