"""What the log of a training tells, whichever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...words.safe_text import neutral

Clock = Literal["elapsed", "step", "interval"]
"""What the seconds of a row mean: those since the training began (or of the clock on the wall), those of one step, or
those since the row before.
"""
LONGEST_QUOTE = 40


class TrainingLogError(ValueError):
    """A log that tells no rate; the message is for the user, with the line that is at fault where there is one."""


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """A row: `value` is in seconds where the log has a clock, and else a rate."""

    step: int
    value: float


@dataclass(frozen=True, slots=True)
class TrainingSummary:
    """What a log tells of a training as a whole. A rate that it does not name is None."""

    seconds: float
    steps: int
    samples_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class TrainingLog:
    """Rows in the order of the file, with `clock` or with `rate`; or only a `summary`."""

    rows: tuple[LoggedStep, ...] = ()
    clock: Clock | None = None
    rate: Literal["samples", "steps"] | None = None
    """What each row's value counts in a second."""
    summary: TrainingSummary | None = None
    ended: float | None = None
    """When the last row was written, in seconds since 1970; None where the log has no dates."""


def quoted(value: object) -> str:
    """A value of the log as a message shows it."""
    text = " ".join(neutral(str(value)[: 2 * LONGEST_QUOTE]).split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
