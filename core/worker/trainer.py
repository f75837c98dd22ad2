"""One network in training: the step that is measured, and the accuracy that it buys."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..records.plan import Plan
from .devices import Device
from .networks import network, parameters
from .training_data import SYNTHETIC_BATCHES, batches, load

EVALUATION_BATCH = 500


class Trainer:
    """Network, optimiser and data of one plan on one device, seeded; `step` is the whole of a training step."""

    def __init__(
        self, plan: Plan, device: Device, synthetic_batches: int = SYNTHETIC_BATCHES, search: bool = True
    ) -> None:
        torch.manual_seed(plan.seed)
        torch.set_num_threads(plan.threads)
        device.set_precision(plan.precision)
        torch.backends.cudnn.benchmark = search  # shapes are fixed; the search for kernels falls into the warm-up
        self.plan, self.device = plan, device
        self.network = network(plan).to(device.torch)
        if plan.channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.data = load(plan, device.torch, synthetic_batches)
        self._batches = batches(self.data, plan.batch, plan.seed)
        self.optimizer = optimizer(plan, self.network)
        self._scaler = torch.amp.GradScaler(device.torch.type) if plan.precision == "fp16" else None
        self._loss = nn.CrossEntropyLoss()
        self.parameters = parameters(self.network)
        self.network.train()

    def step(self, batch: int | None = None) -> Callable[[], float]:
        """Enqueue forward, backward and update of one batch (or its first `batch` samples).

        The answer reads the loss, and only that waits.
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
        """Share of the test images (0-1) told apart rightly, and how many there are; (0, 0) without a test set."""
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


def optimizer(plan: Plan, network: nn.Module) -> torch.optim.Optimizer:
    """The plan's rule of updating, for the weights of `network`."""
    if plan.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), lr=plan.learning_rate, momentum=0.9)
    kind = torch.optim.AdamW if plan.optimizer == "adamw" else torch.optim.Adam
    return kind(network.parameters(), lr=plan.learning_rate)
