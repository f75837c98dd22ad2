"""A stored result as the arrays that the live picture is drawn from: at once, not event by event."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ..core.model import LONGEST_S, Result, Sample
from .series import Array


class Telemetry:
    """The samples of a check in the order of their time; those from beyond every clock are left out."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples
        t = np.array([s.t for s in samples], dtype=float)
        known = (t >= 0) & (t <= LONGEST_S)
        self._order: NDArray[np.intp] | None = None
        if not known.all() or (np.diff(t) < 0).any():  # a file may come from anywhere
            self._order = np.flatnonzero(known)[np.argsort(t[known], kind="stable")]
        self.t = self._sorted(t)
        """Seconds since the check began."""
        self.keys = list(dict.fromkeys(chain.from_iterable(s.values for s in samples)))

    def values(self, key: str) -> Array:
        """One sensor's values, NaN where it was silent."""
        return self._sorted(np.array([s.values.get(key) for s in self._samples], dtype=float))

    def _sorted(self, column: Array) -> Array:
        return column if self._order is None else column[self._order]


def throughput(result: Result) -> dict[str, tuple[Array, Array]]:
    """Times and rates of each device's windows, with a gap where a run, or a setting of one, ends."""
    points: dict[str, list[tuple[float, float]]] = {}
    for run in result.runs:
        if run.windows:
            found = points.setdefault(run.plan.device, [])
            found += [(run.started, np.nan), *((trial.t, np.nan) for trial in run.trials)]
            found += [(w.t + w.seconds / 2, w.rate) for w in run.windows]
    made = {}
    for device, found in points.items():
        found.sort(key=lambda point: point[0])
        t, rate = np.array(found).T
        inside = (t >= 0) & (t <= LONGEST_S)
        made[device] = t[inside], rate[inside]
    return made


def stretches(t: Array, on: NDArray[np.bool_], height: float) -> tuple[Array, Array]:
    """A line at `height` wherever `on`, NaN elsewhere: each sample stands until the next one."""
    before = np.concatenate(([False], on[:-1]))
    y = np.where(np.column_stack((before, on)).ravel(), height, np.nan)
    return np.repeat(t, 2), y
