"""The conclusions from a check: coded reasons, forecasts of jobs, the margin and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Grade = Literal["A", "B", "C", "D"]

Scenario = Literal[1, 2, 3, 4]

Numbers = dict[str, float | int | str | None]
"""The numbers of a sentence, by the names of its placeholders."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding: its code, its numbers, and the English sentence made of them. Other languages make theirs from the
    code.
    """

    code: str
    numbers: Numbers
    sentence: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long one job would take on one device: `seconds` with their 95 % range `low` to `high`, and the `probability`
    that it ends before its deadline. `estimated`: extrapolated, not measured at the job's own batch. Memory is in
    bytes.
    """

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
    """The distance to the next scenario `towards`: the deciding job, and by which `factor` the computer is too slow."""

    towards: int | None
    job: str
    factor: float | None
    sentence: str
    code: str = ""
    """As in a `Reason`; empty in files of earlier versions."""
    numbers: Numbers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The scenario (1-4) with its reasons, and how far to trust it: a grade A to D with its `doubts`."""

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
    """What limits the computer, the strongest limit first."""
    catches: tuple[Reason, ...] = ()
    """What a buyer should know before paying."""
    fired: str = ""
    """The rule that decided the scenario, with its numbers."""
    driver: tuple[Reason, ...] = ()
    """What compute shaders measured on GPUs that torch cannot use, and which scenario those might bring."""
