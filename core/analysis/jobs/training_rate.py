"""How fast a training of the user's own was, from the rows of its log.

The rate is the median of the intervals between rows, each weighed by its steps, without the first one: a training
begins slowly, and pauses, evaluations and saving belong to few of the intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ...reference.training_logs.training_log import Clock, LoggedStep, TrainingLog

LEAST_INTERVALS = 3
"""Beside the first one. A median of fewer may be that of a pause."""
GRAINS = (1.0, 0.1, 0.01)
"""To which part of a second a log may be rounded."""
LONGER_THAN_GRAIN = 10
"""An interval is at least so many times what times are rounded to, so that it is known to 10 %, and their median
better; as far as the training is long enough for some of them."""
FEWEST_PARTS, MOST_PARTS = 8, 100
"""Into how many intervals a training is divided. More would be single steps: where reading data sets the pace, its
processes bring some batches at once, and the median of single steps is that of those which did not wait.
"""


@dataclass(frozen=True, slots=True)
class TrainingRate:
    """`samples_per_s` of a training, from so many `steps` and `intervals` (0: the log tells of the whole alone, so that
    its warm-up, pauses and evaluations count). `idle` is the share of the time, 0 to 1, that is no part of steps at
    this rate; None where the log does not tell.
    """

    samples_per_s: float
    steps: int
    intervals: int
    idle: float | None = None


@dataclass(frozen=True, slots=True)
class _Interval:
    steps: int
    seconds: float


def training_rate(log: TrainingLog, samples_per_step: int) -> TrainingRate | None:
    """The rate of a training whose logged steps have so many samples each; None where the log is too short."""
    if log.summary:
        return _of_summary(log, samples_per_step)
    rows = _forward(log.rows)
    clock = "interval" if log.clock == "step" and _every_step(rows) else log.clock
    if log.rate or clock == "step":
        return _of_values(log, rows, samples_per_step)
    whole = [part for part in _parts(rows, clock) if part]
    took, steps = sum(p.seconds for p in whole), sum(p.steps for p in whole)
    grain = LONGER_THAN_GRAIN * _grain(rows) if clock == "elapsed" else 0.0
    least = max(min(grain, took / FEWEST_PARTS), took / MOST_PARTS)
    counted = _joined(_parts(rows, clock), least)[1:]
    if len(counted) < LEAST_INTERVALS:
        return None
    pace = _median(counted)
    idle = max(0.0, 1 - steps * pace / took)
    return TrainingRate(samples_per_step / pace, steps + _before(rows), len(counted), idle)


def _of_summary(log: TrainingLog, samples_per_step: int) -> TrainingRate | None:
    told = log.summary
    if told is None or not told.steps:
        return None
    rate = told.samples_per_s or told.steps * samples_per_step / told.seconds
    return TrainingRate(rate, told.steps, 0)


def _of_values(log: TrainingLog, rows: Sequence[LoggedStep], samples_per_step: int) -> TrainingRate | None:
    """Where each row tells a rate, or the seconds of one step."""
    found = [row.value for row in rows if row.value > 0][1:]
    if len(found) < LEAST_INTERVALS:
        return None
    middle = median(found)
    rate = middle if log.rate == "samples" else samples_per_step * (middle if log.rate else 1 / middle)
    steps = sum(b.step - a.step for a, b in pairwise(rows) if b.step > a.step)
    return TrainingRate(rate, steps + _before(rows), len(found))


def _forward(rows: Sequence[LoggedStep]) -> Sequence[LoggedStep]:
    """The rows in the order in which they were written, where the file has the latest first."""
    ahead = sum(b.step > a.step for a, b in pairwise(rows))
    back = sum(b.step < a.step for a, b in pairwise(rows))
    return rows[::-1] if back > ahead else rows


def _every_step(rows: Sequence[LoggedStep]) -> bool:
    """Whether no step is left out, so that the seconds of steps are those between rows."""
    return all(b.step - a.step <= 1 for a, b in pairwise(rows))


def _parts(rows: Sequence[LoggedStep], clock: Clock | None) -> Iterator[_Interval | None]:
    """From row to row; None where the training was begun again, so that steps are done twice or the clock goes back.

    What goes by between two rows of the same step, as of an evaluation, is no part of a step.
    """
    for a, b in pairwise(rows):
        seconds = b.value if clock == "interval" else b.value - a.value
        if b.step < a.step or seconds < 0:
            yield None
        elif b.step > a.step:
            yield _Interval(b.step - a.step, seconds)


def _joined(parts: Iterable[_Interval | None], least: float) -> list[_Interval]:
    """Neighbours made into intervals of at least so many seconds; none reaches over a restart."""
    found: list[_Interval] = []
    steps, seconds = 0, 0.0
    for part in parts:
        if part is None:
            steps, seconds = 0, 0.0
            continue
        steps, seconds = steps + part.steps, seconds + part.seconds
        if seconds > 0 and seconds >= least:
            found.append(_Interval(steps, seconds))
            steps, seconds = 0, 0.0
    return found


def _grain(rows: Sequence[LoggedStep]) -> float:
    """To what the times were rounded, in seconds; 0 where they were not."""
    since = [row.value - rows[0].value for row in rows]
    for grain in GRAINS:
        if all(abs(value / grain - round(value / grain)) < 1e-4 for value in since):
            return grain
    return 0.0


def _before(rows: Sequence[LoggedStep]) -> int:
    """Steps before the first row: a log of every 10th step begins with the 10th, and not with the 1,000th."""
    ahead = [b.step - a.step for a, b in pairwise(rows) if b.step > a.step]
    return rows[0].step if ahead and rows[0].step <= median(ahead) else 0


def _median(parts: Sequence[_Interval]) -> float:
    """Seconds of a step, the median over steps."""
    ranked = sorted(parts, key=lambda p: p.seconds / p.steps)
    half, done = sum(p.steps for p in ranked) / 2, 0
    for place, part in enumerate(ranked):
        done += part.steps
        if done > half:
            return part.seconds / part.steps
        if done == half:  # between two
            other = ranked[place + 1]
            return (part.seconds / part.steps + other.seconds / other.steps) / 2
    return 0.0
