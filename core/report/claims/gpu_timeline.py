"""How graphics cards learnt to learn: a short timeline that ends with this computer."""

from __future__ import annotations

from ...analysis.roofline import timing_rates
from ...records.result import Result
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import MOMENTS, THIS_COMPUTER
from ...words.writer import Words
from ..chart import Moment, Moments
from .claim_finding import Found


def find(result: Result, words: Words) -> Found | None:
    """What happened, year by year; at the end the fastest device here, where its arithmetic was measured."""
    moments = [Moment(year, words.translate(text)) for year, text in MOMENTS.items()]
    devices = dict.fromkeys(run.plan.device for run in result.runs)
    known = {d: found for d in devices if (found := timing_rates(result.runs, "peak", d).get("fp32"))}
    if known:
        device = max(known, key=lambda d: known[d])
        told = words.translate(THIS_COMPUTER).format(
            name=device_name(result.machine, device), gflops=words.write(known[device] / 1e9, ",.0f")
        )
        moments.append(Moment(result.created[:4], told, here=True))
    return Found(Moments(tuple(moments)))
