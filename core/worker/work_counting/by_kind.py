"""Counts the work of a training step by kind, of its passes and of its update, and its parameters; and of an answer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from ...records.workload import Workload
from ..memory_counting.autocast_emulation import AutocastEmulation
from ..memory_savers.block_checkpoints import CheckpointedBlock
from ..memory_savers.few_bit_weights import FewBitLinear
from ..operation_count import KINDS, KindWork, OperationCounter
from ..text_generation.text_generator import TextGenerator
from ..workload_trainer import WorkloadTrainer
from .fused_kernels import FusedKernels

STEPS = 2
HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class StepWork:
    """Work by kind of one forward and backward pass of `batch` samples, and of one update of the weights after it."""

    batch: int
    passes: dict[str, KindWork]
    update: dict[str, KindWork]
    parameters: int
    trained: int

    def per_sample(self, accumulation: int) -> dict[str, KindWork]:
        """Work of one sample where the weights are updated after `accumulation` passes."""
        return {kind: self._share(kind, accumulation) for kind in KINDS}

    def _share(self, kind: str, accumulation: int) -> KindWork:
        one, update, parts = self.passes[kind], self.update[kind], self.batch * accumulation
        return KindWork(
            one.flops / self.batch + update.flops / parts, one.bytes / self.batch + update.bytes / parts, one.calls
        )

    def calls(self, accumulation: int) -> float:
        """torch operations of one pass, with its share of the update."""
        counts = [(sum(work.calls for work in part.values())) for part in (self.passes, self.update)]
        return counts[0] + counts[1] / accumulation


def count_by_kind(workload: Workload, fused: bool = True) -> StepWork:
    """Count a step on the meta device, with mixed precision as an accelerator does it.

    `fused`: attention by a kernel that keeps no scores; otherwise it counts as the matrix products and the other
    operations that plain code does. The second step is counted, as the first one makes the optimiser's state. Raises
    UserNetworkError, and RuntimeError or NotImplementedError where a network reads values.
    """
    counter = OperationCounter()
    emulation = _emulation(workload)
    autocast = emulation.scope if emulation else contextlib.nullcontext
    trainer = WorkloadTrainer(replace(workload, accumulation=1), torch.device("meta"), autocast=autocast)
    for block in trainer.network.modules():
        if isinstance(block, CheckpointedBlock):  # see memory_counting/count.py
            block.again = lambda: _modes(_emulation(workload), counter if fused else None)
    times = [_copy(counter)]
    trainer.optimizer.register_step_pre_hook(lambda *_: times.append(_copy(counter)))
    with _modes(emulation, counter if fused else None), counter:
        for _ in range(STEPS):
            trainer.step()
            times.append(_copy(counter))
    begin, updated, end = times[-3:]
    return StepWork(
        workload.batch,
        _between(begin, updated),
        _between(updated, end),
        sum(p.numel() for p in trainer.network.parameters()) + sum(map(_packed, trainer.network.modules())),
        trainer.parameters,
    )


@dataclass(frozen=True)
class AnswerWork:
    """Work by kind of reading the prompts of `batch` answers, without what weights of few bits take to be unpacked.

    `token_bytes` are the weights and the keys and values that one token after another needs, at the middle of the
    answers; `token_calls` the torch operations that compute it.
    """

    batch: int
    prompt: dict[str, KindWork]
    token_bytes: int
    token_calls: int
    parameters: int


def count_answer(workload: Workload) -> AnswerWork:
    """Count the work of a language model that writes, on the meta device."""
    counter, emulation = OperationCounter(), _emulation(workload)
    autocast = emulation.scope if emulation else contextlib.nullcontext
    whole = TextGenerator(replace(workload, bits=0), torch.device("meta"), autocast=autocast)
    with _modes(emulation, counter), counter:
        token = whole.read_prompt()
        prompt = _copy(counter)
        whole.next_logits(token, workload.sequence - 1)
    calls = sum(work.calls for work in _between(prompt, counter.by_kind).values())
    held = TextGenerator(workload, torch.device("meta")).network
    table = 0 if held.head is None else held.tokens.weight.nbytes  # of it only the token's row is read
    weights = sum(tensor.nbytes for tensor in (*held.parameters(), *held.buffers())) - table
    middle = (workload.prompt + workload.new_tokens // 2) / workload.sequence
    parameters = sum(p.numel() for p in whole.network.parameters())
    return AnswerWork(workload.batch, prompt, weights + round(middle * whole.cache.nbytes), calls, parameters)


def _packed(module: torch.nn.Module) -> int:
    """Weights that are held in few bits, which are no parameters of torch."""
    return module.inputs * module.outputs if isinstance(module, FewBitLinear) else 0


def _copy(counter: OperationCounter) -> dict[str, KindWork]:
    return {kind: replace(work) for kind, work in counter.by_kind.items()}


def _between(begin: dict[str, KindWork], end: dict[str, KindWork]) -> dict[str, KindWork]:
    return {
        kind: KindWork(till.flops - begin[kind].flops, till.bytes - begin[kind].bytes, till.calls - begin[kind].calls)
        for kind, till in end.items()
    }


def _emulation(workload: Workload) -> AutocastEmulation | None:
    half = HALF.get(workload.precision)
    return AutocastEmulation("cuda", half) if half else None


@contextlib.contextmanager
def _modes(emulation: AutocastEmulation | None, counter: OperationCounter | None) -> Iterator[None]:
    with emulation or contextlib.nullcontext(), FusedKernels(counter) if counter else contextlib.nullcontext():
        yield
