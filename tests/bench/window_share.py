"""(g) What the window with its sensors takes of one core while a training is measured, at the usual redraw rate."""

from __future__ import annotations

import time

import psutil

from .children import Child
from .contention import Watch
from .rounds import Figure, Measured, Stretch, interleave
from .settings import Settings

TARGET_PERCENT = 5.0
SECONDS = 20.0
MEASURED_SHARE = 0.8
"""Of the training's time: its end belongs to the test and to the verdict."""


def run(settings: Settings) -> Measured:
    """One training a round, each in a fresh window."""
    rounds = interleave(lambda _: {"window": one_run(settings)}, settings.pairs, settings.say)
    shares = [r["window"].value for r in rounds.kept]
    return [Figure("window and sensors", "% of a core", shares, TARGET_PERCENT, False)], [rounds]


def one_run(settings: Settings) -> Stretch:
    """The processor time of the window's process alone, without its worker, in the measured part of a training."""
    seconds = settings.seconds(SECONDS)
    with Child("window_run.py", str(settings.threads), str(seconds)) as child:
        while child.hear().get("phase") != "measure":
            pass
        app, watch, begin = child.family()[0], Watch(), time.perf_counter()
        before = spent(app)
        while time.perf_counter() < begin + MEASURED_SHARE * seconds:
            child.hear()
        took = time.perf_counter() - begin
        return Stretch(100 * (spent(app) - before) / took, watch.stop())


def spent(process: psutil.Process) -> float:
    """Processor seconds of a process, its children not counted."""
    times = process.cpu_times()
    return float(times.user + times.system)
