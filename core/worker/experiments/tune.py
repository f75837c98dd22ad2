"""tune: finds the number of threads, memory layout and precision that train fastest, one setting after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ...records.events import Done, Event, Phase, Trial
from ...records.plan import Plan, Request
from ...records.window_statistics import rates
from ..devices import Device
from ..measurement import Clock, ThroughputMeter
from ..trainer import Trainer

WORTH = 1.03
"""A setting must be so many times as fast as the best so far: smaller differences are noise."""
LOSS_WORSE = 1.10
"""After the same steps, the loss of a setting may be at most so many times that of fp32."""
LEARNING_STEPS = 12
"""Training steps before the losses of settings are compared."""
WINDOWS = 3
"""Windows that are measured for each setting."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Try thread counts, then channels_last, then precisions, each together with the best settings so far.

    The first trial has the plan's threads and PyTorch's defaults. Emits a `Trial` for each, and the best one again at
    the end with `chosen` set.
    """
    plan = request.plan
    device = Device(plan.device)
    defaults = replace(plan, channels_last=False, precision="fp32")
    emit(Phase(Clock().wall(), "prepare"))
    best = first = _try(defaults, device, request, emit)
    over = Clock().wall() + request.rules.budget_s

    def threads(best: Plan, device: Device) -> Iterator[Plan]:
        if device.torch.type == "cpu":
            yield from (replace(best, threads=n) for n in request.threads if n != plan.threads)

    for stage in (threads, _layouts, _precisions):
        for candidate in stage(best[0], device):
            if Clock().wall() >= over:
                break  # on a slow or busy machine, the trials so far decide
            trial = _try(candidate, device, request, emit)
            if trial[1].samples_per_s > WORTH * best[1].samples_per_s and _learns(trial[1], first[1]):
                best = trial
    chosen, winner = best
    emit(replace(winner, chosen=True))
    emit(Done(winner.t, "converged", None, chosen.threads, chosen.precision, 0))


def _layouts(best: Plan, _device: Device) -> Iterator[Plan]:
    yield replace(best, channels_last=True)


def _precisions(best: Plan, device: Device) -> Iterator[Plan]:
    for precision in device.precisions():
        if precision != best.precision:
            yield replace(best, precision=precision)


def _try(plan: Plan, device: Device, request: Request, emit: Callable[[Event], None]) -> tuple[Plan, Trial]:
    """Train a new network: its loss after `LEARNING_STEPS`, then the rate of the fastest of a few short windows.

    The fastest, not the median: with so few windows, a short load of another program would change the median.
    """
    trainer = Trainer(plan, device)
    meter = ThroughputMeter(
        trainer.step, device.synchronize, plan.batch, request.rules, emit, synchronous=device.synchronous
    )
    steps = [trainer.step() for _ in range(LEARNING_STEPS)]
    loss = steps[-1]()
    meter.window(warm=True)
    windows = [meter.window(warm=True) for _ in range(WINDOWS)]
    trial = Trial(
        meter.clock.wall(), plan.threads, plan.channels_last, plan.precision, max(rates(windows)), finite(loss)
    )
    emit(trial)
    return plan, trial


def _learns(trial: Trial, reference: Trial) -> bool:
    return trial.loss is not None and (reference.loss is None or trial.loss <= LOSS_WORSE * reference.loss)


def finite(loss: float) -> float | None:
    """The loss; None where it is infinite or not a number."""
    return loss if loss - loss == 0 else None
