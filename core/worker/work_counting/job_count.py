"""count: the work by kind of a job, and the memory that it would take on an NVIDIA GPU, without training anything."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase
from ...records.experiment_events.memory import MemoryCount, WorkCount
from ...records.plan import Request
from ...records.workload import Workload
from ..measurement import Clock
from ..memory_counting.count import count_memory
from ..networks import UserNetworkError
from ..operation_count import KindWork
from ..workload_trainer import UNCOUNTABLE, with_batch
from .by_kind import count_answer, count_by_kind

Amount = tuple[float, float]


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit a `WorkCount` of the plan's workload (not where the request is for its memory `alone`) and a `MemoryCount`
    for "cuda". Stops: converged; uncountable (a network that reads values, or that cannot train such a batch).
    """
    plan, clock, stop = request.plan, Clock(), "converged"
    if plan.workload is None:
        raise ValueError("work is counted for a workload")
    emit(Phase(clock.wall(), "measure"))
    try:
        workload = with_batch(plan.workload)
        if not request.alone:
            emit(_work(workload, clock.wall()))
        told = count_memory(workload, "cuda")
        parts = told.weights, told.gradients, told.optimizer, told.peak, 0, None, told.cache
        emit(MemoryCount(clock.wall(), "cuda", workload.batch, workload.sequence, *parts))
    except UserNetworkError:
        raise
    except (*UNCOUNTABLE, ValueError):
        stop = "uncountable"
    emit(Done(clock.wall(), stop, None, plan.threads, plan.workload.precision, 0))


def _work(workload: Workload, t: float) -> WorkCount:
    if workload.new_tokens:
        told = count_answer(workload)
        kinds = _amounts(told.prompt, told.batch)
        calls = float(sum(work.calls for work in told.prompt.values()))
        return WorkCount(t, told.batch, told.parameters, 0, calls, *kinds, told.token_bytes, told.token_calls)
    step = count_by_kind(workload)
    kinds = _amounts(step.per_sample(workload.accumulation), 1)
    return WorkCount(t, step.batch, step.parameters, step.trained, step.calls(workload.accumulation), *kinds)


def _amounts(work: dict[str, KindWork], parts: int) -> tuple[Amount, Amount, Amount, Amount]:
    """Of convolutions, products, attention and everything else."""
    convolution, matrix, attention, elementwise = (
        (work[kind].flops / parts, work[kind].bytes / parts)
        for kind in ("convolution", "matrix", "attention", "elementwise")
    )
    return convolution, matrix, attention, elementwise
