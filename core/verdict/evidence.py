"""What the experiments of a check showed, as coded reasons that stand beside the forecasts of jobs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from statistics import median

from ..analysis.batch_sweep import knee, samples_per_joule, sweep_curve
from ..analysis.forecast import rate_at_plan_batch
from ..analysis.project_stages import project_stages, training_share
from ..analysis.roofline import product_rates
from ..analysis.sustained_speed import sustained_speed
from ..records.machine import Machine, Sample
from ..records.plan import TARGET_ACCURACY
from ..records.result import Run
from ..records.scaling_efficiency import points as together
from ..records.speed_variables import ALLOCATION, RECOMMENDED
from ..records.verdict import Numbers, Reason
from ..records.window_statistics import rate
from ..words.writer import reason
from .training_gains import gain, lines, speedups

IMAGENET_IMAGES = 1_281_167
"""Training images of ILSVRC 2012."""


def evidence(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> list[Reason]:
    """One reason for each finding, in the order of the check's experiments."""
    found: list[Reason] = []
    for run in runs:
        gpu = machine.sensor_index(run.plan.device)
        found += _endured(run, telemetry, gpu) if run.task == "soak" else _of_run(run, runs)
        if run.task == "sweep" and gpu is not None:
            found += _per_joule(run, telemetry, f"gpu.{gpu}.power")
    return [*found, *_accuracy(runs), *_ways(runs), *(_variables(machine) if runs else ())]


def _variables(machine: Machine) -> Iterator[Reason]:
    """The environment variables that give other programs the measured speed, if the C allocator was set."""
    environment = machine.torch.environment if machine.torch else {}
    ours = {name: value for name, value in environment.items() if name in RECOMMENDED}
    if any(name in ALLOCATION for name in ours):
        yield reason("variables", variables=" ".join(f"{name}={shlex.quote(value)}" for name, value in ours.items()))


def _of_run(run: Run, runs: Sequence[Run]) -> Iterator[Reason]:
    if run.task == "tune" and run.trials and run.trials[-1].chosen:
        yield _tuned(run)
        yield from lines(run)
    elif run.task == "speedups":
        yield from speedups(run, runs)
    elif run.task == "train" and (speed := rate(run)):
        half_width = 100 * speed.half_width
        yield reason(
            "trains-at", rate=speed.median, device=run.plan.device, half_width=half_width, windows=speed.windows
        )
        if run.scores:
            last = run.scores[-1]
            yield reason("learnt", accuracy=100 * last.accuracy, seconds=last.train_s, device=run.plan.device)
    elif run.task == "sweep" and (curve := sweep_curve(run)):
        best = knee(curve) or curve[0]
        single = curve[0].rate.median
        yield reason("sweep", device=run.plan.device, rate=single, batch=best.batch, best=best.rate.median)
    elif run.task == "stages" and (found := project_stages(run)):
        prepare = sum(s.share for s in found if s.name == "preprocess")
        percent = 100 * training_share(found)
        yield reason("most-intensive", percent=percent, prepare=100 * prepare, device=run.plan.device)
    elif run.task == "job":
        rivals = [r for r in runs if r.task == "job" and r.plan.device == run.plan.device]
        if gain(run) > 1 and run is max(rivals, key=gain):
            yield _tuned(run)
        if run.plan.model == "vgg16":
            yield from _epoch(run, runs)
    elif run.task == "capacity" and (most := run.capacity):
        about: Numbers = {"model": run.plan.model, "device": run.plan.device, "batch": most.batch}
        yield reason("capacity-estimated", **about, tried=most.tried) if most.estimated else reason("capacity", **about)
    elif run.task == "scaling":
        yield from _together(run)


def _together(run: Run) -> Iterator[Reason]:
    """Scaling efficiency with the most ranks, if a single rank was measured too."""
    for point in together(run)[-1:]:
        if point.efficiency is not None and point.exchange is not None:
            yield reason(
                "scales",
                ranks=point.ranks,
                device=run.plan.device,
                model=run.plan.model,
                rate=point.rate.median,
                percent=100 * point.efficiency,
                exchange=100 * point.exchange,
            )


def _endured(run: Run, telemetry: Sequence[Sample], gpu: int | None) -> Iterator[Reason]:
    """The speed that a long run sustained, what throttled it, and the energy that it took if there is a sensor."""
    found = sustained_speed(run, telemetry, gpu)
    if found is None:
        return
    numbers: Numbers = {"device": run.plan.device}
    minutes, kept, stable = found.seconds / 60, 100 * found.ratio, 100 * found.stability
    yield reason("endures", **numbers, minutes=minutes, percent=kept, stability=stable)
    for cause, share in found.throttled.items():
        yield reason("slowed", **numbers, cause=cause, percent=100 * share)
    if found.joules:
        images = sum(w.samples for w in run.windows)
        yield reason("energy", **numbers, kilojoules=found.joules / 1000, images=images / found.joules)


def _per_joule(run: Run, telemetry: Sequence[Sample], sensor: str) -> Iterator[Reason]:
    """Images per joule in a large batch and in the smallest one."""
    curve = sweep_curve(run)
    best = knee(curve)
    if best and (many := samples_per_joule(run, best.batch, telemetry, sensor)):
        one = samples_per_joule(run, curve[0].batch, telemetry, sensor)
        yield reason("per-joule", device=run.plan.device, batch=best.batch, many=many, one=one)


def _tuned(run: Run) -> Reason:
    chosen = run.trials[-1]
    if run.task == "tune" and chosen.apply_to(run.plan) == run.trials[0].apply_to(run.plan):
        return reason("untuned", threads=chosen.threads, device=run.plan.device)
    about: Numbers = {"model": run.plan.model} if run.task == "job" else {"threads": chosen.threads}
    return reason(
        "job-tuned" if run.task == "job" else "tuned",
        **about,
        precision=chosen.precision,
        layout="channels_last" if chosen.channels_last else "contiguous",
        gain=gain(run),
        device=run.plan.device,
    )


def _epoch(run: Run, runs: Sequence[Run]) -> Iterator[Reason]:
    """Time of one epoch over ImageNet as measured, and at the rate of one multiplication at a time."""
    speed = rate_at_plan_batch(run)
    naive = [flops for way, _, flops in product_rates(runs) if way == "one-at-a-time"]
    if speed and run.work and naive:
        slow = IMAGENET_IMAGES * run.work.flops / run.work.batch / naive[0]
        time = IMAGENET_IMAGES / speed[0].median
        yield reason("epoch", model=run.plan.model, device=run.plan.device, time=time, naive=slow)


def _accuracy(runs: Sequence[Run]) -> Iterator[Reason]:
    """For each device the median time over its seeds, if all of them reached the accuracy."""
    for device in dict.fromkeys(r.plan.device for r in runs if r.task == "accuracy"):
        mine = [r for r in runs if r.task == "accuracy" and r.plan.device == device]
        reached = [r.scores[-1].train_s for r in mine if r.stop == "reached" and r.scores]
        if reached and len(reached) == len(mine):
            yield reason(
                "time-to-accuracy",
                accuracy=100 * TARGET_ACCURACY,
                device=device,
                seconds=median(reached),
                low=min(reached),
                high=max(reached),
                runs=len(reached),
            )


def _ways(runs: Sequence[Run]) -> Iterator[Reason]:
    found = product_rates(runs)
    if len(found) > 1:
        (_, _, slow), (_, device, fast) = found[0], found[-1]
        yield reason("ways", slow=slow / 1e9, fast=fast / 1e9, gain=fast / slow, device=device)
