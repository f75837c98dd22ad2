"""How long boosted trees take, and how much memory: from fewer trees on fewer rows, or a guess from published times.

In truth the time is that of the preparation, which grows with the rows, and for each tree a fixed part, for looking
through the histograms, and a part that grows with the rows. So it is a straight line in the trees at fixed rows, and in
the rows at fixed trees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ...records.experiment_events.boosting import BoostingTiming
from ...records.machine import Machine
from ...records.window_statistics import MODEL_ERROR
from ...records.workload import BoostedTrees
from .depth_extrapolation import LOW_QUANTILE

LEAST_NOISE = 0.01
"""Of the seconds of any training, as a share."""
TREES_ERROR = 0.04
"""Half of a 95 % range, as a share, for each doubling of the trees: later ones are not just as large as the first."""
ROWS_ERROR = 0.10
"""The same for each doubling of the rows: larger tables fit the caches less. Where both were tried (tests/bench), by
the processor time of one thread, 50 to 300 trees were told within 18 % from 8 to 16 of them, and half of the rows.
"""
BYTES_OF_A_LEAF = 350
"""By which the memory grows with each tree of LightGBM: its trees, and what its allocator loses between them."""
PUBLISHED_S, PUBLISHED_CORES, PUBLISHED = 2.7, 16, BoostedTrees(1_000_000, 8, 100, 10, 2)
"""XGBoost on a server of 2016 (szilard/GBM-perf; in `resources/reference/job_reference.csv`)."""
SCALING = 0.75
"""Trees are trained on n times the cores about n to the power of this times as fast: threads wait for each other after
every split."""
GUESS_RANGE = 4.0
"""A guess may be so many times too long or too short: cores of 2010 and of today differ by 4, libraries by 2."""


@dataclass(frozen=True)
class BoostingForecast:
    """Seconds of a whole training, half of their 95 % range as a share, whether they were measured rather than
    extrapolated, and the bytes of memory (None: not known).
    """

    seconds: float
    error: float
    measured: bool
    memory: int | None


def boosting_forecast(timings: Sequence[BoostingTiming], job: BoostedTrees) -> BoostingForecast | None:
    """The whole training, from those at two numbers of trees on a table or two; None without any."""
    tables = sorted({t.rows for t in timings})[-2:]
    if not tables:
        return None
    at_rows = []
    for rows in tables:
        mine = sorted((t for t in timings if t.rows == rows), key=lambda t: t.trees)[-2:]
        at_rows.append((rows, *_on_line([(t.trees, *_seconds(t)) for t in mine], job.trees)))
    seconds, noise = _on_line(at_rows, job.rows)
    rows, trees = tables[-1], max(t.trees for t in timings)
    guessed = math.hypot(TREES_ERROR * _doublings(trees, job.trees), ROWS_ERROR * _doublings(rows, job.rows))
    error = math.hypot(noise / seconds, guessed, MODEL_ERROR)
    return BoostingForecast(seconds, error, not guessed, _memory(timings, tables, job))


def _doublings(size: int, whole: int) -> float:
    return max(0.0, math.log2(whole / size))


def guessed_seconds(job: BoostedTrees, machine: Machine) -> float | None:
    """A guess from a published training by the size of the job and the cores of the machine, within GUESS_RANGE; None
    where the cores are not known.
    """
    told = (machine.value(f"cpu.{kind}_cores") for kind in ("physical", "usable"))
    cores = min((n for n in told if isinstance(n, int) and n > 0), default=None)
    if cores is None:
        return None

    def size(of: BoostedTrees) -> float:
        return float(of.rows) * of.columns * of.trees * of.depth

    return float(PUBLISHED_S * size(job) / size(PUBLISHED) * (PUBLISHED_CORES / cores) ** SCALING)


def _seconds(timing: BoostingTiming) -> tuple[float, float]:
    """(a low quantile of the seconds, how far their median is from the fastest): others only ever slow one down."""
    ordered = sorted(timing.seconds)
    told = ordered[int(LOW_QUANTILE * (len(ordered) - 1))]
    return told, max(median(ordered) - ordered[0], LEAST_NOISE * told)


def _on_line(points: Sequence[tuple[int, float, float]], at: int) -> tuple[float, float]:
    """(seconds, noise) at a size, from the (size, seconds, noise) of one or two, the larger one last.

    Through nought where there is one of another size; never less than the larger one where that is smaller than `at`.
    """
    size, seconds, noise = points[-1]
    if len(points) == 1 or size >= at:
        return seconds * at / size, noise * at / size
    smaller, fewer_s, more_noise = points[0]
    reach = (at - size) / (size - smaller)
    return seconds + max(0.0, seconds - fewer_s) * reach, math.hypot((1 + reach) * noise, reach * more_noise)


def _memory(timings: Sequence[BoostingTiming], tables: Sequence[int], job: BoostedTrees) -> int | None:
    """Bytes of the whole training: on a line in the rows, and with the trees that were not trained."""
    points = []
    for rows in tables:
        known = [t.memory for t in timings if t.rows == rows and t.memory]
        if not known:
            return None
        points.append((rows, float(max(known)), 0.0))
    told = _on_line(points, job.rows)[0]
    missing = job.trees - max(t.trees for t in timings)
    leaves = int(min(2**job.depth, job.rows)) * max(1, job.classes - 1)
    return int(told) + max(0, missing) * leaves * BYTES_OF_A_LEAF
