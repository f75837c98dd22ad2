"""Networks that train in turn, in short windows, so that `records/duet.py` can tell which is faster."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from ..records.duet import Duet
from ..records.events import Event
from ..records.plan import Rules
from ..records.window_statistics import rates
from .measurement import ThroughputMeter
from .trainer import Trainer

MOST_PAIRS = 24
WINDOW_S = 0.03
"""Of a window: a step or more of the small network, and shorter than a neighbour's visits, so that both share them.

With visits of 0.25 s, a setting 1.15 times as fast won all simulated duets of 24 pairs of 0.03 s, and half of those of
12 pairs of 0.06 s: in as many pairs as could not be outvoted, the neighbour came or went in between.
"""
LONGEST = 3
"""A window ends early once it lasts so many times as long. Where others take a core, a step can take a moment or 0.3 s,
and one that was quick would make the next window seconds long.
"""
LEARNING_STEPS = 12
"""Training steps before the losses of two players are compared."""
LOSS_WORSE = 1.10
"""After the same steps, the loss of a setting may be at most so many times that of fp32."""
QUICK_SHARE = 0.8
"""A setting's rate is that which so many of its windows do not exceed: others only ever slow a window down."""

Window = Callable[[], float]
"""Trains for a moment, and returns the samples per second."""


class Player:
    """A network in training that takes its turns beside others in the same process."""

    def __init__(self, trainer: Trainer, rules: Rules, emit: Callable[[Event], None] = lambda _: None) -> None:
        rules = replace(rules, window_s=min(WINDOW_S, rules.window_s))
        device, batch = trainer.device, trainer.plan.batch
        self.trainer = trainer
        self._meter = ThroughputMeter(
            self.step, device.synchronize, batch, rules, emit, synchronous=device.synchronous, longest=LONGEST
        )
        self._steps = 0
        self._loss: Callable[[], float] = lambda: math.nan

    def step(self) -> Callable[[], float]:
        """One training step, see `Trainer.step`."""
        read_loss = self.trainer.step()
        self._steps += 1
        if self._steps <= LEARNING_STEPS:
            self._loss = read_loss
        return read_loss

    def window(self) -> float:
        """Train for one window, which does not count for other statistics; returns its samples per second."""
        self.trainer.take_turn()
        return self._meter.window(warm=True).rate

    @property
    def rate(self) -> float:
        """Samples per second, by all windows but the first, which fills caches; see `quick_rate`."""
        return quick_rate(rates(self._meter.windows[1:] or self._meter.windows))

    @property
    def loss(self) -> float | None:
        """The loss after `LEARNING_STEPS`, or after the steps so far if these are fewer; None if it is not finite."""
        loss = self._loss()
        return loss if math.isfinite(loss) else None

    def learns_as(self, other: Player) -> bool:
        """Whether the losses of both are about the same after as many steps, which are done now if they were not."""
        for player in (self, other):
            player.trainer.take_turn()
            while player._steps < LEARNING_STEPS:
                player.step()
        return self.loss is not None and (other.loss is None or self.loss <= LOSS_WORSE * other.loss)


def quick_rate(values: Sequence[float]) -> float:
    """The rate of a setting from those of its windows: the quantile `QUICK_SHARE`, by the nearest rank."""
    return sorted(values)[round(QUICK_SHARE * (len(values) - 1))]


def compare(
    challenger: Window, champion: Window, shuffle: Random, over: Callable[[int], bool] = lambda _: False
) -> Duet:
    """Let both train in turn, in pairs of shuffled order, until it is decided, after `MOST_PAIRS` pairs, or when it is
    `over` after a number of pairs; at least one pair.

    Pairs and a median, not the fastest window of each: another program that comes and goes can leave no window of one
    of them alone. Shuffled, lest the program's own rhythm, or the end of a window, always meet the same one.
    """
    duet = Duet((), ())
    while True:
        if shuffle.random() < 0.5:
            ours = challenger()
            theirs = champion()
        else:
            theirs = champion()
            ours = challenger()
        duet = Duet((*duet.challenger, ours), (*duet.champion, theirs))
        pairs = len(duet.ratios)
        if duet.decided or pairs >= MOST_PAIRS or over(pairs):
            return duet
