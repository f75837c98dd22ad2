"""Ferrari or truck: what a sweep over batch sizes says, as pure functions of its raw windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from ..records.machine import Sample
from ..records.result import Run
from ..records.window_statistics import Rate, confidence_interval, measured_windows, rates

KNEE = 0.90
"""The knee is the smallest batch with this share of the best rate: beyond it a batch buys memory use, not speed."""


@dataclass(frozen=True, slots=True)
class Point:
    """One batch size: the median seconds of a step (the latency), and samples/s (the throughput)."""

    batch: int
    step_s: float
    rate: Rate


def points(run: Run) -> list[Point]:
    """The measured batch sizes of a sweep, smallest first; empty where none was measured."""
    found = []
    for batch in sorted({w.batch for w in run.windows if not w.warm}):
        seen = measured_windows(run, batch)
        found.append(Point(batch, median(w.seconds / w.steps for w in seen), confidence_interval(rates(seen))))
    return found


def knee(curve: Sequence[Point]) -> Point | None:
    """The smallest batch within `KNEE` of the best rate; None for an empty curve."""
    best = max((p.rate.median for p in curve), default=0.0)
    return next((p for p in curve if p.rate.median >= KNEE * best), None)


def crossover(slow_start: Sequence[Point], other: Sequence[Point]) -> int | None:
    """The batch from which on the first device (the truck) stays ahead of the other (the Ferrari).

    Of the batches that both have; None where it is behind at the largest of them, or where they share none.
    """
    behind = {p.batch: p.rate.median for p in other}
    found = None
    for point in reversed([p for p in slow_start if p.batch in behind]):
        if point.rate.median <= behind[point.batch]:
            break
        found = point.batch
    return found


def per_joule(run: Run, batch: int, telemetry: Sequence[Sample], power: str) -> float | None:
    """Samples per joule at a batch, from the power sensor (W) named `power`; None where it said nothing meanwhile."""
    seen = measured_windows(run, batch)
    watts = [
        value
        for sample in telemetry
        if (value := sample.values.get(power)) and any(w.t <= sample.t <= w.t + w.seconds for w in seen)
    ]
    return median(rates(seen)) / fmean(watts) if watts and seen else None
