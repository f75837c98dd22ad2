"""Which column of a log is the step, and which one tells the time or the rate; and its rows as a TrainingLog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ...words.language import _
from . import values
from .training_log import Clock, LoggedStep, TrainingLog, TrainingLogError, TrainingSummary, quoted

Row = tuple[int, Mapping[str, object]]
"""The number of a line or an entry, and its cells by the names of their columns."""
STEP = ("global_step", "step", "steps", "iteration", "iterations", "iter", "iters", "it", "num_updates", "update")
"""Names of columns, as `_plain` writes them; of several in one log the first counts."""
SAMPLE_RATES = tuple(
    f"{what}{per}"
    for what in ("samples", "images", "imgs", "img", "examples", "sequences")
    for per in ("_per_second", "_per_sec", "_per_s", "_s", "_sec")
)
STEP_RATES = tuple(
    f"{what}{per}"
    for what in ("steps", "it", "iter", "iters", "iterations", "batches")
    for per in ("_per_second", "_per_sec", "_per_s", "_s", "_sec")
)
ELAPSED = (
    *("elapsed", "elapsed_s", "elapsed_seconds", "elapsed_time", "time_elapsed", "seconds_elapsed", "timestamp"),
    *("wall_time", "walltime", "wall", "runtime", "total_time", "datetime", "date", "asctime", "relative_time"),
)
STEP_TIMES = (
    *("step_time", "step_time_s", "time_per_step", "seconds_per_step", "sec_per_step", "s_per_step", "s_step"),
    *(
        "iter_time",
        "iter_time_s",
        "iteration_time",
        "time_per_iteration",
        "seconds_per_iteration",
        "batch_time",
        "s_it",
    ),
    *("sec_per_batch", "seconds_per_batch", "time_per_batch", "step_seconds"),
)
STEP_MILLISECONDS = ("step_time_ms", "ms_per_step", "iter_time_ms", "batch_time_ms", "ms_step", "ms_it")
OPEN_TIMES = ("seconds", "time", "secs", "sec", "s", "time_s", "time_sec", "duration", "duration_s", "dt")
"""The numbers tell whether they have gone by since the start, or since the row before."""
OPEN_MILLISECONDS = ("time_ms", "ms", "milliseconds", "duration_ms", "dt_ms")
SUMMARY = "train_runtime"
"""Hugging Face's Trainer writes it once, when the training is over."""
OF_EVALUATION = {"val", "eval", "valid", "validate", "validation", "test"}
RISING = 0.9
"""A clock goes on from row to row, but for restarts; the seconds of single steps rise in about half of the rows."""
MOST_NAMES = 12
"""Columns that a message names."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The column to read, and how: its clock (None: the numbers tell), or what it counts in a second."""

    column: str
    clock: Clock | None = None
    rate: Literal["samples", "steps"] | None = None
    unit: float = 1.0


def interpreted(rows: Sequence[Row], place: Callable[[int], str], clock: Clock | None) -> TrainingLog:
    """The rows of a table as a log. `clock`: what the user says that seconds mean. Raises TrainingLogError."""
    names = list(dict.fromkeys(name for _number, cells in rows for name in cells))
    summary = _summary(rows, place)
    rows = [row for row in rows if SUMMARY not in row[1]]
    source, step = _source(names), _first(names, STEP)
    if source and step:
        log = _read(rows, step, source, place, clock)
        if log.rows or not summary:
            return log
    if summary:
        return TrainingLog(summary=summary)
    raise TrainingLogError(_lacking(names, source))


def is_known(names: Iterable[str]) -> bool:
    """Whether a step, a time or a rate is among the names of columns."""
    listed = list(names)
    return bool(_first(listed, STEP) or _source(listed) or SUMMARY in listed)


def _source(names: Sequence[str]) -> _Source | None:
    if found := _first(names, SAMPLE_RATES):
        return _Source(found, rate="samples")
    if found := _first(names, ELAPSED):
        return _Source(found, "elapsed")
    if found := _first(names, STEP_TIMES):
        return _Source(found, "step")
    if found := _first(names, STEP_MILLISECONDS):
        return _Source(found, "step", unit=1e-3)
    if found := _first(names, OPEN_TIMES):
        return _Source(found)
    if found := _first(names, OPEN_MILLISECONDS):
        return _Source(found, unit=1e-3)
    found = _first(names, STEP_RATES)
    return _Source(found, rate="steps") if found else None


def _first(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The column with the first of the wanted names: "train|device/samples_per_sec" has "samples_per_sec"."""
    plain = {name: _plain(name) for name in names if name != SUMMARY}
    return next((name for one in wanted for name, forms in plain.items() if one in forms), None)


def _plain(name: str) -> tuple[str, ...]:
    """The forms of a name that are looked for: the whole, and what is behind the last "/" or "|"."""
    head, *_rest = parts = re.split(r"[/|]", name.lower())
    if set(re.split(r"[^a-z]+", head)) & OF_EVALUATION:
        return ()
    return tuple(re.sub(r"[^a-z0-9]+", "_", part).strip("_") for part in (name.lower(), parts[-1]))


def _read(
    rows: Sequence[Row], step: str, source: _Source, place: Callable[[int], str], clock: Clock | None
) -> TrainingLog:
    found: list[LoggedStep] = []
    dated: bool | None = None
    for number, cells in rows:
        at = values.step_number(cells.get(step), place(number))
        if source.rate:
            value = values.per_second(cells.get(source.column), place(number))
        else:
            told = values.seconds(cells.get(source.column), place(number), source.unit)
            value = told[0] if told else None
            if told and dated is not None and dated != told[1]:
                sentence = _("{place}: the time is {value}, and rows before have dates; allowed is one kind of time")
                if told[1]:
                    sentence = _("{place}: the time is {value}, and rows before have none; allowed is one kind of time")
                raise TrainingLogError(sentence.format(place=place(number), value=quoted(cells[source.column])))
            dated = told[1] if told else dated
        if at is not None and value is not None:
            found.append(LoggedStep(at, value))
    if source.rate:
        return TrainingLog(tuple(found), rate=source.rate)
    ended = found[-1].value if found and dated else None
    return TrainingLog(tuple(found), clock or source.clock or meaning(found, source.column), ended=ended)


def meaning(rows: Sequence[LoggedStep], column: str) -> Clock:
    """What seconds mean that are called no more than that. Raises TrainingLogError where the numbers do not tell."""
    pairs = [(b.step - a.step, b.value - a.value) for a, b in pairwise(rows) if b.step != a.step]
    ahead = [step for step, _seconds in pairs if step > 0]
    together = sum(step * seconds > 0 for step, seconds in pairs)  # also both back, in a file that begins with the end
    against = sum(step * seconds < 0 for step, seconds in pairs)
    if not pairs or (together >= RISING * (together + against) and 2 * together >= len(pairs)):
        return "elapsed"
    if ahead and max(ahead) == 1:
        return "step"
    told = _(
        '"{column}" does not say what its seconds count, as rows are several steps apart: add --time step (each is of '
        "one step) or --time interval (each is since the row before)"
    )
    raise TrainingLogError(told.format(column=quoted(column)))


def _summary(rows: Sequence[Row], place: Callable[[int], str]) -> TrainingSummary | None:
    """What Hugging Face's Trainer writes at the end."""
    for number, cells in reversed(rows):
        told = values.seconds(cells.get(SUMMARY), place(number)) if SUMMARY in cells else None
        if not told or not told[0]:
            continue
        steps = values.step_number(cells.get("step"), place(number))
        if steps is None:
            rate = values.per_second(cells.get("train_steps_per_second"), place(number))
            steps = round((rate or 0) * told[0])
        return TrainingSummary(told[0], steps, values.per_second(cells.get("train_samples_per_second"), place(number)))
    return None


def _lacking(names: Sequence[str], source: _Source | None) -> str:
    """Why no rate follows from these columns."""
    shown = ", ".join(quoted(name) for name in names[:MOST_NAMES] if name) or _("none")
    if source is None and "epoch" in names and {"loss", "step"} & set(names):
        return _(
            "it has no times, only {names}: keras' CSVLogger, Lightning's CSVLogger and checkpoints of Hugging Face "
            "write none; save what the training prints, or write a column of seconds"
        ).format(names=shown)
    if source is None:
        told = _("it has no column of times; allowed are names such as elapsed, seconds, timestamp, samples_per_second")
    else:
        told = _("it has no column of steps; allowed are names such as step, iteration, global_step")
    return f"{told} ({shown})"
