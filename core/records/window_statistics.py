"""Throughput and steadiness, computed from raw windows whenever needed: results store windows alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .events import Window
from .result import Run

STEADY_WINDOWS = 8
"""Steady state is looked for in so many last windows (Barrett et al., OOPSLA'17: detect it, do not assume it)."""
STEADY_DRIFT = 0.01
"""The medians of the two halves of these windows may differ by this share."""
STEADY_SPREAD = 0.10
"""The difference of the fastest and the slowest of them may be this share of their median."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Samples per second: the median of the windows and its 95 % interval."""

    median: float
    low: float
    high: float
    windows: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width, as a share of the median."""
        return (self.high - self.low) / 2 / self.median


def rates(windows: Sequence[Window]) -> list[float]:
    """Samples per second of each window."""
    return [w.rate for w in windows]


def measured_windows(run: Run, batch: int | None = None) -> list[Window]:
    """The windows that count: without warm-up, without a pause, and of the given batch (None: the plan's)."""
    wanted = run.plan.batch if batch is None else batch
    return [w for w in run.windows if not w.warm and not w.paused_s and w.batch == wanted]


def rate(run: Run) -> Rate | None:
    """The rate of a run at its plan's batch; None where no window was measured."""
    values = rates(measured_windows(run))
    return confidence_interval(values) if values else None


def is_steady(values: Sequence[float]) -> bool:
    """Whether the last `STEADY_WINDOWS` rates are in a steady state; False for fewer rates."""
    if len(values) < STEADY_WINDOWS:
        return False
    last = values[-STEADY_WINDOWS:]
    half = STEADY_WINDOWS // 2
    drift = abs(median(last[half:]) / median(last[:half]) - 1)
    return drift <= STEADY_DRIFT and (max(last) - min(last)) / median(last) <= STEADY_SPREAD


def confidence_interval(values: Sequence[float]) -> Rate:
    """Median with its distribution-free 95 % interval, widened for the correlation of neighbouring windows.

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
