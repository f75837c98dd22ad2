"""All at once: the same matrix product, from one multiplication at a time to everything together."""

from __future__ import annotations

from ...analysis.roofline import product_rates
from ...records.result import Result
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import CAPTIONS, WAYS
from ...words.writer import Words, capital
from ..chart import Axis, Bar, Bars
from .claim_finding import Found, colour, said


def find(result: Result, words: Words) -> Found | None:
    """A bar for each way, in GFLOP/s, slowest first."""
    found = product_rates(result.runs)
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
