"""Statistics of windows, pure and without torch: a run's rate is derived from its raw windows whenever asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .events import Window
from .result import Run

STEADY_WINDOWS = 8
"""The last windows that are looked at for steadiness (Barrett et al., OOPSLA'17: detect it, never assume it)."""
STEADY_DRIFT = 0.01
"""Their halves may differ by this much ..."""
STEADY_SPREAD = 0.10
"""... and their range may be this share of their median."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Samples per second: the median of the windows and its 95 % interval."""

    median: float
    low: float
    high: float
    windows: int

    @property
    def half_width(self) -> float:
        """Half of the interval as a share of the median."""
        return (self.high - self.low) / 2 / self.median


def rates(windows: Sequence[Window]) -> list[float]:
    """Samples per second of each window."""
    return [w.rate for w in windows]


def measured(run: Run, batch: int | None = None) -> list[Window]:
    """The windows that count: no warm-up, no pause, and of the given batch (the plan's own where none is named)."""
    wanted = run.plan.batch if batch is None else batch
    return [w for w in run.windows if not w.warm and not w.paused_s and w.batch == wanted]


def rate(run: Run) -> Rate | None:
    """The rate of a run at its plan's batch; None where not one window was measured."""
    values = rates(measured(run))
    return interval(values) if values else None


def steady(values: Sequence[float]) -> bool:
    """Whether the last windows have settled: halves within 1 %, spread within 10 %."""
    if len(values) < STEADY_WINDOWS:
        return False
    last = values[-STEADY_WINDOWS:]
    half = STEADY_WINDOWS // 2
    drift = abs(median(last[half:]) / median(last[:half]) - 1)
    return drift <= STEADY_DRIFT and (max(last) - min(last)) / median(last) <= STEADY_SPREAD


def interval(values: Sequence[float]) -> Rate:
    """Median with its distribution-free 95 % interval, widened for what neighbouring windows share.

    The interval is the binomial order-statistic interval of the median (normal approximation of its ranks, with the
    continuity correction: at least 95 % for every number of windows from six on), each half stretched by
    sqrt((1+r)/(1-r)), r the lag-1 autocorrelation clipped to [0, 0.9]. With fewer than six windows no order statistic
    reaches 95 %: the extremes stand in, so the range is honest but the level is lower.
    """
    ordered = sorted(values)
    n = len(ordered)
    middle = median(ordered)
    rank = max(0, math.floor((n + 1) / 2 - 1.96 * math.sqrt(n) / 2) - 1)
    low, high = ordered[rank], ordered[n - 1 - rank]
    r = autocorrelation(values)
    stretch = math.sqrt((1 + r) / (1 - r))
    return Rate(middle, max(0.0, middle - (middle - low) * stretch), middle + (high - middle) * stretch, n)


def autocorrelation(values: Sequence[float]) -> float:
    """Lag-1 autocorrelation, clipped to [0, 0.9]; 0 for fewer than three values or a constant."""
    n = len(values)
    if n < 3:
        return 0.0
    mean = sum(values) / n
    total = sum((v - mean) ** 2 for v in values)
    if total == 0:
        return 0.0
    shared = sum((a - mean) * (b - mean) for a, b in pairwise(values))
    return min(0.9, max(0.0, shared / total))
