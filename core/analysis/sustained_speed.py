"""Burst against sustained speed: what a long run without pauses shows of a machine's cooling and power limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ..records.machine import Sample
from ..records.result import Run
from ..records.window_statistics import measured_windows
from .gpu_telemetry import THROTTLE_CAUSES, energy_joules, throttled_share

SETTLE_S, BURST_S = 1.0, 10.0
"""Burst is the rate of the ten seconds after the first one. In the first second, clocks still rise."""
LOOPS = 20
"""3DMark's stress test runs twenty loops: a run is cut into as many equal parts."""
THROTTLED_RATIO = 0.95
"""A machine that sustains less than this share of its burst throttles: rates vary by less on their own."""
STABLE_RATIO = 0.97
"""3DMark's stress test is passed if the worst loop has at least this share of the best one's speed."""
SHORTEST_S = 60.0
"""Seconds. A shorter run does not heat up a machine enough to show what it sustains."""


@dataclass(frozen=True, slots=True)
class SustainedSpeed:
    """`burst` and `sustained`: samples/s in the beginning and over the last third of a run of `seconds`.

    `stability`: the worst of `LOOPS` equal parts over the best (0-1). `throttled`: the share (0-1) of the time in which
    the GPU was throttled, by cause. `joules`: the energy that it took; None without a sensor for it.
    """

    burst: float
    sustained: float
    stability: float
    seconds: float
    throttled: dict[str, float]
    joules: float | None

    @property
    def ratio(self) -> float:
        """Sustained speed as a share of the burst."""
        return self.sustained / self.burst

    @property
    def passed(self) -> bool:
        """Whether the stability is what 3DMark asks for."""
        return self.stability >= STABLE_RATIO


def sustained_speed(run: Run, telemetry: Sequence[Sample], gpu: int | None = None) -> SustainedSpeed | None:
    """The sustained speed of a run; None if it is shorter than `SHORTEST_S`. `gpu`: the N of its sensors "gpu.N.…"."""
    windows = sorted(measured_windows(run), key=lambda w: w.t)
    if not windows:
        return None
    begin, end = windows[0].t, max(w.t + w.seconds for w in windows)
    if end - begin < SHORTEST_S:
        return None
    early = [w.rate for w in windows if SETTLE_S <= w.t - begin < SETTLE_S + BURST_S]
    late = [w.rate for w in windows if w.t >= end - (end - begin) / 3]
    loops: list[list[float]] = [[] for _ in range(LOOPS)]
    for window in windows:
        loops[min(LOOPS - 1, int(LOOPS * (window.t - begin) / (end - begin)))].append(window.rate)
    parts = [median(loop) for loop in loops if loop]
    during = [s for s in telemetry if begin <= s.t <= end]
    first = median(early or [w.rate for w in windows[:1]])
    return SustainedSpeed(
        first,
        median(late or [windows[-1].rate]),
        min(parts) / max(parts),
        end - begin,
        {cause: share for cause in THROTTLE_CAUSES if (share := throttled_share(during, gpu, cause))},
        energy_joules(during, gpu),
    )


def sustained_ratio(runs: Sequence[Run], device: str) -> float:
    """The share (0-1) of a check's speed that long trainings on a device keep, by its soak runs; 1 without any."""
    known = [
        e.ratio
        for r in runs
        if r.task == "soak" and r.plan.device == device and (e := sustained_speed(r, ())) is not None
    ]
    return min(1.0, *known) if known else 1.0
