"""Where the time of a deep-learning project goes: the stages of one run, and the claim that training takes most."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from ..records.result import Run

EPOCHS, IMAGES, ANSWERS = 5, 10_000, 10_000
"""The project that the shares are of: five passes over the shipped images (to about 85 %), then as many answers."""
TRAINING = ("forward", "backward", "optimizer")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the median seconds of a batch (of one network for store and load, one image for deploy).

    `total_s` is what it takes in the whole project, `share` its part of that (0-1).
    """

    name: str
    seconds: float
    total_s: float
    share: float


def stages(run: Run) -> list[Stage]:
    """The stages in their order; empty where none was timed."""
    known = {t.name: (median(t.seconds), t.work) for t in run.timings if t.unit == "sample"}
    totals: dict[str, float] = {}
    for name, (seconds, samples) in known.items():
        images = ANSWERS if name == "deploy" else EPOCHS * IMAGES
        times = 1.0 if name in ("store", "load") else images / samples
        if name != "evaluate":  # a test now and then is part of training, and how often is everyone's own choice
            totals[name] = seconds * times
    whole = sum(totals.values())
    return [Stage(name, known[name][0], total, total / whole) for name, total in totals.items()]


def training_share(found: list[Stage]) -> float:
    """The share of forward, backward and optimiser together (0-1)."""
    return sum(s.share for s in found if s.name in TRAINING)


def preprocess_rate(run: Run) -> float | None:
    """Images per second that one process prepares; None where that was not timed."""
    for timing in run.timings:
        if timing.name == "preprocess":
            return timing.work / median(timing.seconds)
    return None
