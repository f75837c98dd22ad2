"""All at once: the same matrix product, from one multiplication at a time to everything together."""

from __future__ import annotations

from ..chart import Axis, Bar, Bars
from ..claim_phrases import CAPTIONS, WAYS
from ..model import Result
from ..roofline import ways
from ..scale import device_name
from ..words import Words, capital
from .found import Found, colour, said


def find(result: Result, words: Words) -> Found | None:
    """A bar for each way, in GFLOP/s, slowest first."""
    found = ways(result.runs)
    if not found:
        return None
    bars = tuple(
        Bar(
            f"{capital(words.translate(WAYS.get(way, way)))} · {device_name(result.machine, device)}",
            flops / 1e9,
            f"{words.figure(flops / 1e9)} GFLOP/s",
            colour(result.machine, device),
        )
        for way, device, flops in found
    )
    return Found(Bars(Axis(words.translate(CAPTIONS["gflops"]), log=True), bars), tuple(said(result, "ways", "epoch")))
