"""Google 2012, Stanford 2013 and this computer by their arithmetic; corrected, and with the sources."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.roofline import timing_rates
from ...records.result import Result
from ...records.verdict import Reason
from ...reference import hardware_tables
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import CAPTIONS, MILESTONES
from ...words.writer import Words, reason
from ..chart import NEUTRAL, Axis, Bar, Bars
from .claim_finding import Found, colour

CARDS = 12
"""GTX 680 in Stanford's three servers (Coates et al. 2013)."""


def find(result: Result, words: Words) -> Found | None:
    """A bar of fp32 GFLOP/s for each; Google's machines have none, as nobody published it."""
    mine = {d: max(found.values()) for d in _devices(result) if (found := _fp32(result, d))}
    if not mine:
        return None
    stanford = CARDS * _listed("GeForce GTX 680")
    bars = [
        _bar(words, "author", _listed("GeForce GT 740M")),
        *(
            Bar(
                words.translate(MILESTONES["here"]).format(device=device_name(result.machine, device)),
                flops / 1e9,
                _written(flops / 1e9, words),
                colour(result.machine, device),
            )
            for device, flops in mine.items()
        ),
        _bar(words, "gtx1080", _listed("GeForce GTX 1080 Mobile")),
        _bar(words, "stanford", stanford),
    ]
    google = Bar(words.translate(MILESTONES["google"]), None, words.translate(MILESTONES["google-value"]), NEUTRAL)
    ordered = sorted(bars, key=lambda bar: bar.value or 0.0)
    chart = Bars(Axis(words.translate(CAPTIONS["gflops-fp32"]), log=True), (*ordered, google))
    return Found(chart, (*_beside(mine, stanford), reason("costs"), reason("papers")))


def _devices(result: Result) -> dict[str, None]:
    return dict.fromkeys(run.plan.device for run in result.runs if run.task == "matmul")


def _fp32(result: Result, device: str) -> dict[str, float]:
    return {way: v for way, v in timing_rates(result.runs, "peak", device).items() if way == "fp32"}


def _listed(name: str) -> float:
    """GFLOP/s on the data sheet; the better of two variants of a name."""
    return max(1000 * gpu.fp32_tflops for gpu in hardware_tables.gpu_models() if gpu.name == name)


def _bar(words: Words, name: str, gflops: float) -> Bar:
    return Bar(words.translate(MILESTONES[name]), gflops, _written(gflops, words))


def _written(gflops: float, words: Words) -> str:
    return f"{words.figure(gflops)} GFLOP/s"


def _beside(mine: dict[str, float], stanford: float) -> Iterator[Reason]:
    for device, flops in mine.items():
        ratio = stanford / (flops / 1e9)
        if ratio >= 1:
            yield reason("below-stanford", device=device, factor=ratio)
        else:
            yield reason("above-stanford", device=device, factor=1 / ratio)
