"""The roofline (Williams, Waterman, Patterson 2009): how near a training comes to what the hardware can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..records.events import Timing
from ..records.result import Run
from ..records.window_statistics import rate

HALVES = ("bf16", "fp16")
"""Formats in which the counted bytes, which are of single precision, are half as many."""


@dataclass(frozen=True, slots=True)
class Roof:
    """What one device reaches at one precision: floating-point operations/s, and bytes/s of its memory."""

    flops: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """Operations per byte from which on arithmetic, not memory, is the limit."""
        return self.flops / self.bandwidth


@dataclass(frozen=True, slots=True)
class Place:
    """Where a training is under its roof. `intensity` in operations per byte, counted as if there were no cache:
    what a cache saves lets a training come out above the slope.
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
        """Of the peak arithmetic (0-1)."""
        return self.achieved / self.roof.flops

    @property
    def bandwidth_share(self) -> float:
        """Of the memory's bandwidth; above 1 where a cache helps."""
        return self.moved / self.roof.bandwidth


def fastest(timing: Timing) -> float:
    """Work per second of the best repetition: a peak is what was reached once."""
    return timing.work / min(timing.seconds)


def speeds(runs: Sequence[Run], name: str, device: str) -> dict[str, float]:
    """Work per second of a timing of the matmul experiment on a device, by its way."""
    found: dict[str, float] = {}
    for run in runs:
        if run.task == "matmul" and run.plan.device == device:
            for timing in run.timings:
                if timing.name == name:
                    found[timing.way] = max(found.get(timing.way, 0.0), fastest(timing))
    return found


def roof(runs: Sequence[Run], device: str, precision: str) -> Roof | None:
    """The device's roof at a precision, its fp32 one where that was not timed; None where nothing was."""
    peaks, copies = speeds(runs, "peak", device), speeds(runs, "copy", device)
    flops = peaks.get(precision) or peaks.get("fp32")
    return Roof(flops, max(copies.values())) if flops and copies else None


def place(run: Run, runs: Sequence[Run]) -> Place | None:
    """Where a measured training is; None without its rate, its counted work or a roof."""
    speed, work = rate(run), run.work
    over = roof(runs, run.plan.device, run.plan.precision)
    if not (speed and work and over):
        return None
    steps_per_s = speed.median / work.batch
    moved = work.bytes * (0.5 if run.plan.precision in HALVES else 1.0)
    return Place(
        run.plan.model,
        run.plan.device,
        work.batch,
        work.flops,
        work.flops / moved,
        work.flops * steps_per_s,
        moved * steps_per_s,
        over,
    )


def ways(runs: Sequence[Run]) -> list[tuple[str, str, float]]:
    """(way, device, operations/s) of the one product, slowest first."""
    found = [
        (t.way, r.plan.device, fastest(t)) for r in runs if r.task == "matmul" for t in r.timings if t.name == "matmul"
    ]
    return sorted(found, key=lambda item: item[2])
