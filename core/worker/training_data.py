"""Training data: the Fashion-MNIST subset that ships with the program, or random tensors of a plan's shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..records.plan import Plan
from .networks import random_inputs

SYNTHETIC_BATCHES = 4
"""Batches of random values, made once and used in turn: making them must not be part of a measured step."""


@dataclass(frozen=True)
class Dataset:
    """Images (N, C, H, W) float32 and labels (N,) int64 for training and testing. Random data has no test set."""

    images: Tensor
    labels: Tensor
    test_images: Tensor | None = None
    test_labels: Tensor | None = None

    @property
    def endless(self) -> bool:
        """Whether the data is random, so that there are no epochs."""
        return self.test_images is None


def load_dataset(plan: Plan, device: torch.device, synthetic_batches: int = SYNTHETIC_BATCHES) -> Dataset:
    """The data of a plan, on its device and in its memory layout before training begins.

    The time of preparing data is measured by the experiment "stages".
    """
    dataset = _fashion_mnist() if plan.data == "fashion-mnist" else _synthetic(plan, synthetic_batches)
    images, labels = to_device(plan, dataset.images, device), dataset.labels.to(device)
    if dataset.test_images is None or dataset.test_labels is None:
        return Dataset(images, labels)
    return Dataset(images, labels, to_device(plan, dataset.test_images, device), dataset.test_labels.to(device))


def to_device(plan: Plan, tensor: Tensor, device: torch.device) -> Tensor:
    """A copy of the tensor in the device's memory; images are in the plan's memory layout."""
    tensor = tensor.to(device)
    image = plan.channels_last and tensor.ndim == 4
    return tensor.contiguous(memory_format=torch.channels_last) if image else tensor


def normalise(raw: Tensor) -> Tensor:
    """Grey values (N, H, W) uint8 as (N, 1, H, W) float32, with mean 0 and standard deviation 1 over Fashion-MNIST."""
    return raw.unsqueeze(1).float().div(255).sub(0.2860).div(0.3530)


def raw_images() -> Tensor:
    """The training images of the data set: (10000, 28, 28) uint8."""
    return torch.from_numpy(_archive()["train"])


def batches(dataset: Dataset, batch: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches without end: shuffled anew in each epoch, without its last incomplete batch; random data in turn."""
    count = len(dataset.images)
    generator = torch.Generator().manual_seed(seed)
    while True:
        if dataset.endless:
            for start in range(0, count, batch):
                yield dataset.images[start : start + batch], dataset.labels[start : start + batch]
        else:
            order = torch.randperm(count, generator=generator).to(dataset.images.device)
            for start in range(0, count - batch + 1, batch):
                chosen = order[start : start + batch]
                yield dataset.images[chosen], dataset.labels[chosen]


def _archive() -> dict[str, np.ndarray[Any, Any]]:
    with as_file(files("rigdyno.resources") / "data" / "fashion_mnist.npz") as path, np.load(path) as archive:
        return {name: archive[name] for name in archive.files}


def _fashion_mnist() -> Dataset:
    parts = _archive()

    def labels(name: str) -> Tensor:
        return torch.from_numpy(parts[name].astype(np.int64))

    images, tests = (normalise(torch.from_numpy(parts[name])) for name in ("train", "test"))
    return Dataset(images, labels("train_labels"), tests, labels("test_labels"))


def _synthetic(plan: Plan, synthetic_batches: int) -> Dataset:
    generator = torch.Generator().manual_seed(plan.seed)
    count = plan.batch * synthetic_batches
    inputs = random_inputs(plan, count, generator)
    return Dataset(inputs, torch.randint(plan.classes, (count,), generator=generator))
