"""The networks are the published ones: their parameters are counted, not believed; and they learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from rigdyno.core.data import load
from rigdyno.core.devices import Device
from rigdyno.core.model import Plan
from rigdyno.core.models import NETWORKS, parameters
from rigdyno.core.training import Trainer

IMAGENET = Plan(image_size=224, channels=3, classes=1000, data="synthetic")


@pytest.mark.parametrize(
    ("name", "plan", "count"),
    [
        ("resnet18", IMAGENET, 11_689_512),  # torchvision's resnet18
        ("resnet50", IMAGENET, 25_557_032),  # torchvision's resnet50
        ("resnet18", replace(IMAGENET, image_size=32, classes=10), 11_173_962),  # the usual CIFAR-10 variant
        ("transformer", replace(IMAGENET, classes=2), 335_141_888 + 2 * 1024 + 2),  # BERT-large and a classifier
    ],
)
def test_published_parameter_counts(name, plan, count):
    with torch.device("meta"):
        assert parameters(NETWORKS[name].build(replace(plan, model=name))) == count


@pytest.mark.parametrize("name", ["mlp", "resnet18", "resnet50"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_network_takes_a_step(name, precision):
    plan = Plan(
        model=name, image_size=32, channels=3, batch=4, data="synthetic", threads=1, precision=precision,
        channels_last=True, optimizer="sgd",
    )  # fmt: skip
    trainer = Trainer(plan, Device("cpu"))
    before = [p.detach().clone() for p in trainer.network.parameters()]
    loss = trainer.step()()
    assert loss == pytest.approx(np.log(10), abs=1.5), "a fresh network guesses among ten classes"
    assert any(not torch.equal(a, b) for a, b in zip(before, trainer.network.parameters(), strict=True))


def losses(plan: Plan, steps: int) -> list[float]:
    trainer = Trainer(plan, Device("cpu"))
    return [trainer.step()() for _ in range(steps)]


def test_a_seed_fixes_the_run():
    plan = Plan(threads=1, width=8)
    assert losses(plan, 5) == losses(plan, 5)
    assert losses(plan, 5) != losses(replace(plan, seed=1), 5)


@pytest.mark.parametrize(("precision", "channels_last"), [("fp32", False), ("bf16", True)])
def test_the_small_network_learns_real_images(precision, channels_last):
    trainer = Trainer(Plan(threads=1, width=8, precision=precision, channels_last=channels_last), Device("cpu"))
    guess, tested = trainer.accuracy()
    for _ in range(60):
        trainer.step()
    learnt, _ = trainer.accuracy()
    assert tested == 2000
    assert guess < 0.3
    assert learnt > 0.6


def test_the_shipped_images_are_balanced():
    dataset = load(Plan(), torch.device("cpu"))
    assert dataset.images.shape == (10_000, 1, 28, 28)
    assert dataset.test_images.shape == (2_000, 1, 28, 28)
    assert torch.bincount(dataset.labels).tolist() == [1000] * 10
    assert torch.bincount(dataset.test_labels).tolist() == [200] * 10
    assert abs(float(dataset.images.mean())) < 0.05
    assert abs(float(dataset.images.std()) - 1) < 0.05
