"""tune: finds the number of threads, memory layout and precision that train fastest, each in a duet with the best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from ...records.duet import SURE_PAIRS
from ...records.events import Done, Event, Phase, Trial
from ...records.plan import Plan, Request
from ..devices import Device
from ..duet import Player, compare
from ..measurement import Clock
from ..trainer import Trainer

FIRST_WINDOWS = 3
"""Windows of the first setting, after one that warms up: there is nobody yet to compare it with."""
DUET_S = 1.2
"""Seconds for a duet that stays undecided after `SURE_PAIRS`; the best so far is kept, which is hardly slower."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting in training, and its speed as a multiple of the first setting's."""

    player: Player
    gain: float = 1.0

    @property
    def plan(self) -> Plan:
        return self.player.trainer.plan

    def trial(self) -> Trial:
        plan, player, now = self.plan, self.player, Clock().wall()
        return Trial(now, plan.threads, plan.channels_last, plan.precision, player.rate, player.loss, gain=self.gain)


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Try thread counts, then channels_last, then precisions, each together with the best settings so far.

    The first trial has the plan's threads and PyTorch's defaults. Emits a `Trial` for each, and the best one again at
    the end with `chosen` set.
    """
    plan = request.plan
    device, shuffle, end = Device(plan.device), Random(plan.seed), Clock().wall() + request.rules.budget_s
    emit(Phase(Clock().wall(), "prepare"))
    best = _Setting(_player(replace(plan, channels_last=False, precision="fp32"), device, request, emit))
    for _ in range(FIRST_WINDOWS):
        best.player.window()
    emit(best.trial())

    for stage in (_threads, _layouts, _precisions):
        reference = best
        for candidate in stage(reference.plan, device, request):
            if Clock().wall() >= end:
                break  # on a slow or busy machine, the trials so far decide
            player = _player(candidate, device, request, emit)
            duet = compare(player.window, best.player.window, shuffle, partial(_over, Clock().wall() + DUET_S, end))
            setting = _Setting(player, best.gain * duet.ratio.median)
            won = duet.won and player.learns_as(reference.player)
            emit(setting.trial())
            best = setting if won else best
    emit(replace(best.trial(), chosen=True))
    emit(Done(Clock().wall(), "converged", None, best.plan.threads, best.plan.precision, 0))


def _over(enough: float, end: float, pairs: int) -> bool:
    now = Clock().wall()
    return now >= end or (now >= enough and pairs >= SURE_PAIRS)


def _player(plan: Plan, device: Device, request: Request, emit: Callable[[Event], None]) -> Player:
    """A new network after a window that warms up."""
    player = Player(Trainer(plan, device), request.rules, emit)
    player.window()
    return player


def _threads(best: Plan, device: Device, request: Request) -> Iterator[Plan]:
    if device.torch.type == "cpu":
        yield from (replace(best, threads=n) for n in request.threads if n != best.threads)


def _layouts(best: Plan, _device: Device, _request: Request) -> Iterator[Plan]:
    yield replace(best, channels_last=True)


def _precisions(best: Plan, device: Device, _request: Request) -> Iterator[Plan]:
    for precision in device.precisions():
        if precision != best.precision:
            yield replace(best, precision=precision)
