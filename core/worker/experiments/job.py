"""job: a published network in its usual shapes, for a few windows, with as large a batch as the time allows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

import torch

from ...records.duet import WORTH
from ...records.events import Done, Event, Phase, Timing, Trial
from ...records.plan import Plan, Request, Rules
from ..devices import Device
from ..duet import compare, quick_rate
from ..measurement import Clock, ThroughputMeter, time_repeatedly
from ..operation_count import count_operations
from ..trainer import Trainer

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
    plan = _suited(request, device, emit)
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


def _suited(request: Request, device: Device, emit: Callable[[Event], None]) -> Plan:
    """The plan with the fastest settings for its network: its own, or one of the request's precisions in channels_last,
    as is usual on GPUs. Emits a `Trial` for each, and the best again with `chosen` set.

    The settings that "tune" found for the small network are not used, since its steps mostly wait to be started: an
    H100 trained it 1.2 times as fast in TF32 as in bf16.
    """
    plan, shuffle, seconds = request.plan, Random(request.plan.seed), TRIAL_SHARE * request.rules.budget_s
    champion: _Setting | None = None
    others = (replace(plan, precision=p, channels_last=True) for p in request.precisions)
    for candidate in dict.fromkeys((plan, *others)) if request.precisions else ():
        tried = _try(candidate, champion, device, seconds, shuffle)
        if tried is None and champion:
            champion.rest()  # there may be no memory for both
            tried = _try(candidate, champion, device, seconds, shuffle)
        if tried:
            emit(tried.trial())
            champion = tried if tried.won and tried.loss is not None else champion
    if champion is None:
        return plan
    champion.rest()
    emit(replace(champion.trial(), chosen=True))
    return champion.plan


class _Setting:
    """A fresh network that trains a few steps of the whole batch at a time, by kernels that nobody has searched for.

    Smaller batches would not do: with half of ResNet-50's 32 images an H200 waited for the steps to be started, and
    fp32 looked as fast as bf16. `won`: it is the fastest so far; `gain`: as a multiple of the first one's speed.
    """

    def __init__(self, plan: Plan, device: Device) -> None:
        self.plan, self.won, self.gain = plan, True, 1.0
        self.loss: float | None = None
        self._trainer: Trainer | None = Trainer(plan, device, search=False)
        self._rates: list[float] = []
        self.window()
        self._rates.clear()  # these steps chose kernels and filled caches

    def window(self) -> float:
        """Train `STEPS_TOGETHER` steps; returns their samples per second."""
        if (trainer := self._trainer) is None:
            raise ValueError("a setting that rests cannot train")
        trainer.take_turn()
        trainer.device.synchronize()
        begin = Clock().wall()
        losses = [trainer.step() for _ in range(STEPS_TOGETHER)]
        trainer.device.synchronize()
        seconds = max(Clock().wall() - begin, 1e-9)
        loss = losses[-1]()
        self.loss = loss if math.isfinite(loss) else None
        self._rates.append(STEPS_TOGETHER * self.plan.batch / seconds)
        return self._rates[-1]

    def play(self, champion: _Setting | None, seconds: float, shuffle: Random) -> None:
        """Train in a duet with the champion, so many seconds each; alone if there is none, or if it rests."""
        begin = Clock().wall()
        if champion and champion._trainer:
            duet = compare(self.window, champion.window, shuffle, lambda _: Clock().wall() - begin >= 2 * seconds)
            ratio, self.won = duet.ratio.median, duet.won
        else:
            while not self._rates or Clock().wall() - begin < seconds:
                self.window()
            ratio = self.rate / champion.rate if champion else 1.0
            self.won = not champion or ratio > WORTH
        self.gain = champion.gain * ratio if champion else 1.0

    def rest(self) -> None:
        """Give the memory back; the figures stay."""
        self._trainer = None
        torch.accelerator.empty_cache()

    @property
    def rate(self) -> float:
        """Samples per second, see `quick_rate`."""
        return quick_rate(self._rates)

    def trial(self) -> Trial:
        """What it showed so far."""
        plan, now = self.plan, Clock().wall()
        return Trial(now, plan.threads, plan.channels_last, plan.precision, self.rate, self.loss, gain=self.gain)


def _try(plan: Plan, champion: _Setting | None, device: Device, seconds: float, shuffle: Random) -> _Setting | None:
    """The plan's setting after its duet; None where it cannot be trained: it does not fit, or a library lacks
    something. If that goes for all settings, the job itself will say it.
    """
    try:
        setting = _Setting(plan, device)
        setting.play(champion, seconds, shuffle)
        return setting
    except torch.AcceleratorError:  # the device is gone, or no longer to be trusted
        raise
    except RuntimeError:
        return None
    finally:
        torch.accelerator.empty_cache()


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
