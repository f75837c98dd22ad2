"""Time to accuracy: how a network learns to tell unseen images apart, second by second, on each device."""

from __future__ import annotations

import math

from ...records.bounds import MAX_SECONDS
from ...records.events import Score
from ...records.plan import TARGET_ACCURACY
from ...records.result import Result, Run
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import CAPTIONS, MARKS
from ...words.writer import Words
from ..chart import Axis, Curves, Line, Mark
from .claim_finding import Found, colour, runs_of, said

GRID = 10
"""Per cent: the axis begins at a multiple of it, as the first pass over the images leaves little below."""


def find(result: Result, words: Words) -> Found | None:
    """A line for each training to the target, of each seed and device; without those, of the one that was longest."""
    runs = [run for run in runs_of(result, "accuracy") if _scores(run)]
    runs = runs or [run for run in runs_of(result, "train") if len(_scores(run)) > 1]
    if not runs:
        return None
    lines = tuple(
        Line(
            device_name(result.machine, run.plan.device),
            tuple((s.train_s, 100 * s.accuracy) for s in _scores(run)),
            colour(result.machine, run.plan.device),
            dashed=number > 0,
        )
        for device in dict.fromkeys(run.plan.device for run in runs)
        for number, run in enumerate(r for r in runs if r.plan.device == device)
    )
    target = words.phrase(MARKS["target"], percent=100 * TARGET_ACCURACY)
    marks = (Mark(100 * TARGET_ACCURACY, target, upright=False),)
    lowest = min(100 * s.accuracy for run in runs for s in _scores(run))
    x = Axis(words.translate(CAPTIONS["seconds"]))
    y = Axis(
        words.translate(CAPTIONS["accuracy"]), low=GRID * max(0, math.floor(min(lowest, marks[0].value) / GRID - 0.5))
    )
    reasons = tuple(said(result, "time-to-accuracy")) or tuple(said(result, "learnt"))
    return Found(Curves(x, y, lines, marks), reasons)


def _scores(run: Run) -> list[Score]:
    """Those that a training can have: a file from elsewhere may hold any number."""
    return [s for s in run.scores if 0 <= s.accuracy <= 1 and 0 < s.train_s <= MAX_SECONDS]
