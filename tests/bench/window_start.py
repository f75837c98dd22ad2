"""(c) Time from the start of the process to the first painted window, against a bare PySide6 and pyqtgraph window."""

from __future__ import annotations

from .children import Child
from .contention import Watch
from .rounds import Figure, Measured, Stretch, in_turn, interleave
from .settings import Settings

TARGET = 1.4
STARTS_PER_PAIR = 2
"""A start takes a second: twice as many rounds as elsewhere are cheap."""


def run(settings: Settings) -> Measured:
    """The first start of each side fills the caches of the disk and of compiled modules, and is not counted."""
    for side in ("bare", "rigdyno"):
        start(side)
    sides = {"rigdyno": lambda: start("rigdyno"), "bare": lambda: start("bare")}
    rounds = interleave(in_turn(sides), settings.pairs * STARTS_PER_PAIR, settings.say)
    figures = [
        Figure("rigdyno / bare window", "", [r["rigdyno"].value / r["bare"].value for r in rounds.kept], TARGET, False),
        Figure("rigdyno", "s", [r["rigdyno"].value for r in rounds.kept]),
        Figure("bare window", "s", [r["bare"].value for r in rounds.kept]),
    ]
    return figures, [rounds]


def start(side: str) -> Stretch:
    """One start. Whatever the window began in the background meanwhile is ended with it."""
    watch = Watch()
    with Child("first_paint.py", side) as child:
        seconds = child.hear()["painted"] - child.started
        usage = watch.stop()
    return Stretch(seconds, usage)
