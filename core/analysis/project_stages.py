"""Where the time of a small deep-learning project goes: its stages, and the share of training among them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from ..records.result import Run

EPOCHS, IMAGES, ANSWERS = 5, 10_000, 10_000
"""The project that the shares refer to: five epochs over the 10,000 shipped images (enough for about 85 % accuracy),
then 10,000 inferences."""
TRAINING = ("forward", "backward", "optimizer")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: `seconds`, the median for one batch (store and load: for one network; deploy: for one image);
    `total_s`, the seconds that the stage takes in the whole project; and `share` (0-1) of the project's time.
    """

    name: str
    seconds: float
    total_s: float
    share: float


def project_stages(run: Run) -> list[Stage]:
    """The stages in the order of the project; empty if none was timed."""
    known = {t.name: (median(t.seconds), t.work) for t in run.timings if t.unit == "sample"}
    totals: dict[str, float] = {}
    for name, (seconds, samples) in known.items():
        images = ANSWERS if name == "deploy" else EPOCHS * IMAGES
        times = 1.0 if name in ("store", "load") else images / samples
        if name != "evaluate":  # part of training, and everyone chooses how often to do it
            totals[name] = seconds * times
    whole = sum(totals.values())
    return [Stage(name, known[name][0], total, total / whole) for name, total in totals.items()]


def training_share(found: list[Stage]) -> float:
    """The share (0-1) of forward, backward and optimiser together."""
    return sum(s.share for s in found if s.name in TRAINING)


def preprocess_rate(run: Run) -> float | None:
    """Images/s that one process prepares; None if that was not timed."""
    for timing in run.timings:
        if timing.name == "preprocess":
            return timing.work / median(timing.seconds)
    return None
