"""The conclusions from a check: coded reasons, forecasts of jobs, the margin and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Grade = Literal["A", "B", "C", "D"]

Scenario = Literal[1, 2, 3, 4]

Numbers = dict[str, float | int | str | None]
"""The numbers of a sentence, by the names of their places in it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its numbers, and the English sentence that they make; other languages are made from the code."""

    code: str
    numbers: Numbers
    sentence: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long one job would take on one device: a range, and the chance that it ends before its deadline."""

    job: str
    scenario: int
    device: str
    seconds: float | None
    low: float | None
    high: float | None
    deadline_s: float
    memory_need: int
    memory_has: int | None
    probability: float
    estimated: bool
    samples_per_s: float | None


@dataclass(frozen=True, slots=True)
class Margin:
    """How far the next scenario is: the job that decides, and how many times faster the machine would have to be."""

    towards: int | None
    job: str
    factor: float | None
    sentence: str
    code: str = ""
    """As in a `Reason`; empty in files of earlier versions."""
    numbers: Numbers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The scenario (1-4), what it rests on, and how far to trust it (A-D, with `doubts`)."""

    scenario: Scenario
    probability: float
    trust: Grade
    reasons: tuple[Reason, ...]
    margin: Margin
    doubts: tuple[Reason, ...]
    forecasts: tuple[Forecast, ...]
    rules: str
    """Version of the rulebook."""
    bottlenecks: tuple[Reason, ...] = ()
    """What limits the machine, the first one most."""
    catches: tuple[Reason, ...] = ()
    """What a buyer should know before paying."""
    fired: str = ""
    """The rule that set the scenario, with its numbers."""
    driver: tuple[Reason, ...] = ()
    """What shaders showed of GPUs that torch cannot use, and what those would make of the machine."""
