"""(h) A stored result of 100,000 samples: how soon it is on the screen, how it moves; (i) memory while redrawing."""

from __future__ import annotations

from .children import Child
from .contention import Usage, Watch
from .rounds import Figure, Measured, Stretch, interleave
from .settings import Settings

SAMPLES, OPEN_MS, FRAMES_PER_S = 100_000, 500.0, 30.0
REDRAWS, GROWTH_PERCENT = 20_000, 2.0
SETTLED = 0.1
"""The first redraws fill pools and caches: growth is counted from after this share of them."""


def run(settings: Settings) -> Measured:
    """Each round in a fresh process."""
    rounds = interleave(lambda _: {"result": open_one()}, settings.pairs, settings.say)
    kept = [r["result"] for r in rounds.kept]

    def detail(key: str) -> list[float]:
        return [float(str(s.detail[key])) for s in kept]

    return [
        Figure("read, shown and painted", "ms", [s.value for s in kept], OPEN_MS, False),
        Figure("of that: reading", "ms", detail("read_ms")),
        Figure("moves at", "frames/s", detail("frames_per_s"), FRAMES_PER_S),
    ], [rounds]


def memory(settings: Settings) -> Measured:
    """One process; others cannot change what it holds, so nothing spoils it."""
    count = round(settings.seconds(REDRAWS))
    rounds = interleave(lambda _: {"redraws": redraw(count)}, 1, settings.say)
    return [
        Figure(f"growth over {count:,} redraws", "%", [r["redraws"].value for r in rounds.kept], GROWTH_PERCENT, False)
    ], [rounds]


def open_one() -> Stretch:
    """Milliseconds until it has been read and painted."""
    watch = Watch()
    with Child("long_result.py", "open", str(SAMPLES)) as child:
        found = child.hear()
        return Stretch(found["read_ms"] + found["show_ms"], watch.stop(), found)


def redraw(count: int) -> Stretch:
    """Per cent by which the memory has grown."""
    with Child("long_result.py", "redraw", str(count)) as child:
        resident = child.hear()["resident"]
    settled = resident[max(1, round(SETTLED * len(resident)))]
    return Stretch(100 * (resident[-1] / settled - 1), Usage(0.0, 0.0, 0.0), {"resident": resident})
