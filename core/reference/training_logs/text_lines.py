"""Lines of text that a training has printed: tqdm's bars, "step 100 … 12.3 s", dates in front of lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from ...words.language import _
from . import values
from .columns import meaning
from .training_log import Clock, LoggedStep, TrainingLog, TrainingLogError, TrainingSummary

LONGEST_LINE = 1000
"""Characters of a line that are looked at."""
BAR = re.compile(r"(\d{1,13})/(\d{1,13}) \[((?:\d+ days?, )?(?:\d{1,6}:)?\d{1,3}:\d\d)<")
"""120/500 [01:00<03:10, 2.00it/s]"""
STEP = re.compile(
    r"(?i)(?<![a-z])(?:global[_ ])?(?:steps?|iter(?:ation)?s?|updates?)\b[\"']?\s*[:=#]?\s*[\[(]?\s*"
    r"(\d[\d,_]{0,20})(?!\d|\.\d|\s*/\s*s)"
)
STEP_IN_BRACKETS = re.compile(r"\[\s*(\d{1,13})\s*/\s*\d{1,13}\s*\]")
"""Epoch: [3][ 100/5004], as PyTorch's example for ImageNet prints it."""
NUMBER = r"(?<![\d.,])([-+]?(?:\d[\d,]{0,20}(?:\.\d{0,20})?(?:e[-+]?\d{1,4})?|nan|inf))"
"""Bounded, and never begun inside of another one: otherwise a line of a thousand digits would take minutes."""
SECONDS = r"(ms|milliseconds?|s|secs?|seconds?|min|minutes?|h|hours?)"
A_SECOND = r"\s*/\s*s(?:ec(?:ond)?)?\b"
SOURCES: dict[str, re.Pattern[str]] = {
    "samples": re.compile(rf"(?i){NUMBER}\s*(?:samples?|images?|imgs?|examples?|sequences?|seqs?){A_SECOND}"),
    "elapsed": re.compile(
        r"(?i)\b(?:elapsed|wall(?:[_ -]?time)?|total[_ ]time|runtime)\b[\"']?\s*[:=]?\s*"
        rf"([-+]?[\d:.]{{1,30}})\s*{SECONDS}?(?![\w/])"
    ),
    "step": re.compile(rf"(?i){NUMBER}\s*{SECONDS}\s*/\s*(?:it|iter|iteration|step|batch)\b"),
    "date": re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)"),
    "open": re.compile(
        rf"(?i)(?:\b(?:time|took|dt|seconds)\b[\"']?\s*[:=]?\s*{NUMBER}\s*{SECONDS}?(?![\w/])"
        rf"|(?<![\w/]){NUMBER}\s*{SECONDS}(?![\w/]))"
    ),
    "steps": re.compile(rf"(?i){NUMBER}\s*(?:it|iters?|iterations?|steps?|batch(?:es)?){A_SECOND}"),
}
"""What tells the time or the rate of a line. The first one that at least half of the lines with a step have is read."""
UNITS = {"ms": 1e-3, "mi": 60.0, "h": 3600.0, "ho": 3600.0}
"""Seconds of a unit, by its first letters; "milliseconds" begins as minutes do."""
RUNTIME = re.compile(r"[\"']train_runtime[\"']: [\"']?([\d.]{1,20})")
RATE = re.compile(r"[\"']train_(samples|steps)_per_second[\"']: [\"']?([\d.]{1,20})")


def text_log(text: str, clock: Clock | None) -> TrainingLog:
    """The log in lines of text. Raises TrainingLogError."""
    if bars := _bars(text):
        return TrainingLog(tuple(bars), "elapsed")
    lines = [(number, line, step) for number, line in _lines(text) if (step := _step(line)) is not None]
    for name, pattern in SOURCES.items():
        found = [(number, step, hit) for number, line, step in lines if (hit := pattern.search(line))]
        if found and 2 * len(found) >= len(lines):
            return _log(name, found, clock)
    if summary := _summary(text):
        return TrainingLog(summary=summary)
    if not lines:
        told = _(
            "no line has a step; allowed are tables (CSV, TSV), JSON lines, trainer_state.json, tqdm's bars, and lines "
            'such as "step 100 … 12.3 s"'
        )
        raise TrainingLogError(told)
    told = _('line {number}: it has a step and no time; allowed are lines such as "step 100 … 12.3 s"')
    raise TrainingLogError(told.format(number=lines[0][0]))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number; what a bar has written over itself are lines of the same number."""
    for number, line in enumerate(text.split("\n"), 1):
        for part in line.split("\r"):
            yield number, part[:LONGEST_LINE]


def _bars(text: str) -> list[LoggedStep]:
    """The states of the bar that took the longest, as a bar of an evaluation has another total."""
    found: dict[str, list[LoggedStep]] = defaultdict(list)
    for number, line in _lines(text):
        for done, total, elapsed in BAR.findall(line):
            told = values.seconds(elapsed, _place(number))
            if told and int(done) <= int(total):
                found[total].append(LoggedStep(int(done), told[0]))
    return max(found.values(), key=_time_of, default=[])


def _time_of(rows: list[LoggedStep]) -> float:
    return sum(max(0.0, b.value - a.value) for a, b in pairwise(rows) if b.step > a.step)


def _step(line: str) -> int | None:
    hit = STEP.search(line) or STEP_IN_BRACKETS.search(line)
    digits = hit[1].replace(",", "").replace("_", "") if hit else ""
    return int(digits) if digits and len(digits) < 13 else None


def _log(name: str, found: list[tuple[int, int, re.Match[str]]], clock: Clock | None) -> TrainingLog:
    rows: list[LoggedStep] = []
    for number, step, hit in found:
        value, unit = _told([group for group in hit.groups() if group is not None])
        if name in ("samples", "steps"):
            told = values.per_second(value, _place(number))
        else:
            time = values.seconds(value, _place(number), unit)
            told = time[0] if time else None
        if told is not None:
            rows.append(LoggedStep(step, told))
    if name == "samples":
        return TrainingLog(tuple(rows), rate="samples")
    if name == "steps":
        return TrainingLog(tuple(rows), rate="steps")
    if name == "date":
        return TrainingLog(tuple(rows), "elapsed", ended=rows[-1].value if rows else None)
    known: Clock | None = {"elapsed": "elapsed", "step": "step"}.get(name)  # type: ignore[assignment]
    return TrainingLog(tuple(rows), clock or known or meaning(rows, found[0][2][0]))


def _told(groups: list[str]) -> tuple[str, float]:
    """A number without commas between thousands, or a date as it is; and the seconds of its unit."""
    value = groups[0] if "-" in groups[0][1:] and ":" in groups[0] else groups[0].replace(",", "")
    unit = groups[1].lower() if len(groups) > 1 else ""
    return value, 1e-3 if unit.startswith("milli") else UNITS.get(unit[:2], 1.0)


def _summary(text: str) -> TrainingSummary | None:
    """What Hugging Face's Trainer prints at the end, as Python writes a dict."""
    if not (hit := RUNTIME.search(text)):
        return None
    seconds = values.seconds(hit[1], _place(text.count("\n", 0, hit.start()) + 1))
    rates = {what: values.per_second(rate, "") for what, rate in RATE.findall(text)}
    if not seconds or not seconds[0]:
        return None
    return TrainingSummary(seconds[0], round((rates.get("steps") or 0) * seconds[0]), rates.get("samples"))


def _place(number: int) -> str:
    return _("line {number}").format(number=number)
