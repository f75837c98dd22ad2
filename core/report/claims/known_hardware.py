"""Among known hardware: this machine's ResNet-50 beside the figures of one source, each with its scenario."""

from __future__ import annotations

import math
from functools import cache

from ...records.result import Result
from ...reference import hardware_tables, scenarios
from ...verdict.hardware_scale import ScaleEntry, fastest_entries, own_entry, scale_entries
from ...words.phrases.claims import CAPTIONS
from ...words.writer import Words, reason
from ..chart import Axis, Bar, Bars
from .claim_finding import Found

SOURCE = "Lambda"
"""The one with the most cards: laptops, desktops and servers by one hand."""
MOST = 12
"""Bars; as many as are read at a glance."""


def find(result: Result, words: Words) -> Found | None:
    """A bar for each of a dozen of the source's entries, spread over all of them, and for this machine."""
    own = own_entry(result)
    if own is None:
        return None
    known = _known()
    if not known:
        return None
    shown = sorted([*_spread(known), own], key=lambda p: p.images_per_s)
    chart = Bars(Axis(words.translate(CAPTIONS["resnet50"]), log=True), tuple(_bar(p, words) for p in shown))
    slower = sum(p.images_per_s < own.images_per_s for p in known)
    device = _device(result)
    told = reason(
        "place", rate=own.images_per_s, device=device, slower=slower, count=len(known), source=known[0].source
    )
    return Found(chart, (told,))


@cache
def _known() -> list[ScaleEntry]:
    """The best entry of each of its cards: the same for every result."""
    rows = [row for row in hardware_tables.published_throughputs() if row.source.startswith(SOURCE)]
    return fastest_entries(scale_entries(rows, scenarios.load_rules(), hardware_tables.gpu_models()))


def _spread(known: list[ScaleEntry]) -> list[ScaleEntry]:
    """The slowest, the fastest, and what lies between them in equal factors: laptops are many and near each other."""
    low, high = known[0].images_per_s, known[-1].images_per_s
    wanted = (low * (high / low) ** (i / (MOST - 1)) for i in range(MOST))
    nearest = {min(known, key=lambda p: abs(math.log(p.images_per_s / rate))) for rate in wanted}
    return sorted(nearest, key=lambda p: p.images_per_s)


def _bar(place: ScaleEntry, words: Words) -> Bar:
    rate = words.figure(place.images_per_s)
    text = f"{rate} · {words.title('scenario', number=place.scenario)}"
    return Bar(place.hardware, place.images_per_s, text, 0 if place.here else -1)


def _device(result: Result) -> str:
    """The one that `here` is about: the fastest at ResNet-50."""
    runs = [r for r in result.runs if r.task == "job" and r.plan.model == "resnet50" and r.windows]
    return max(runs, key=lambda r: max(w.rate for w in r.windows)).plan.device
