"""Interleaved rounds: each measures every side once, order alternating; a spoilt one is repeated, never averaged in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from .contention import Usage, wait_for_quiet

ATTEMPTS_PER_ROUND = 4
"""A machine that spoils three rounds of four is too busy to measure on."""
PATIENCE_S = 120.0
"""Wait so long for others to be done, before the first round and after each spoilt one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one side did in one round. `flaw` says why it cannot count, contention aside."""

    value: float
    usage: Usage
    detail: dict[str, object] = field(default_factory=dict)
    flaw: str = ""

    @property
    def spoilt(self) -> str:
        """Why it cannot count; empty where it can."""
        return self.usage.flaw or self.flaw


Round = dict[str, Stretch]
"""One stretch of each side, by the side's name."""
Sides = dict[str, Callable[[], Stretch]]


@dataclass(slots=True)
class Rounds:
    """The rounds that count, and those that were spoilt."""

    wanted: int
    kept: list[Round] = field(default_factory=list)
    spoilt: list[Round] = field(default_factory=list)
    waited_s: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether enough rounds count."""
        return len(self.kept) >= self.wanted

    def ratio(self, side: str, other: str) -> float:
        """The median over the rounds of one side's value to another's."""
        return median(r[side].value / r[other].value for r in self.kept)

    def value(self, side: str) -> float:
        """The median over the rounds of one side's value."""
        return median(r[side].value for r in self.kept)


@dataclass(frozen=True, slots=True)
class Figure:
    """Some numbers, and the target that their median is held against (None: for information).

    An error is held against it by its size: `signed` is False.
    """

    name: str
    unit: str
    values: list[float]
    target: float | None = None
    at_least: bool = True
    signed: bool = True

    @property
    def median(self) -> float | None:
        """None where nothing could be measured."""
        return median(self.values) if self.values else None

    @property
    def met(self) -> bool | None:
        """Whether the median meets the target; None where there is no target or no median."""
        if self.target is None or self.median is None:
            return None
        value = self.median if self.signed else abs(self.median)
        return value >= self.target if self.at_least else value <= self.target


Measured = tuple[list[Figure], list[Rounds]]
"""What a benchmark returns: its figures, and all the rounds that they come from."""


def interleave(
    measure: Callable[[int], Round],
    wanted: int,
    say: Callable[[str], None],
    quiet: Callable[[float], float] = wait_for_quiet,
) -> Rounds:
    """Measure `wanted` rounds that count. `measure` is told how many count so far, to alternate the order by."""
    rounds = Rounds(wanted)
    flaw = "not looked yet"
    while not rounds.complete and len(rounds.kept) + len(rounds.spoilt) < ATTEMPTS_PER_ROUND * wanted:
        if flaw:
            rounds.waited_s += quiet(PATIENCE_S)
        done = measure(len(rounds.kept))
        flaw = next((stretch.spoilt for stretch in done.values() if stretch.spoilt), "")
        (rounds.spoilt if flaw else rounds.kept).append(done)
        values = ", ".join(f"{name} {stretch.value:.4g}" for name, stretch in done.items())
        say(f"  {len(rounds.kept)} of {wanted}: {values}" + (f" — spoilt: {flaw}" if flaw else ""))
    return rounds


def in_turn(sides: Sides) -> Callable[[int], Round]:
    """Each side once, A B, then B A; what is left after a spoilt one is not measured."""

    def measure(kept: int) -> Round:
        done: Round = {}
        for name in reversed(sides) if kept % 2 else sides:
            done[name] = sides[name]()
            if done[name].spoilt:
                break
        return done

    return measure


def complete(groups: Sequence[Rounds]) -> list[Rounds]:
    """The groups that may be summed up."""
    return [rounds for rounds in groups if rounds.complete]
