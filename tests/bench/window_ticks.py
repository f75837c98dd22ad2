"""(d) How long the window does not answer: gaps between ticks of its event loop while a training takes every core."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import psutil

from .children import Child, ChildError
from .contention import Watch
from .rounds import Figure, Measured, Stretch, interleave
from .settings import Settings

MAX_MS, P99_MS = 150.0, 50.0
SECONDS = 12.0
SATURATED_PERCENT = 90.0
FRAMES_PER_S = 5.0
"""Fewer repaints of the plots than this are no live picture."""


def run(settings: Settings) -> Measured:
    """Five runs from the start of the check to its result, each in a fresh window; every core has a thread."""
    rounds = interleave(lambda _: {"window": one_run(settings)}, settings.pairs, settings.say)
    gaps = [r["window"].detail for r in rounds.kept]
    return [
        Figure("longest gap between ticks", "ms", [float(str(g["max_ms"])) for g in gaps], MAX_MS, False),
        Figure("99th percentile of gaps", "ms", [float(str(g["p99_ms"])) for g in gaps], P99_MS, False),
        Figure("repaints of plots", "/s", [float(str(g["frames_per_s"])) for g in gaps]),
    ], [rounds]


def one_run(settings: Settings) -> Stretch:
    """The whole run is looked at; that it saturates the machine and that the plots live is required of its training."""
    threads = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else psutil.cpu_count()
    seconds = settings.seconds(SECONDS)
    with Child("window_run.py", str(threads), str(seconds), "ticks") as child:
        _until(child, "phase")
        whole = Watch()
        while _until(child, "phase")["phase"] != "measure":
            pass
        training = Watch()
        line = _until(child, "ticks")
        busy, usage = training.stop().own, whole.stop()
    if line["status"] != "complete":
        raise ChildError(f"the run ended as {line['status']}")
    gaps = [1000 * (b - a) for a, b in pairwise(line["ticks"])]
    frames = line["frames"] / seconds
    flaw = ""
    if busy < SATURATED_PERCENT:
        flaw = f"the training took only {busy:.0f} % of the machine"
    elif frames < FRAMES_PER_S:
        flaw = f"the plots were painted only {frames:.1f} times a second"
    longest = max(range(len(gaps)), key=gaps.__getitem__)
    detail: dict[str, object] = {
        "max_ms": max(gaps),
        "p99_ms": sorted(gaps)[int(0.99 * len(gaps))],
        "ticks": len(gaps),
        "longest_after_s": line["ticks"][longest] - line["ticks"][0],
        "run_s": line["ticks"][-1] - line["ticks"][0],
        "frames_per_s": frames,
        "own_percent": busy,
    }
    return Stretch(max(gaps), usage, detail, flaw)


def _until(child: Child, key: str) -> dict[str, Any]:
    """The next line that has `key`."""
    while key not in (line := child.hear()):
        pass
    return line
