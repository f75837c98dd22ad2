"""Throughput and steadiness, computed from raw windows whenever needed: results store windows alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import NormalDist, median

from .events import Window
from .result import Run

STEADY_WINDOWS = 8
"""Steady state is looked for in so many last windows (Barrett et al., OOPSLA'17: detect it, do not assume it)."""
STEADY_DRIFT = 0.01
"""The medians of the two halves of these windows may differ by this share."""
STEADY_SPREAD = 0.10
"""The difference of the fastest and the slowest of them may be this share of their median."""

MODEL_ERROR = 0.10
"""How far a few windows of the real network may be off a whole training: half of a 95 % range, as a share."""
SURE = 0.99
"""With this probability a side of a border counts as certain."""
DECIDED_WINDOWS, DECIDED_S = 2, 2.0
"""The fewest windows, and seconds of them, that decide."""
NARROW, COARSE = 0.03, 0.10
"""Half of a rate's interval, as a share: from `NARROW` on further windows change no answer, as `MODEL_ERROR` outweighs
them; up to `COARSE` an answer that is certain is taken."""

THREAD_GAIN, THREAD_GAIN_ERROR = 0.87, 0.13
"""Twice the threads train 2^0.87 = 1.83 times as fast, or 1.67 to 2 times: on two cores of an EPYC of 2025 the small
network took 1.70 to 1.82, ResNet-18 1.78 to 1.88 times the rate of one thread (fp32 and bf16).
"""
LEAST_SHARE = 0.25
"""Of its time that a thread has a processor: with less, caches are cold so often that its own time tells little."""


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
    """The rate of a run at its plan's batch, as on a quiet machine; None where no window was measured."""
    values = rates(measured_windows(run))
    return on_quiet_machine(run, confidence_interval(values)) if values else None


def correction(run: Run) -> float:
    """By which factor a run's rate is corrected to a quiet machine's, as it left other programs the cores that they
    kept busy; 1: not. A single thread that had a processor for a share of the time only, as even more cores were busy,
    would have been as much faster.
    """
    threads = run.plan.threads
    if not run.quiet_threads or not threads:
        return 1.0
    return math.pow(run.quiet_threads / threads, THREAD_GAIN) / (_share_of_time(run) if threads == 1 else 1.0)


def _share_of_time(run: Run) -> float:
    """The share of the time in which a run of one thread had a processor."""
    counted = [w for w in run.windows if not w.warm and not w.paused_s]
    passed = sum(w.seconds for w in counted)
    return min(1.0, max(LEAST_SHARE, sum(w.cpu_s for w in counted) / passed)) if passed else 1.0


def on_quiet_machine(run: Run, speed: Rate) -> Rate:
    """The rate with all threads that a quiet machine has, in the wider interval that this has."""
    factor = correction(run)
    wider = factor ** (THREAD_GAIN_ERROR / THREAD_GAIN)
    return replace(
        speed, median=speed.median * factor, low=speed.low * factor / wider, high=speed.high * factor * wider
    )


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


def chance_of_reaching(rate: float, border: float, error: float) -> float:
    """The probability (0-1) that the true rate is at least `border`. `error`: half of the 95 % range of `rate`, as a
    share; the rate is taken as log-normal.
    """
    if not (rate > 0 and border > 0 and error > 0):
        return float(rate >= border)
    return NormalDist(0, error / 1.96).cdf(math.log(rate / border))


def is_decided(windows: Sequence[Window], borders: Sequence[float]) -> bool:
    """Whether further windows would not change on which side of each border (samples/s) the rate lies: it is certain,
    or the rate is known so well that only `MODEL_ERROR` is left, by which a whole training may differ from windows.
    """
    if len(windows) < DECIDED_WINDOWS or sum(w.seconds for w in windows) < DECIDED_S:
        return False
    known = confidence_interval(rates(windows))
    error = math.hypot(known.half_width, MODEL_ERROR)
    chances = [chance_of_reaching(known.median, border, error) for border in borders]
    certain = known.half_width <= COARSE and all(max(c, 1 - c) >= SURE for c in chances)
    return certain or known.half_width <= NARROW


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
