"""Whether a job's data or its arithmetic sets the pace, from what processes load and what a device trains.

With an accelerator, loading runs beside the training on cores that have nothing else to do: the slower of the two sets
the pace. On a processor both share the cores, so that their times of a sample add up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...records.result import Run
from ...records.window_statistics import MODEL_ERROR, Rate, confidence_interval

Limit = Literal["data", "arithmetic"]
PROCESSES = "[1-9][0-9]{0,4}"
"""How a number of processes is written."""


@dataclass(frozen=True, slots=True)
class Loading:
    """Samples/s that are read and decoded, by the number of processes, the fewest first; `cold`: from the disk rather
    than from the computer's memory.
    """

    rates: Mapping[int, Rate]
    cold: bool

    @property
    def best(self) -> Rate:
        """What as many processes as help read and decode."""
        return max(self.rates.values(), key=lambda rate: rate.median)

    def processes_for(self, samples_per_s: float) -> int:
        """The fewest processes that read and decode so many, on straight lines between the measured numbers; those of
        the best rate where even that is too low.
        """
        fewer, less = 0, 0.0
        for processes, rate in self.rates.items():
            if rate.median >= samples_per_s:
                part = (samples_per_s - less) / (rate.median - less)
                return min(processes, max(1, math.ceil(fewer + part * (processes - fewer))))
            fewer, less = processes, rate.median
        return next(processes for processes, rate in self.rates.items() if rate == self.best)


@dataclass(frozen=True, slots=True)
class DataPace:
    """What data make of a job's pace. `samples_per_s`: with both, `error` half of its 95 % range as a share; `loading`
    and `training`: what each would do alone. `workers`: as many processes as suffice, or help. `shared`: both use the
    same cores.
    """

    samples_per_s: float
    error: float
    limited_by: Limit
    workers: int
    loading: float
    training: float
    shared: bool
    cold: bool

    @property
    def loading_share(self) -> float:
        """The share of the time (0-1) that reading and decoding take of cores that they share with the training."""
        return self.samples_per_s / self.loading


def loading_of(runs: Sequence[Run]) -> Loading | None:
    """What a measurement tells of this machine; None where none was made."""
    for run in (r for r in runs if r.task == "loading"):
        rates = {
            int(timing.way): confidence_interval([timing.work / seconds for seconds in timing.seconds])
            for timing in run.timings
            if timing.name == "loading" and re.fullmatch(PROCESSES, timing.way)
        }
        if rates:
            cold = any(timing.name == "read" and timing.way == "cold" for timing in run.timings)
            return Loading(dict(sorted(rates.items())), cold)
    return None


def data_pace(training: float, error: float, device: str, loading: Loading) -> DataPace:
    """The pace of a job whose arithmetic alone is done at `training` samples/s on a device; half of the 95 % range of
    that is `error`, as a share.
    """
    best = loading.best
    of_loading = math.hypot(best.half_width, MODEL_ERROR)
    shared = device == "cpu"
    limit: Limit = "data" if best.median < training else "arithmetic"
    if shared:
        together = 1 / (1 / training + 1 / best.median)
        spread = math.hypot(error * together / training, of_loading * together / best.median)
    else:
        together, spread = (best.median, of_loading) if limit == "data" else (training, error)
    workers = loading.processes_for(together)
    return DataPace(together, spread, limit, workers, best.median, training, shared, loading.cold)
