"""How long a job would take, from measured windows: a range, the probability of meeting its deadline, and whether it is
extrapolated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median

from ..records.events import Window
from ..records.machine import Machine
from ..records.result import Run
from ..records.scaling_efficiency import points
from ..records.verdict import Forecast
from ..records.window_statistics import (
    MODEL_ERROR,
    Rate,
    chance_of_reaching,
    confidence_interval,
    correction,
    measured_windows,
    on_quiet_machine,
    rate,
)
from ..reference.scenarios import Job
from .sustained_speed import sustained_ratio

EXTRAPOLATION_ERROR = 0.10
"""The same for an extrapolation from half of the batch. Where it was tried, single extrapolations were within 15 % of
real steps, their medians within 7 %."""
WIDEST_ERROR = 10.0
"""The largest error, as a share of the value: a wider range would tell nothing more."""
LIKELY = 0.5
"""From this probability on, a job counts as finished in time."""
ACCELERATORS = "accelerators"
"""The device of a forecast for all accelerators of a machine together, after their number: "2 accelerators"."""
ASSUMED_EFFICIENCY = 0.9
"""Scaling efficiency of several accelerators in one machine where it was not measured."""


def forecast_job(job: Job, machine: Machine, runs: Sequence[Run]) -> list[Forecast]:
    """One forecast for each device on which the job's network was run, best first; empty if there is none.

    A device that finishes in time comes before a faster one that lacks the memory. A job for several accelerators has
    one forecast, for all of them together.
    """
    found = [f for run in runs if _same_work(job, run) and (f := _on_device(job, machine, run, runs))]
    best: dict[str, Forecast] = {}
    for item in sorted(found, key=lambda f: (f.estimated, f.seconds or math.inf)):
        best.setdefault(item.device, item)
    if job.accelerators:
        return [_together(job, list(best.values()), runs)] if best else []
    return sorted(best.values(), key=lambda f: (f.probability < LIKELY, f.seconds or math.inf))


def rate_at_plan_batch(run: Run) -> tuple[Rate, bool] | None:
    """The rate at the plan's batch, and whether it is extrapolated; None if too little was measured."""
    direct = rate(run)
    if direct:
        return direct, False
    step = _extrapolated(run, lambda w: w.seconds / w.steps)
    if step is None:
        return None
    middle = run.plan.batch / step.median
    told = Rate(middle, middle * (1 - step.half_width), middle * (1 + step.half_width), step.windows)
    return on_quiet_machine(run, told), True


def cpu_seconds_per_step(run: Run) -> float | None:
    """Processor seconds of a step at the plan's batch, extrapolated like the rate; None if that is impossible."""
    direct = measured_windows(run)
    if direct:
        return median(w.cpu_s / w.steps for w in direct)
    step = _extrapolated(run, lambda w: w.cpu_s / w.steps)
    return step.median if step else None


def _extrapolated(run: Run, cost: Callable[[Window], float]) -> Rate | None:
    """The cost of a step at the plan's batch, extrapolated from the largest measured batch; None without one.

    The cost is a + c x batch, where a is the timed update of the weights. If that was not timed (files of earlier
    versions), a and c are those of the line through the medians of the two largest batches.
    """
    sizes = sorted({w.batch for w in run.windows if not w.warm})[-2:]
    if not sizes:
        return None
    spans = [confidence_interval([cost(w) for w in measured_windows(run, size)]) for size in sizes]
    size, span = sizes[-1], spans[-1]
    update_s = [median(t.seconds) for t in run.timings if t.name == "optimizer"]
    if update_s:
        # If `cost` is processor time, assume that the update uses as many threads as the whole step.
        wall_s = median(w.seconds / w.steps for w in measured_windows(run, size))
        reach = run.plan.batch / size - 1
        middle = span.median + reach * max(0.0, span.median * (1 - update_s[0] / wall_s))
        errors = [0.0, span.half_width * span.median]
    elif len(sizes) == 2:
        reach = (run.plan.batch - size) / (size - sizes[0])
        middle = span.median + max(0.0, span.median - spans[0].median) * reach
        errors = [s.half_width * s.median for s in spans]
    else:
        return None
    spread = math.hypot(reach * errors[0], (1 + reach) * errors[1]) / middle
    return Rate(middle, middle * (1 - spread), middle * (1 + spread), min(s.windows for s in spans))


def _same_work(job: Job, run: Run) -> bool:
    """Whether a run measured this job's work. The number of classes hardly changes a step, the image's size does."""
    sized = job.model in ("mlp", "transformer") or run.plan.image_size == job.image_size
    return run.task == "job" and run.plan.model == job.model and sized


def sustained_rate(run: Run, runs: Sequence[Run]) -> tuple[Rate, float, bool] | None:
    """(rate, half of its 95 % range for a whole training, as a share, extrapolated); None if too little was measured.

    If a soak run measured how much of its speed the device sustains, the rate is reduced to that.
    """
    known = rate_at_plan_batch(run)
    if not known:
        return None
    speed, extrapolated = known
    kept = sustained_ratio(runs, run.plan.device)
    error = math.hypot(speed.half_width, MODEL_ERROR, EXTRAPOLATION_ERROR if extrapolated else 0.0)
    return Rate(speed.median * kept, speed.low * kept, speed.high * kept, speed.windows), error, extrapolated


def _on_device(job: Job, machine: Machine, run: Run, runs: Sequence[Run]) -> Forecast | None:
    known = sustained_rate(run, runs)
    has = device_memory(machine, run.plan.device)
    out_of_memory = bool(run.failure and run.failure.code == "out-of-memory")
    if not known:
        if not out_of_memory:
            return None
        return forecast_from_rate(job, run.plan.device, None, math.inf, False, has, False)
    speed, error, extrapolated = known
    estimated = extrapolated or run.plan.batch != job.batch or correction(run) > 1
    if run.plan.batch != job.batch and not extrapolated:
        error = math.hypot(error, EXTRAPOLATION_ERROR)
    return forecast_from_rate(
        job, run.plan.device, speed.median, error, batch_fits(job, estimated, has), has, estimated
    )


def _together(job: Job, single: list[Forecast], runs: Sequence[Run]) -> Forecast:
    """All accelerators of the machine at one job, with the measured scaling efficiency or `ASSUMED_EFFICIENCY`."""
    accelerators = [f for f in single if f.device != "cpu" and f.samples_per_s]
    device = f"{len(accelerators)} {ACCELERATORS}"
    if len(accelerators) < job.accelerators:
        return forecast_from_rate(job, device, None, math.inf, False, None, True)
    teams = [r for r in runs if r.task == "scaling" and r.plan.model == job.model and r.plan.device != "cpu"]
    shown = [p.efficiency for r in teams for p in points(r) if p.ranks == len(accelerators) and p.efficiency]
    total = (shown[0] if shown else ASSUMED_EFFICIENCY) * sum(f.samples_per_s or 0.0 for f in accelerators)
    smallest = min((f.memory_has for f in accelerators if f.memory_has), default=None)
    fits = all(batch_fits(job, f.estimated, f.memory_has) for f in accelerators)
    return forecast_from_rate(job, device, total, math.hypot(MODEL_ERROR, EXTRAPOLATION_ERROR), fits, smallest, True)


def batch_fits(job: Job, estimated: bool, has: int | None) -> bool:
    """Whether the job's batch fits `has` bytes: true if it was run (not `estimated`) or the memory is unknown."""
    return not estimated or has is None or has >= job.memory_need


def forecast_from_rate(
    job: Job, device: str, speed: float | None, error: float, fits: bool, has: int | None, estimated: bool
) -> Forecast:
    """The forecast of a job at `speed` samples/s, None if it cannot run; `error`: half of the 95 % range, as a share.

    The time is taken as log-normal, so the probability is the normal distribution's at log(deadline / time).
    """
    seconds = job.work / speed if speed else None
    if seconds is not None and not 0 < seconds < math.inf:
        seconds = None
    error = min(error, WIDEST_ERROR)
    probability = 0.0
    if seconds and fits:
        probability = chance_of_reaching(job.work / seconds, job.work / job.deadline_s, error)
    return Forecast(
        job=job.name,
        scenario=job.scenario,
        device=device,
        seconds=seconds,
        low=seconds / (1 + error) if seconds else None,
        high=seconds * (1 + error) if seconds else None,
        deadline_s=job.deadline_s,
        memory_need=job.memory_need,
        memory_has=has,
        probability=probability,
        estimated=estimated,
        samples_per_s=speed,
    )


def lacks_memory(found: Forecast) -> bool:
    """Whether memory is what keeps the job from finishing: it ran out, or the device has less than the job needs."""
    in_time = found.seconds is not None and found.seconds <= found.deadline_s
    return found.seconds is None or (in_time and found.probability == 0)


def device_memory(machine: Machine, device: str) -> int | None:
    """Bytes of the device's total memory, for "cpu" the computer's; None if not reported."""
    if device == "cpu":
        total = machine.value("memory.total")
        return total if isinstance(total, int) else None
    known = machine.device(device)
    return known.memory_total if known else None


def headline_rates(runs: Sequence[Run]) -> dict[str, float]:
    """Images/s of the small network on each device: the figure that names a result in lists."""
    speeds: dict[str, list[float]] = {}
    for run in runs:
        if run.task == "train" and (known := rate(run)):
            speeds.setdefault(run.plan.device, []).append(known.median)
    return {device: median(values) for device, values in speeds.items()}
