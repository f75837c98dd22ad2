"""Burst against sustained: what a long run without a pause says of a machine's cooling and power, from raw windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ..records.machine import Sample
from ..records.result import Run
from ..records.window_statistics import measured_windows
from .gpu_telemetry import CAUSES, joules, slowed

SETTLE_S, BURST_S = 1.0, 10.0
"""Burst is the rate of the first ten seconds after the first one, in which clocks still rise."""
LOOPS = 20
RATIO_MIN = 0.95
"""Below this share of its burst a machine throttles: a rate wanders by less on its own."""
STABLE = 0.97
"""3DMark's stress test runs twenty loops; a machine passes whose worst is at least this share of its best."""
WORTH_S = 60.0
"""A shorter run does not heat a machine up: it says nothing about what is sustained."""


@dataclass(frozen=True, slots=True)
class Endurance:
    """Samples/s in the beginning and over the last third, and the worst of `LOOPS` equal parts over the best (0-1).

    `throttled` is the share (0-1) of the time in which a GPU was slowed down, by cause; `joules` the energy that it
    took, None where no sensor tells.
    """

    burst: float
    sustained: float
    stability: float
    seconds: float
    throttled: dict[str, float]
    joules: float | None

    @property
    def ratio(self) -> float:
        """Sustained over burst."""
        return self.sustained / self.burst

    @property
    def passed(self) -> bool:
        """Whether it is as stable as 3DMark asks for."""
        return self.stability >= STABLE


def endurance(run: Run, telemetry: Sequence[Sample], gpu: int | None = None) -> Endurance | None:
    """What a run of at least `WORTH_S` says; None for a shorter one. `gpu` is the index of its sensors."""
    windows = sorted(measured_windows(run), key=lambda w: w.t)
    if not windows:
        return None
    begin, end = windows[0].t, max(w.t + w.seconds for w in windows)
    if end - begin < WORTH_S:
        return None
    early = [w.rate for w in windows if SETTLE_S <= w.t - begin < SETTLE_S + BURST_S]
    late = [w.rate for w in windows if w.t >= end - (end - begin) / 3]
    loops: list[list[float]] = [[] for _ in range(LOOPS)]
    for window in windows:
        loops[min(LOOPS - 1, int(LOOPS * (window.t - begin) / (end - begin)))].append(window.rate)
    parts = [median(loop) for loop in loops if loop]
    during = [s for s in telemetry if begin <= s.t <= end]
    first = median(early or [w.rate for w in windows[:1]])
    return Endurance(
        first,
        median(late or [windows[-1].rate]),
        min(parts) / max(parts),
        end - begin,
        {cause: share for cause in CAUSES if (share := slowed(during, gpu, cause))},
        joules(during, gpu),
    )


def ratio(runs: Sequence[Run], device: str) -> float:
    """By how much long trainings on a device run slower than what a check measures (0-1); 1 where no soak tells."""
    known = [
        e.ratio for r in runs if r.task == "soak" and r.plan.device == device and (e := endurance(r, ())) is not None
    ]
    return min(1.0, *known) if known else 1.0
