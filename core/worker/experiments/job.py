"""job: a published network in its usual shapes, for a few windows, with as large a batch as the time allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import median

import torch

from ...records.events import Done, Event, Phase, Timing, Trial
from ...records.plan import Plan, Request, Rules
from ..devices import Device
from ..measurement import Clock, ThroughputMeter, time_repeatedly
from ..operation_count import count_operations
from ..trainer import Trainer
from .tune import WORTH, finite

MIN_WINDOWS = 2
"""Even two windows at the batch itself are more exact than an extrapolation."""
TRIAL_SHARE = 0.04
"""Share of a job's time for the steps of each setting that it tries. Two steps are done in any case."""
STEPS_TOGETHER = 2
"""Steps between two synchronisations of a trial: the second is started while the first one runs, as in training."""
UPDATE_S = 0.5
"""Seconds for timing the update of the weights, the part of a step whose time does not depend on the batch."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Measure at the plan's batch, or at half of it where a few such steps would take too long.

    Half of the batch is measured first in any case: it fills caches and tells how long a full step would take. Each
    window has its batch, so that `analysis/forecast.py` can extrapolate, and mark the forecast as estimated. The part
    of a step that does not depend on the batch is the update of the weights. It is timed separately: computed from two
    batches it would have the errors of both. Stops: converged, time-limit.
    """
    device, rules, clock = Device(request.plan.device), request.rules, Clock()
    begin = clock.wall()
    emit(Phase(begin, "prepare"))
    plan = _suited(request, device, clock, emit)
    trainer = Trainer(plan, device)
    if work := count_operations(plan, plan.batch):
        emit(work)
    half = max(1, plan.batch // 2)
    emit(Phase(clock.wall(), "warm-up"))
    part = _meter(trainer, half, rules, emit)
    part.window(warm=True)
    quick = part.window(warm=True)
    step_s = quick.seconds / quick.steps * plan.batch / half
    left = rules.budget_s - (clock.wall() - begin)
    settled: bool | None = None
    if (MIN_WINDOWS + 1) * step_s <= left or half == plan.batch:
        meter = _meter(trainer, plan.batch, replace(rules, budget_s=left), emit)
        if step_s < rules.window_s:
            settled = meter.warm_up()
        else:
            meter.window(warm=True)  # each step is a window of its own: there is no time for more warm-up than one
        emit(Phase(clock.wall(), "measure"))
        stop = meter.measure(plan.seconds)
    else:
        emit(Phase(clock.wall(), "measure"))
        stop = "time-limit"
        _part(part, begin + rules.budget_s)
        updates = time_repeatedly(trainer.optimizer.step, trainer.device.synchronize, UPDATE_S, clock)
        emit(Timing(clock.wall(), "optimizer", updates, plan.batch, "sample", plan.precision))
    emit(Done(clock.wall(), stop, settled, plan.threads, plan.precision, trainer.parameters))


def _suited(request: Request, device: Device, clock: Clock, emit: Callable[[Event], None]) -> Plan:
    """The plan with the fastest settings for its network: its own, or one of the request's precisions in channels_last,
    as is usual on GPUs. Emits a `Trial` for each, and the best again with `chosen` set.

    The settings that "tune" found for the small network are not used, since its steps mostly wait to be started: an
    H100 trained it 1.2 times as fast in TF32 as in bf16.
    """
    plan, best = request.plan, None
    others = (replace(plan, precision=p, channels_last=True) for p in request.precisions)
    for candidate in dict.fromkeys((plan, *others)) if request.precisions else ():
        trial = _try(candidate, device, request, clock)
        if trial is None:
            continue
        emit(trial)
        if trial.loss is not None and (best is None or trial.samples_per_s > WORTH * best.samples_per_s):
            best = trial
    if best is None:
        return plan
    emit(replace(best, chosen=True))
    return best.apply_to(plan)


def _try(plan: Plan, device: Device, request: Request, clock: Clock) -> Trial | None:
    """A few steps of the whole batch, by kernels that nobody has searched for; None where that cannot be trained: it
    does not fit, or a library lacks something. If that goes for all settings, the job itself will say it.

    Smaller batches would not do: with half of ResNet-50's 32 images an H200 waited for the steps to be started, and
    fp32 looked as fast as bf16.
    """
    try:
        loss, seconds = _timed(plan, device, TRIAL_SHARE * request.rules.budget_s, clock)
    except torch.AcceleratorError:  # the device is gone, or no longer to be trusted
        raise
    except RuntimeError:
        return None
    finally:
        torch.accelerator.empty_cache()
    rate = STEPS_TOGETHER * plan.batch / median(seconds)
    return Trial(clock.wall(), plan.threads, plan.channels_last, plan.precision, rate, finite(loss))


def _timed(plan: Plan, device: Device, seconds: float, clock: Clock) -> tuple[float, tuple[float, ...]]:
    """The last loss of a fresh network, and the seconds of `STEPS_TOGETHER` steps, each time."""
    trainer = Trainer(plan, device, search=False)
    losses: list[Callable[[], float]] = []

    def steps() -> None:
        for _ in range(STEPS_TOGETHER):
            losses[:] = [trainer.step()]

    taken = time_repeatedly(steps, device.synchronize, seconds, clock, least=1)
    return losses[0](), taken


def _part(meter: ThroughputMeter, over: float) -> None:
    """Measure windows of a part of the batch until the time `over`, at least `MIN_WINDOWS`, after one more warm-up
    window.

    The first three steps still allocate memory: of ResNet-50 they took 1.25, 1.15 and 1.07 times as long as later ones.
    """
    meter.window(warm=True)
    seconds = [meter.window(warm=False).seconds for _ in range(MIN_WINDOWS)]
    while meter.clock.wall() + seconds[-1] <= over:
        seconds.append(meter.window(warm=False).seconds)


def _meter(trainer: Trainer, batch: int, rules: Rules, emit: Callable[[Event], None]) -> ThroughputMeter:
    return ThroughputMeter(
        partial(trainer.step, batch),
        trainer.device.synchronize,
        batch,
        rules,
        emit,
        synchronous=trainer.device.synchronous,
    )
