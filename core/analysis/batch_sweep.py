"""What a sweep over batch sizes shows: latency against throughput, derived from the raw windows.

The charts call it "Ferrari or truck": a processor answers sooner (a Ferrari), a GPU carries more at once (a truck).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from ..records.machine import Sample
from ..records.result import Run
from ..records.window_statistics import Rate, confidence_interval, measured_windows, rates

KNEE_SHARE = 0.90
"""The knee is the smallest batch that reaches this share of the best rate: larger ones take memory and add no speed."""


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One batch size: the median seconds of a training step (latency) and the samples/s (throughput)."""

    batch: int
    step_s: float
    rate: Rate


def sweep_curve(run: Run) -> list[SweepPoint]:
    """The measured batch sizes of a sweep, smallest first; empty if none was measured."""
    found = []
    for batch in sorted({w.batch for w in run.windows if not w.warm}):
        seen = measured_windows(run, batch)
        found.append(SweepPoint(batch, median(w.seconds / w.steps for w in seen), confidence_interval(rates(seen))))
    return found


def knee(curve: Sequence[SweepPoint]) -> SweepPoint | None:
    """The smallest batch that reaches `KNEE_SHARE` of the best rate; None for an empty curve."""
    best = max((p.rate.median for p in curve), default=0.0)
    return next((p for p in curve if p.rate.median >= KNEE_SHARE * best), None)


def crossover(slow_start: Sequence[SweepPoint], other: Sequence[SweepPoint]) -> int | None:
    """The smallest batch from which on the first device (a GPU, say) stays ahead of the other at every larger batch.

    Only batches that both devices measured are compared. None if the first device is behind at the largest of them,
    or if they have none in common.
    """
    behind = {p.batch: p.rate.median for p in other}
    found = None
    for point in reversed([p for p in slow_start if p.batch in behind]):
        if point.rate.median <= behind[point.batch]:
            break
        found = point.batch
    return found


def samples_per_joule(run: Run, batch: int, telemetry: Sequence[Sample], power: str) -> float | None:
    """Samples per joule at a batch, from the power sensor (W) named `power`; None if it has no value then."""
    seen = measured_windows(run, batch)
    watts = [
        value
        for sample in telemetry
        if (value := sample.values.get(power)) and any(w.t <= sample.t <= w.t + w.seconds for w in seen)
    ]
    return median(rates(seen)) / fmean(watts) if watts and seen else None
