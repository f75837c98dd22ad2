"""The roofline model (Williams, Waterman, Patterson 2009): how close a training comes to the limits of the hardware."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..records.events import Timing
from ..records.result import Run
from ..records.window_statistics import rate

HALF_PRECISIONS = ("bf16", "fp16")
"""Number formats of two bytes. Bytes are counted for fp32, and halved for these."""


@dataclass(frozen=True, slots=True)
class Roof:
    """Measured peaks of one device at one precision: `flops` in operations/s, `bandwidth` of its memory in bytes/s."""

    flops: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """The arithmetic intensity, in operations per byte, above which arithmetic and not memory is the limit."""
        return self.flops / self.bandwidth


@dataclass(frozen=True, slots=True)
class RooflinePoint:
    """A training under its roof: `step_flops` operations of one step, `achieved` operations/s, `moved` bytes/s.

    `intensity` in operations per byte. Bytes are counted as if there were no cache: with one, a training can lie above
    the slope.
    """

    model: str
    device: str
    batch: int
    step_flops: float
    intensity: float
    achieved: float
    moved: float
    roof: Roof

    @property
    def compute_share(self) -> float:
        """Achieved operations/s as a share (0-1) of the peak."""
        return self.achieved / self.roof.flops

    @property
    def bandwidth_share(self) -> float:
        """Bytes/s as a share of the memory's bandwidth; above 1 where a cache helps."""
        return self.moved / self.roof.bandwidth


def best_rate(timing: Timing) -> float:
    """Work per second of the fastest repetition: a peak is what was reached at least once."""
    return timing.work / min(timing.seconds)


def timing_rates(runs: Sequence[Run], name: str, device: str) -> dict[str, float]:
    """Best work per second of a timing of the matmul experiment on a device, by the timing's `way`.

    "peak": operations/s, the way is the precision; "copy": bytes/s, its way is empty.
    """
    found: dict[str, float] = {}
    for run in runs:
        if run.task == "matmul" and run.plan.device == device:
            for timing in run.timings:
                if timing.name == name:
                    found[timing.way] = max(found.get(timing.way, 0.0), best_rate(timing))
    return found


def device_roof(runs: Sequence[Run], device: str, precision: str) -> Roof | None:
    """The device's roof at a precision, or at fp32 if that was not timed; None if neither peak nor copy was."""
    peaks, copies = timing_rates(runs, "peak", device), timing_rates(runs, "copy", device)
    flops = peaks.get(precision) or peaks.get("fp32")
    return Roof(flops, max(copies.values())) if flops and copies else None


def roofline_point(run: Run, runs: Sequence[Run]) -> RooflinePoint | None:
    """The point of a measured training; None without its rate, its counted work or a roof of its device."""
    speed, work = rate(run), run.work
    over = device_roof(runs, run.plan.device, run.plan.precision)
    if not (speed and work and over):
        return None
    steps_per_s = speed.median / work.batch
    moved = work.bytes * (0.5 if run.plan.precision in HALF_PRECISIONS else 1.0)
    return RooflinePoint(
        run.plan.model,
        run.plan.device,
        work.batch,
        work.flops,
        work.flops / moved,
        work.flops * steps_per_s,
        moved * steps_per_s,
        over,
    )


def product_rates(runs: Sequence[Run]) -> list[tuple[str, str, float]]:
    """(way, device, operations/s) of the same matrix product done in different ways, slowest first."""
    found = [
        (t.way, r.plan.device, best_rate(t))
        for r in runs
        if r.task == "matmul"
        for t in r.timings
        if t.name == "matmul"
    ]
    return sorted(found, key=lambda item: item[2])
