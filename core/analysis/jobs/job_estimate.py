"""How long a job would take on one device, how much memory it needs, and what to change where that is not there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from ...records.machine import Machine
from ...records.memory_events import MemoryCount
from ...records.result import Result, Run
from ...records.window_statistics import confidence_interval, measured_windows, rates
from ...records.workload import BoostedTrees, Workload
from ..forecast import MODEL_ERROR
from . import job_memory
from .boosting_time import GUESS_RANGE, boosting_forecast, guessed_seconds
from .depth_extrapolation import LOW_QUANTILE, MIDDLE, extrapolate
from .memory_remedies import fits, largest_batch, longest_sequence, remedies

Kind = Literal["guess", "extrapolated", "measured"]


@dataclass(frozen=True)
class WorkingRemedy:
    """A change after which the job fits: the bytes that it needs then, and how many times as long it takes."""

    code: str
    memory_bytes: int
    slower: float


@dataclass(frozen=True)
class JobEstimate:
    """What is known of a job on one device. Seconds are those of the whole job, with their 95 % range `low` to `high`;
    None where nothing was measured. `memory` is the count of the workload as it is.
    """

    device: str
    kind: Kind
    samples_per_s: float | None
    seconds: float | None
    low: float | None
    high: float | None
    memory: MemoryCount | None
    fits: bool | None
    remedies: tuple[WorkingRemedy, ...] = ()
    largest_batch: int | None = None
    longest_sequence: int | None = None
    failure: str = ""
    """Code of the failure of the measurement, see `words/phrases/failures.py`."""
    detail: str = ""
    library: str = ""
    """What trained boosted trees, which need no GPU; then `memory` has no parts."""
    version: str = ""


def job_estimates(result: Result) -> list[JobEstimate]:
    """What the result of a job tells of it, device by device; empty for the results of checks."""
    asked = result.plan.train.workload
    if asked and asked.boosting:
        trained = next((run for run in result.runs if run.task == "boosting"), None)
        told = boosting_estimate(asked.boosting, result.machine, trained) if trained else None
        return [told] if told else []
    devices = dict.fromkeys(run.plan.device for run in result.runs)
    found = (job_estimate(result.plan.samples, device, result.runs) for device in devices)
    return [item for item in found if item]


def job_estimate(work: int, device: str, runs: Sequence[Run]) -> JobEstimate | None:
    """What the `runs` of a job tell of it on a device; None where none of them is about it.

    `work`: samples to train in total. The first run has the job's workload in a number format of the device; later
    counts of memory are those of its remedies.
    """
    mine = [r for r in runs if r.plan.device == device and r.plan.workload]
    if not mine or not (workload := mine[0].plan.workload):
        return None
    counted = next((r for r in mine if r.task == "memory" and r.plan.workload == workload), None)
    trained = next((r for r in mine if r.task == "workload"), None)
    memory = counted.memory[0] if counted and counted.memory else None
    room = fits(memory) if memory else None
    known = _rate(workload, trained) if trained else None
    seconds, low, high = _seconds(work, known) if known else (None, None, None)
    found = JobEstimate(
        device=device,
        kind="guess" if not known else "extrapolated" if known.extrapolated else "measured",
        samples_per_s=known.samples_per_s if known else None,
        seconds=seconds,
        low=low,
        high=high,
        memory=memory,
        fits=room,
        largest_batch=largest_batch(counted.memory if counted else ()),
        longest_sequence=longest_sequence(counted.memory if counted else ()),
    )
    failure = next((r.failure for r in (trained, counted) if r and r.failure), None)
    if failure:
        found = replace(found, failure=failure.code, detail=failure.detail)
    return replace(found, remedies=_working(workload, mine)) if room is False else found


def boosting_estimate(job: BoostedTrees, machine: Machine, run: Run | None = None) -> JobEstimate | None:
    """What is known of boosted trees on the processor: by the run that has trained some, else a guess from published
    times; None without either.
    """
    failure = run.failure if run else None
    known = boosting_forecast(run.boosted, job) if run else None
    seconds = known.seconds if known else guessed_seconds(job, machine)
    if seconds is None and failure is None:
        return None
    wide = 1 + known.error if known else GUESS_RANGE
    memory = None
    if known and known.memory:
        memory = MemoryCount(0.0, "cpu", job.rows, 0, 0, 0, 0, known.memory, 0, job_memory.room(machine, "cpu"))
    return JobEstimate(
        device="cpu",
        kind="guess" if not known else "measured" if known.measured else "extrapolated",
        samples_per_s=job.rows / seconds if seconds else None,
        seconds=seconds,
        low=seconds / wide if seconds else None,
        high=seconds * wide if seconds else None,
        memory=memory,
        fits=fits(memory) if memory else None,
        failure=failure.code if failure else "",
        detail=failure.detail if failure else "",
        library=run.boosted[0].library if run and run.boosted else "",
        version=run.boosted[0].version if run and run.boosted else "",
    )


@dataclass(frozen=True)
class _Rate:
    samples_per_s: float
    error: float
    extrapolated: bool


def _rate(workload: Workload, run: Run) -> _Rate | None:
    measured = run.work.batch if run.work else next((w.batch for w in run.windows), 1)
    batch = workload.batch or measured  # a user's example has its own
    if values := rates(measured_windows(run, batch)):
        speed = confidence_interval(values)
        update_s = min((median(t.seconds) for t in run.timings if t.name == "optimizer"), default=0.0)
        # Each measured pass had an update of its own; the training has one after all that are accumulated.
        saved = update_s * (1 - 1 / workload.accumulation)
        step_s = max(batch / speed.median - saved, 0.1 * batch / speed.median)
        return _Rate(batch / step_s, math.hypot(speed.half_width, MODEL_ERROR), False)
    quantile = LOW_QUANTILE if run.plan.device == "cpu" else MIDDLE
    step = extrapolate(run.depths, run.work.flops if run.work else 0.0, quantile)
    if step is None:
        return None
    return _Rate(batch / step.seconds, math.hypot(step.error, MODEL_ERROR), True)


def _seconds(work: int, known: _Rate) -> tuple[float, float, float]:
    seconds = work / known.samples_per_s
    return seconds, seconds / (1 + known.error), seconds * (1 + known.error)


def _working(workload: Workload, runs: Sequence[Run]) -> tuple[WorkingRemedy, ...]:
    """The changes of `remedies` whose memory was counted and fits, in their order."""

    counts = [(r.plan.workload, r.memory[0]) for r in runs if r.task == "memory" and r.memory]
    tried = [(remedy, c) for remedy in remedies(workload) for done, c in counts if done == remedy.workload]
    return tuple(WorkingRemedy(r.code, c.peak, r.slower) for r, c in tried if fits(c))
