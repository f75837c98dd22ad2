"""Counts the memory of a workload on the meta device: no weights, no room for them, a few seconds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.utils._foreach_utils import _get_foreach_kernels_supported_devices

from ...records.workload import Workload
from ..memory_savers.block_checkpoints import CheckpointedBlock
from ..text_generation.text_generator import TextGenerator
from ..workload_trainer import WorkloadTrainer
from ..workloads.blueprint import Blueprint
from .attention_kernels import AttentionKernels
from .autocast_emulation import AutocastEmulation
from .live_storages import ROUNDED_TO, LiveStorages

EIGHT_BIT = ("adamw-8bit", "paged-adamw-8bit")
SMALLEST_IN_EIGHT_BITS, EIGHT_BIT_GROUP = 4096, 256
"""bitsandbytes keeps states of tensors with fewer values in float32, and one float32 scale for each 256 values."""


@dataclass(frozen=True)
class Count:
    """Bytes of a training step: what stays (weights, optimiser), gradients, and the peak of everything together. Of a
    language model that writes: weights, and the `cache` of keys and values.
    """

    weights: int
    gradients: int
    optimizer: int
    peak: int
    cache: int = 0

    @property
    def activations(self) -> int:
        """What is none of the other parts: activations and temporary tensors."""
        return max(0, self.peak - self.weights - self.gradients - self.optimizer - self.cache)


def count_memory(workload: Workload, device: str, blueprint: Blueprint | None = None) -> Count:
    """The bytes that training the workload, or writing its answers, takes on a device of type `device` ("cpu", "cuda",
    ...). `blueprint`: see `WorkloadTrainer`.

    Kernels' workspaces and the device's own context come on top. Raises UserNetworkError, and RuntimeError or
    NotImplementedError where a network reads values, which the meta device does not have.
    """
    if workload.new_tokens:
        return _of_an_answer(workload, device)
    storages = LiveStorages(ROUNDED_TO.get(device, 1), copies=device == "cpu")
    plain = replace(workload, accumulation=min(2, workload.accumulation))  # more of them keep no more gradients
    if workload.optimizer in EIGHT_BIT:
        plain = replace(plain, optimizer="sgd")
    emulation = _emulation(workload, device)
    with _as_on(device, emulation), storages:
        together = device in _get_foreach_kernels_supported_devices() and workload.optimizer not in EIGHT_BIT
        autocast = emulation.scope if emulation else contextlib.nullcontext
        # On these devices optimisers update all weights together, with temporary copies.
        meta = torch.device("meta")
        trainer = WorkloadTrainer(plain, meta, autocast=autocast, foreach=together, blueprint=blueprint)
        if workload.optimizer in EIGHT_BIT:
            trainer.optimizer = torch.optim.SGD(trainer.trained, foreach=False)  # its own states: by arithmetic below
        for block in trainer.network.modules():
            if isinstance(block, CheckpointedBlock):
                # torch calls `backward` outside of these modes, so they are entered again where blocks are computed.
                block.again = lambda: _as_on(device, _emulation(workload, device))
        storages.peak = storages.live
        peak = _peak_of_later_steps(trainer, storages)
    held = [*trainer.network.parameters(), *trainer.network.buffers()]
    states = [s for state in trainer.optimizer.state.values() for s in state.values() if isinstance(s, Tensor)]
    extra = _eight_bit_states(workload, trainer.trained)
    gradients = [p.grad for p in trainer.trained if p.grad is not None]
    return Count(_bytes(held), _bytes(gradients), _bytes(states) + extra, peak + extra)


def _peak_of_later_steps(trainer: WorkloadTrainer, storages: LiveStorages) -> int:
    """The peak of the second step and of all later ones, from a single step: they have the optimiser's state, which the
    first update makes, while gradients are made as well.
    """
    before: list[tuple[int, int]] = []
    trainer.optimizer.register_step_pre_hook(lambda *_: before.append((storages.peak, storages.live)))
    _loss = trainer.step()  # kept, so that what is alive grows by the state alone
    ((passes, live),) = before
    return max(storages.peak, passes + storages.live - live)


def _of_an_answer(workload: Workload, device: str) -> Count:
    """Reading the prompt and writing the last token, before which the others are known."""
    storages, emulation = LiveStorages(ROUNDED_TO.get(device, 1)), _emulation(workload, device)
    with _as_on(device, emulation), storages:
        autocast = emulation.scope if emulation else contextlib.nullcontext
        generator = TextGenerator(workload, torch.device("meta"), autocast=autocast)
        storages.peak = storages.live
        token = generator.read_prompt()
        generator.next_logits(token, workload.sequence - 1)
    held = [*generator.network.parameters(), *generator.network.buffers()]
    return Count(_bytes(held), 0, 0, storages.peak, generator.cache.nbytes)


def _emulation(workload: Workload, device: str) -> AutocastEmulation | None:
    """What stands for mixed precision; None where the workload has none."""
    if workload.precision not in ("bf16", "fp16"):
        return None
    return AutocastEmulation(device, torch.bfloat16 if workload.precision == "bf16" else torch.float16)


@contextlib.contextmanager
def _as_on(device: str, emulation: AutocastEmulation | None) -> Iterator[None]:
    """Attention and mixed precision as on the device."""
    with emulation or contextlib.nullcontext(), AttentionKernels(device):
        yield


def _eight_bit_states(workload: Workload, trained: list[nn.Parameter]) -> int:
    """Bytes of AdamW's two moments in 8 bits; paged ones lie in the computer's memory while the device needs its own.

    Dettmers et al. 2022, arXiv:2110.02861, and bitsandbytes' `min_8bit_size`.
    """
    if workload.optimizer != "adamw-8bit":
        return 0
    counts = [p.numel() for p in trained]
    small = sum(8 * n for n in counts if n < SMALLEST_IN_EIGHT_BITS)
    return small + sum(2 * (n + 4 * -(-n // EIGHT_BIT_GROUP)) for n in counts if n >= SMALLEST_IN_EIGHT_BITS)


def _bytes(tensors: list[Tensor]) -> int:
    storages = {t.untyped_storage()._cdata: t.untyped_storage().nbytes() for t in tensors}
    return sum(storages.values())
