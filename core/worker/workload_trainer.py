"""A workload in training: its network with adapters and checkpoints, random data, and one step after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ..records.workload import Workload
from .devices import Device
from .memory_savers.block_checkpoints import checkpoint_blocks
from .memory_savers.low_rank_adapters import add_adapters
from .networks import UserNetworkError
from .quick_weights import QuickWeights
from .workloads import blueprint_of
from .workloads.blueprint import Batch, Blueprint
from .workloads.user_workload import WholeStep

LEARNING_RATE = 1e-4
MOMENTUM = 0.9
UNCOUNTABLE = (RuntimeError, NotImplementedError, TypeError, ValueError)
"""What a network raises on the meta device where it reads values, or is a whole step that cannot be taken apart."""
Autocast = Callable[[], contextlib.AbstractContextManager[Any]]
"""Makes the context of a forward pass in the workload's number format."""


class WorkloadTrainer:
    """Builds the workload on `device` and does its training steps.

    The device may be torch's "meta" device, whose tensors have no values: then a step only goes through the motions,
    with `autocast` in place of torch's, which meta tensors do not know. `blueprint`: of the network, where it is not
    found by the workload's name. Raises UserNetworkError.
    """

    def __init__(
        self,
        workload: Workload,
        device: torch.device,
        seed: int = 0,
        autocast: Autocast | None = None,
        foreach: bool | None = None,
        blueprint: Blueprint | None = None,
    ) -> None:
        torch.manual_seed(seed)
        self.workload, self.device = workload, device
        self.blueprint = blueprint or blueprint_of(workload)
        lists = self.blueprint.block_lists
        with QuickWeights(), torch.device(device), default_dtype(workload):
            self.network: nn.Module = self.blueprint.build(workload)
            if workload.lora:
                _adapt(self.network, lists, workload)
            self.batch: Batch = self.blueprint.batch(workload, workload.batch)
        if not workload.batch:
            self.workload = replace(workload, batch=len(self.batch[0]) if self.batch else 1)
        if workload.checkpoint:
            checkpoint_blocks(self.network, lists)
        if isinstance(self.network, WholeStep) and device.type == "meta":
            raise NotImplementedError("a whole training step cannot be taken apart")
        self.trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = make_optimizer(workload, self.trained or [nn.Parameter(torch.zeros(1))], foreach)
        self.parameters = sum(p.numel() for p in self.trained)
        mixed = workload.precision == "fp16" and device.type not in ("meta", "cpu")
        self._autocast = autocast or torch_autocast(workload, device)
        self._scaler = torch.amp.GradScaler(device.type) if mixed else None
        self.network.train()

    def step(self, batch: int | None = None) -> Callable[[], float]:
        """Enqueue one update of the weights, after `accumulation` forward and backward passes.

        `batch`: of so many samples of the batch only. Returns a function that reads the last loss, which waits until
        the step is done.
        """
        if isinstance(self.network, WholeStep):
            return self._whole_step(self.network)
        samples = self.batch if batch is None else tuple(part[:batch] for part in self.batch)
        self.optimizer.zero_grad(set_to_none=True)
        for _ in range(self.workload.accumulation):
            loss = self.add_gradients(samples)
        if self._scaler:
            self._scaler.step(self.optimizer)
            self._scaler.update()
        else:
            self.optimizer.step()
        return lambda: float(loss.item())

    def _whole_step(self, network: WholeStep) -> Callable[[], float]:
        """A step that the user has written whole: its loss counts as finite where it tells none."""
        told = network.step()
        return lambda: float(told.item()) if isinstance(told, Tensor) and told.numel() == 1 else 0.0

    def add_gradients(self, samples: Batch) -> Tensor:
        """Enqueue one forward and backward pass, whose gradients are added to those that are there; the loss."""
        with self._autocast():
            loss = self.blueprint.loss(self.workload, self.network, samples)
        part = loss / self.workload.accumulation if self.workload.accumulation > 1 else loss
        if self._scaler:
            self._scaler.scale(part).backward()
        else:
            part.backward()
        return loss.detach()


def torch_autocast(workload: Workload, device: torch.device) -> Autocast:
    """Torch's own, for the workload on this device."""
    return partial(Device(str(device)).autocast, workload.precision)


def with_batch(workload: Workload) -> Workload:
    """The workload with the batch of the user's example where it names none; 1 for a whole step. Raises
    UserNetworkError.
    """
    if workload.batch:
        return workload
    try:
        return WorkloadTrainer(workload, torch.device("meta")).workload
    except UserNetworkError:
        raise
    except UNCOUNTABLE:
        return WorkloadTrainer(workload, torch.device("cpu")).workload


def _adapt(network: nn.Module, lists: tuple[str, ...], workload: Workload) -> None:
    if not add_adapters(network, lists, workload.lora, workload.lora_layers, workload.bits):
        raise UserNetworkError(f"{workload.network}: its blocks have no linear layers that adapters could stand beside")


@contextlib.contextmanager
def default_dtype(workload: Workload) -> Iterator[None]:
    """New tensors of floating-point numbers are in bf16 inside of it, where the workload's weights are."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if workload.precision == "bf16-true" else torch.float32)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def make_optimizer(
    workload: Workload, parameters: list[nn.Parameter], foreach: bool | None = None
) -> torch.optim.Optimizer:
    """The workload's optimiser. Those with 8-bit states do AdamW's arithmetic in float32 here.

    `foreach`: whether all weights are updated together, with temporary copies; None lets torch choose by the device.
    """
    if workload.optimizer == "sgd":
        return torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=MOMENTUM, foreach=foreach)
    kind = torch.optim.Adam if workload.optimizer == "adam" else torch.optim.AdamW
    return kind(parameters, lr=LEARNING_RATE, foreach=foreach)
