"""The values of a curve over time: growing arrays that keep gaps and are thinned to the width of the screen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NEAR_S = 0.3
"""Up to this distance in time a value is found that has gaps around it: about one period of the sensors."""


class Series:
    """Points in the order of their times (s). A value of None, NaN in arrays, is a gap that no line crosses."""

    def __init__(self, capacity: int = 1024) -> None:
        self._t = np.empty(capacity)
        self._y = np.empty(capacity)
        self._count = 0
        self.peak: float | None = None
        """The largest value so far; None without one."""
        self.trough: float | None = None
        """The smallest value so far; None without one."""

    def __len__(self) -> int:
        return self._count

    def add(self, t: float, y: float | None) -> None:
        """Append a point."""
        self._make_room(1)
        self._t[self._count] = t
        self._y[self._count] = np.nan if y is None else y
        self._count += 1
        if y is not None:
            self._widen(y, y)

    def extend(self, t: Array, y: Array) -> None:
        """Append points, none of which may be earlier than those before."""
        self._make_room(len(t))
        self._t[self._count : self._count + len(t)] = t
        self._y[self._count : self._count + len(t)] = y
        self._count += len(t)
        if len(known := y[~np.isnan(y)]):
            self._widen(float(known.min()), float(known.max()))

    def gap(self, t: float) -> None:
        """End the line here: append a gap, unless the last point is one."""
        if self._count and not np.isnan(self._y[self._count - 1]):
            self.add(t, None)

    def points(self, width: int, left: float = -math.inf, right: float = math.inf) -> tuple[Array, Array]:
        """Times and values from `left` to `right`, and one point beyond each, for a plot of `width` pixels.

        Returns every point where they are few, otherwise the lowest and the highest of each bin of about two pixels. A
        gap shorter than a bin is lost.
        """
        first, last = (int(i) for i in np.searchsorted(self._t[: self._count], (left, right)))
        first, last = max(0, first - 1), min(self._count, last + 1)
        per_bin = (last - first) // max(1, width // 2)
        if per_bin < 4:
            return self._t[first:last], self._y[first:last]
        first -= first % per_bin  # the bins stay the same while the view moves, so that the curve does not flicker
        t, y = self._t[first:last], self._y[first:last]
        starts = np.arange(0, len(t), per_bin)
        low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
        return np.repeat(t[starts], 2), np.column_stack((low, high)).ravel()

    def at(self, t: float) -> float | None:
        """The value of the nearest point where a line is drawn at `t` or the point is near; otherwise None."""
        after = int(np.searchsorted(self._t[: self._count], t, side="right"))
        around = [i for i in (after - 1, after) if 0 <= i < self._count and not np.isnan(self._y[i])]
        if not around:
            return None
        nearest = min(around, key=lambda i: abs(float(self._t[i]) - t))
        joined = len(around) == 2 or abs(float(self._t[nearest]) - t) <= NEAR_S
        return float(self._y[nearest]) if joined else None

    def median(self) -> float | None:
        """The median of all values; None without one."""
        known = self._y[: self._count]
        known = known[~np.isnan(known)]
        return float(np.median(known)) if len(known) else None

    def _make_room(self, more: int) -> None:
        if self._count + more > len(self._t):
            spare = np.empty(max(len(self._t), more))
            self._t, self._y = np.concatenate((self._t, spare)), np.concatenate((self._y, spare))

    def _widen(self, low: float, high: float) -> None:
        self.peak = high if self.peak is None else max(self.peak, high)
        self.trough = low if self.trough is None else min(self.trough, low)
