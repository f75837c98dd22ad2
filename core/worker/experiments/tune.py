"""tune: which threads, memory layout and precision train fastest here, found one choice at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ...records.events import Done, Event, Phase, Trial
from ...records.plan import Plan, Request
from ...records.window_statistics import rates
from ..devices import Device
from ..measurement import Clock, Meter
from ..trainer import Trainer

WORTH = 1.03
"""A setting must be this much faster than the best so far: below it the difference is noise."""
LOSS_WORSE = 1.10
"""A precision may end the same steps with a loss at most this much higher than fp32's."""
LEARNING_STEPS = 12
WINDOWS = 3


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Try thread counts, then channels_last, then half precision, each on top of the best before it.

    The first trial has the plan's threads and PyTorch's own defaults. Emits a `Trial` each, and the chosen one again
    at the end with `chosen` set.
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
                break  # a slow or busy machine: what was tried until now decides
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
    """Train a fresh network: the loss after a fixed number of steps, then the best of a few short windows.

    The best window, not the median: with so few of them, a neighbour's burst would decide otherwise.
    """
    trainer = Trainer(plan, device)
    meter = Meter(trainer.step, device.synchronize, plan.batch, request.rules, emit, live=device.live)
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
    """A loss, or None where it is no number any more."""
    return loss if loss - loss == 0 else None
