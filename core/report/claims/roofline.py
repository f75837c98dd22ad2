"""Under the roof: each measured network by its arithmetic intensity and what it reaches, below what the device can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analysis.roofline import RooflinePoint, roofline_point
from ...records.machine import Machine
from ...records.result import Result
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import CAPTIONS, MARKS
from ...words.writer import Words, capital
from ..chart import Axis, Curves, Line
from .claim_finding import Found, colour

ROOM = 3.0
"""The roof is drawn so many times beyond its ridge and the outermost training."""
CODES = ("compute-bound", "bandwidth-bound", "no-roof", "launch-bound")


def find(result: Result, words: Words) -> Found | None:
    """A roof for each device and precision, with a spot for each network trained under it."""
    runs = [run for run in result.runs if run.task in ("train", "job")]
    places = [(run.plan.precision, found) for run in runs if (found := roofline_point(run, result.runs))]
    if not places:
        return None
    lines: list[Line] = []
    for device, precision in dict.fromkeys((p.device, precision) for precision, p in places):
        mine = [p for other, p in places if (p.device, other) == (device, precision)]
        lines += _roof(mine, f"{device_name(result.machine, device)} · {precision}", result.machine, words)
    x, y = (Axis(words.translate(CAPTIONS[name]), log=True) for name in ("intensity", "gflops"))
    verdict = result.verdict
    reasons = tuple(r for r in verdict.bottlenecks if r.code in CODES) if verdict else ()
    return Found(Curves(x, y, tuple(lines)), reasons)


def _roof(mine: Sequence[RooflinePoint], name: str, machine: Machine, words: Words) -> Iterator[Line]:
    over, shade = mine[0].roof, colour(machine, mine[0].device)
    left = min(over.ridge, *(p.intensity for p in mine)) / ROOM
    right = max(over.ridge, *(p.intensity for p in mine)) * ROOM
    corners = ((left, left * over.bandwidth), (over.ridge, over.flops), (right, over.flops))
    title = words.phrase(MARKS["roof"], device=name)
    yield Line(title, tuple((x, y / 1e9) for x, y in corners), shade, bare=True)
    spots = tuple((p.intensity, p.achieved / 1e9) for p in mine)
    yield Line(name, spots, shade, labels=tuple(capital(words.model(p.model)) for p in mine))
