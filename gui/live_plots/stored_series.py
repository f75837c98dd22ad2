"""The arrays of a stored result for the live plots, made at once instead of event by event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.records.bounds import MAX_SECONDS
from ...core.records.machine import Sample
from ...core.records.result import Result
from .series import Array

STRIDE = 64
"""Only every 64th sample is searched for names of sensors, as these stay the same during a check."""


class Telemetry:
    """The samples of a check in the order of their times; samples with an impossible time are left out."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._rows = [s.values for s in samples]
        t = _column(samples, attrgetter("t"))
        known = (t >= 0) & (t <= MAX_SECONDS)
        self._order: NDArray[np.intp] | None = None
        if not known.all() or (np.diff(t) < 0).any():  # a file from elsewhere may have any times
            self._order = np.flatnonzero(known)[np.argsort(t[known], kind="stable")]
        self.t = self._sorted(t)
        """Seconds since the check began."""
        self.keys = list(dict.fromkeys(chain.from_iterable([*self._rows[::STRIDE], *self._rows[-1:]])))

    def values(self, keys: Sequence[str]) -> dict[str, Array]:
        """The values of these sensors, NaN where one did not answer.

        All sensors are read in one pass over the samples, which takes a third of the time of a pass for each.
        """
        if not keys:
            return {}
        several = (*keys, keys[-1])  # itemgetter returns a tuple only for several keys
        try:
            flat = _column(self._rows, itemgetter(*several), len(several))
        except KeyError:
            flat = _column(self._rows, lambda row: [row.get(key) for key in several], len(several))
        table = flat.reshape(-1, len(several)).T.copy()
        return {key: self._sorted(column) for key, column in zip(keys, table, strict=False)}

    def _sorted(self, column: Array) -> Array:
        return column if self._order is None else column[self._order]


def throughput(result: Result) -> dict[str, tuple[Array, Array]]:
    """Times and rates (samples/s) of each device's windows, with a gap where a run or a trial of settings ends."""
    found: dict[str, list[tuple[Array, Array]]] = {}
    for run in result.runs:
        if run.windows:
            begin, seconds, samples = (_column(run.windows, attrgetter(n)) for n in ("t", "seconds", "samples"))
            lifts = np.array([run.started, *(trial.t for trial in run.trials)])
            parts = found.setdefault(run.plan.device, [])
            parts += [(lifts, np.full(len(lifts), np.nan)), (begin + seconds / 2, samples / seconds)]
    made = {}
    for device, parts in found.items():
        t, rate = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(t, kind="stable")
        order = order[(t[order] >= 0) & (t[order] <= MAX_SECONDS)]
        made[device] = t[order], rate[order]
    return made


def mark_line(t: Array, on: NDArray[np.bool_], height: float) -> tuple[Array, Array]:
    """A line at `height` wherever `on`, NaN elsewhere; each sample holds until the next one."""
    before = np.concatenate(([False], on[:-1]))
    y = np.where(np.column_stack((before, on)).ravel(), height, np.nan)
    return np.repeat(t, 2), y


def _column(rows: Sequence[Any], ask: Callable[[Any], Any], width: int = 1) -> Array:
    """What `ask` returns for each row, None as NaN: one or `width` numbers. Getters of `operator` are the fastest."""
    asked = map(ask, rows)
    return np.fromiter(asked if width == 1 else chain.from_iterable(asked), dtype=float, count=len(rows) * width)
