"""One network in training: the training step that is measured, and the test accuracy."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..records.plan import Plan
from .devices import Device
from .networks import build_network, parameter_count
from .training_data import SYNTHETIC_BATCHES, batches, load_dataset

EVALUATION_BATCH = 500
"""Images of one forward pass when accuracy is tested."""


class Trainer:
    """Network, optimiser and data of one plan on one device, all seeded by the plan.

    `synthetic_batches`: how many batches of random data are made. `search`: cuDNN times its kernels and takes the
    fastest.
    """

    def __init__(
        self, plan: Plan, device: Device, synthetic_batches: int = SYNTHETIC_BATCHES, search: bool = True
    ) -> None:
        torch.manual_seed(plan.seed)
        torch.backends.cudnn.benchmark = search  # it happens once for each shape, so in the warm-up
        self.plan, self.device = plan, device
        self.take_turn()
        self.network = build_network(plan).to(device.torch)
        if plan.channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.data = load_dataset(plan, device.torch, synthetic_batches)
        self._batches = batches(self.data, plan.batch, plan.seed)
        self.optimizer = make_optimizer(plan, self.network)
        self._scaler = torch.amp.GradScaler(device.torch.type) if plan.precision == "fp16" else None
        self._loss = nn.CrossEntropyLoss()
        self.parameters = parameter_count(self.network)
        self.network.train()

    def take_turn(self) -> None:
        """Set what all trainers of a process share, threads and the precision of fp32, to this one's plan."""
        torch.set_num_threads(self.plan.threads)
        self.device.set_precision(self.plan.precision)

    def step(self, batch: int | None = None) -> Callable[[], float]:
        """Enqueue forward pass, backward pass and update for one batch, or for its first `batch` samples.

        Returns a function that reads the loss, which waits until the step is done.
        """
        inputs, labels = next(self._batches)
        if batch:
            inputs, labels = inputs[:batch], labels[:batch]
        self.optimizer.zero_grad(set_to_none=True)
        with self.device.autocast(self.plan.precision):
            loss: Tensor = self._loss(self.network(inputs), labels)
        if self._scaler:
            self._scaler.scale(loss).backward()
            self._scaler.step(self.optimizer)
            self._scaler.update()
        else:
            loss.backward()
            self.optimizer.step()
        return lambda: float(loss.item())

    def accuracy(self) -> tuple[float, int]:
        """(test accuracy from 0 to 1, number of test images); (0, 0) without a test set."""
        if self.data.test_images is None or self.data.test_labels is None:
            return 0.0, 0
        self.network.eval()
        right = 0
        with torch.inference_mode(), self.device.autocast(self.plan.precision):
            pairs = zip(
                torch.split(self.data.test_images, EVALUATION_BATCH),
                torch.split(self.data.test_labels, EVALUATION_BATCH),
                strict=True,
            )
            for images, labels in pairs:
                right += int((self.network(images).argmax(1) == labels).sum().item())
        self.network.train()
        return right / len(self.data.test_labels), len(self.data.test_labels)


def make_optimizer(plan: Plan, network: nn.Module) -> torch.optim.Optimizer:
    """The plan's optimiser, for the weights of `network`."""
    if plan.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), lr=plan.learning_rate, momentum=0.9)
    kind = torch.optim.AdamW if plan.optimizer == "adamw" else torch.optim.Adam
    return kind(network.parameters(), lr=plan.learning_rate)
