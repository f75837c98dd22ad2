"""How long a job would take on one device, how much memory it needs, and what to change where that is not there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ...records.calibration import Correction
from ...records.events import KEEPING_MEMORY, Failure
from ...records.experiment_events.memory import MemoryCount
from ...records.machine import Machine
from ...records.result import Result, Run
from ...records.window_statistics import MODEL_ERROR, confidence_interval, measured_windows, rates
from ...records.workload import BoostedTrees, Workload
from . import job_memory
from .boosting_time import GUESS_RANGE, boosting_forecast, guessed_seconds
from .data_loading import DataPace, data_pace, loading_of
from .depth_extrapolation import LOW_QUANTILE, MIDDLE, extrapolate
from .memory_remedies import fits, largest_batch, longest_sequence, remedies
from .text_generation import Kind, Quantity, Writing, measured_writing

MEASURING = ("workload", "generation")
"""The experiments of the worker that time a job."""


@dataclass(frozen=True)
class WorkingRemedy:
    """A change after which the job fits: the bytes that it needs then, and how many times as long it takes."""

    code: str
    memory_bytes: int
    slower: float


@dataclass(frozen=True)
class JobEstimate:
    """What is known of a job on one device. Seconds are those of the whole job, with their 95 % range `low` to `high`;
    None where nothing was measured. `memory` is the count of the workload as it is. `writing` is of a language model
    that writes; its samples are texts.
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
    keeping_memory: float | None = None
    """How many times as fast a user's own network trains where the allocator keeps what a step frees."""
    failure: str = ""
    """Code of the failure of the measurement, see `words/phrases/failures.py`."""
    detail: str = ""
    data: DataPace | None = None
    """Of a job that reads images from files, where loading them was measured: `samples_per_s` and the times have it."""
    unloaded: Failure | None = None
    """Why it was not measured."""
    writing: Writing | None = None
    unpacked_bits: int = 0
    """Bits of weights that plain torch has unpacked wherever they were used while it was measured; 0: none."""
    library: str = ""
    """What trained boosted trees, which need no GPU; then `memory` has no parts."""
    version: str = ""
    correction: Correction | None = None
    """What its rate and its times were corrected by, from trainings of the user's own; see `calibration.py`."""


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
    trained = next((r for r in mine if r.task in MEASURING), None)
    memory = counted.memory[0] if counted and counted.memory else None
    room = fits(memory) if memory else None
    writing = _writing(workload, trained) if trained and workload.new_tokens else None
    rate = _rate(workload, trained) if trained and not workload.new_tokens else None
    loading = loading_of(runs)  # for the machine, whichever device's worker has measured it
    data = data_pace(rate.samples_per_s, rate.error, device, loading) if rate and loading else None
    known = _time(work, workload, rate, data, writing)
    found = JobEstimate(
        device=device,
        kind=known.kind if known else "guess",
        samples_per_s=work / known.value if known else None,
        seconds=known.value if known else None,
        low=known.low if known else None,
        high=known.high if known else None,
        memory=memory,
        fits=room,
        largest_batch=largest_batch(counted.memory if counted else ()),
        longest_sequence=longest_sequence(counted.memory if counted else ()),
        keeping_memory=_gain(rate, trained) if rate and trained else None,
        data=data,
        unloaded=next((r.failure for r in runs if r.task == "loading" and r.failure), None),
        writing=writing,
        unpacked_bits=workload.bits if known else 0,
    )
    failure = next((r.failure for r in (trained, counted) if r and r.failure), None)
    if failure:
        found = replace(found, failure=failure.code, detail=failure.detail)
    return replace(found, remedies=_working(workload, mine)) if room is False else found


def _time(
    work: int, workload: Workload, rate: _Rate | None, data: DataPace | None, writing: Writing | None
) -> Quantity | None:
    """Seconds of the whole job: of its training, with loading its data where that was measured, or of its writing."""
    if writing:
        return writing.answers(workload.batch, workload.new_tokens, work)
    if rate is None:
        return None
    speed, error = (data.samples_per_s, data.error) if data else (rate.samples_per_s, rate.error)
    return Quantity.within(work / speed, error, rate.kind)


def _writing(workload: Workload, run: Run) -> Writing | None:
    return measured_writing(workload, run.depths, run.work.flops if run.work else 0.0, _quantile(run))


def _quantile(run: Run) -> float:
    """Which of the steps of a part count."""
    return LOW_QUANTILE if run.plan.device == "cpu" else MIDDLE


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
    kind: Kind


def _rate(workload: Workload, run: Run) -> _Rate | None:
    measured = run.work.batch if run.work else next((w.batch for w in run.windows), 1)
    batch = workload.batch or measured  # a user's example has its own
    if values := rates(measured_windows(run, batch)):
        speed = confidence_interval(values)
        update_s = min((median(t.seconds) for t in run.timings if t.name == "optimizer"), default=0.0)
        # Each measured pass had an update of its own; the training has one after all that are accumulated.
        saved = update_s * (1 - 1 / workload.accumulation)
        step_s = max(batch / speed.median - saved, 0.1 * batch / speed.median)
        return _Rate(batch / step_s, math.hypot(speed.half_width, MODEL_ERROR), "measured")
    step = extrapolate(run.depths, run.work.flops if run.work else 0.0, _quantile(run))
    if step is None:
        return None
    return _Rate(batch / step.seconds, math.hypot(step.error, MODEL_ERROR), "extrapolated")


def _gain(known: _Rate, run: Run) -> float | None:
    """The rate with an allocator that keeps memory over the rate without; None where that was not timed."""
    kept = [t for t in run.timings if t.name == KEEPING_MEMORY]
    return kept[0].work / median(kept[0].seconds) / known.samples_per_s if kept else None


def _working(workload: Workload, runs: Sequence[Run]) -> tuple[WorkingRemedy, ...]:
    """The changes of `remedies` whose memory was counted and fits, in their order."""

    counts = [(r.plan.workload, r.memory[0]) for r in runs if r.task == "memory" and r.memory]
    tried = [(remedy, c) for remedy in remedies(workload) for done, c in counts if done == remedy.workload]
    return tuple(WorkingRemedy(r.code, c.peak, r.slower) for r, c in tried if fits(c))
