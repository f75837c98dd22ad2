"""job: a real architecture in its real shapes for a few windows, as many images a step as the time allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import median

import torch

from ...records.events import Done, Event, Phase, Timing, Trial
from ...records.plan import Plan, Request, Rules
from ..devices import Device
from ..measurement import Clock, Meter, repeated
from ..operation_count import count
from ..trainer import Trainer
from .tune import WORTH, finite

MIN_WINDOWS = 2
"""So few windows of the batch itself come nearer to the truth than any extrapolation."""
TRIAL = 0.04
"""Of a job's time, for the steps of each setting that it tries; the first one, and a second that takes longer, are done
in any case."""
UPDATE_S = 0.5
"""For timing the update of the weights alone: what a step costs whatever its batch."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Measure at the plan's batch, or at half of it where a few such steps would not fit the time.

    Half of it goes first in any case: it warms up the caches and tells how long a full step would take. Windows carry
    their batch; `forecast` extrapolates, and marks it so. What a step costs whatever its batch is the update of the
    weights: it is timed by itself, since the difference of two batches would give it with the errors of both. Stops:
    converged, time-limit.
    """
    device, rules, clock = Device(request.plan.device), request.rules, Clock()
    begin = clock.wall()
    emit(Phase(begin, "prepare"))
    plan = _suited(request, device, clock, emit)
    trainer = Trainer(plan, device)
    if work := count(plan, plan.batch):
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
            meter.window(warm=True)  # a step so long is a window of its own: one is all the warm-up there is time for
        emit(Phase(clock.wall(), "measure"))
        stop = meter.measure(plan.seconds)
    else:
        emit(Phase(clock.wall(), "measure"))
        stop = "time-limit"
        _part(part, begin + rules.budget_s)
        updates = repeated(trainer.optimizer.step, trainer.device.synchronize, UPDATE_S, clock)
        emit(Timing(clock.wall(), "optimizer", updates, plan.batch, "sample", plan.precision))
    emit(Done(clock.wall(), stop, settled, plan.threads, plan.precision, trainer.parameters))


def _suited(request: Request, device: Device, clock: Clock, emit: Callable[[Event], None]) -> Plan:
    """The plan with the settings that suit its network: its own, or one of the request's number formats in
    channels_last, in which people train on GPUs. A `Trial` for each, the best again with `chosen` set.

    What `tune` found for the small network tells little of other ones: there, steps wait to be started. An H100 trained
    it 1.2 times as fast in TF32 as in bf16.
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
    """Half a batch, a few times, by kernels that nobody has searched for; None where that cannot be trained: it does
    not fit, or a library lacks something. If that goes for all settings, the job itself will say it.
    """
    part = max(1, plan.batch // 2)
    try:
        loss, seconds = _timed(plan, part, device, TRIAL * request.rules.budget_s, clock)
    except torch.AcceleratorError:  # the device is gone, or no longer to be trusted
        raise
    except RuntimeError:
        return None
    finally:
        torch.accelerator.empty_cache()
    return Trial(clock.wall(), plan.threads, plan.channels_last, plan.precision, part / median(seconds), finite(loss))


def _timed(plan: Plan, part: int, device: Device, seconds: float, clock: Clock) -> tuple[float, tuple[float, ...]]:
    """The last loss of a fresh network, and what its steps took: it is gone with its memory afterwards."""
    trainer = Trainer(plan, device, search=False)
    losses: list[Callable[[], float]] = []

    def step() -> None:
        losses[:] = [trainer.step(part)]

    taken = repeated(step, device.synchronize, seconds, clock, least=1)
    return losses[0](), taken


def _part(meter: Meter, over: float) -> None:
    """Windows of a part of the batch until `over`, `MIN_WINDOWS` in any case; before them a warm one more.

    The third step is the first without new memory: ResNet-50 took 1.25, 1.15, 1.07 and from then on once its time.
    """
    meter.window(warm=True)
    seconds = [meter.window(warm=False).seconds for _ in range(MIN_WINDOWS)]
    while meter.clock.wall() + seconds[-1] <= over:
        seconds.append(meter.window(warm=False).seconds)


def _meter(trainer: Trainer, batch: int, rules: Rules, emit: Callable[[Event], None]) -> Meter:
    return Meter(partial(trainer.step, batch), trainer.device.synchronize, batch, rules, emit, live=trainer.device.live)
