"""The numbers behind a curve: buffers that grow, keep gaps as gaps, and thin themselves to the width of the screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Series:
    """Points in the order of their time. None is a gap: it is kept as NaN and nothing is drawn across it."""

    def __init__(self, capacity: int = 1024) -> None:
        self._t = np.empty(capacity)
        self._y = np.empty(capacity)
        self._count = 0
        self.peak: float | None = None
        """The largest value so far."""
        self.trough: float | None = None
        """The smallest one."""

    def __len__(self) -> int:
        return self._count

    def add(self, t: float, y: float | None) -> None:
        """One more point."""
        if self._count == len(self._t):
            self._t = np.concatenate((self._t, np.empty_like(self._t)))
            self._y = np.concatenate((self._y, np.empty_like(self._y)))
        self._t[self._count] = t
        self._y[self._count] = np.nan if y is None else y
        self._count += 1
        if y is not None:
            self.peak = y if self.peak is None else max(self.peak, y)
            self.trough = y if self.trough is None else min(self.trough, y)

    def gap(self, t: float) -> None:
        """Lift the pen, once."""
        if self._count and not np.isnan(self._y[self._count - 1]):
            self.add(t, None)

    def points(self, width: int) -> tuple[Array, Array]:
        """Times and values for a plot of `width` pixels: every point, or each bin's lowest and highest.

        A gap shorter than a bin, which is less than two pixels, closes.
        """
        t, y = self._t[: self._count], self._y[: self._count]
        per_bin = self._count // max(1, width // 2)
        if per_bin < 4:
            return t, y
        starts = np.arange(0, self._count, per_bin)
        low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
        return np.repeat(t[starts], 2), np.column_stack((low, high)).ravel()
