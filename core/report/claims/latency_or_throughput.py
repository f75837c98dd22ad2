"""Ferrari or truck: latency against throughput over batch sizes, and the batch from which on the truck leads."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.batch_sweep import SweepPoint, crossover, knee, sweep_curve
from ...records.result import Result
from ...records.verdict import Reason
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import CAPTIONS, MARKS
from ...words.writer import Words, reason
from ..chart import Axis, Curves, Line, Mark
from .claim_finding import Found, colour, runs_of, said


def find(result: Result, words: Words) -> Found | None:
    """A line for each device, of images/s over the batch, both in equal factors."""
    curves = {run.plan.device: curve for run in runs_of(result, "sweep") if (curve := sweep_curve(run))}
    if not curves:
        return None
    lines = tuple(
        Line(
            device_name(result.machine, device),
            tuple((p.batch, p.rate.median) for p in curve),
            colour(result.machine, device),
        )
        for device, curve in curves.items()
    )
    x, y = (Axis(words.translate(CAPTIONS[name]), log=True) for name in ("batch", "throughput"))
    reasons = (*_latencies(curves), *_overtaking(curves), *said(result, "per-joule"))
    return Found(Curves(x, y, lines, tuple(_marks(curves, result, words))), reasons)


def _latencies(curves: dict[str, list[SweepPoint]]) -> Iterator[Reason]:
    for device, curve in curves.items():
        best = knee(curve) or curve[0]
        one = curve[0]
        yield reason(
            "latency",
            device=device,
            one=1000 * one.step_s,
            many=1000 * best.step_s,
            batch=best.batch,
            gain=best.rate.median / one.rate.median,
        )


def _leads(curves: dict[str, list[SweepPoint]]) -> Iterator[tuple[str, int | None]]:
    """Each accelerator, and the batch from which on it is ahead of the processor."""
    for device, curve in curves.items():
        if device != "cpu" and "cpu" in curves:
            yield device, crossover(curve, curves["cpu"])


def _overtaking(curves: dict[str, list[SweepPoint]]) -> Iterator[Reason]:
    if len(curves) == 1:
        yield reason("lonely")
    for device, batch in _leads(curves):
        if batch:
            yield reason("overtakes", device=device, other="cpu", batch=batch)
        else:
            yield reason("never-overtakes", device=device, other="cpu")


def _marks(curves: dict[str, list[SweepPoint]], result: Result, words: Words) -> Iterator[Mark]:
    for device, batch in _leads(curves):
        if batch:
            name = device_name(result.machine, device)
            yield Mark(batch, words.phrase(MARKS["crossover"], batch=batch, device=name))
    if len(curves) == 1 and (best := knee(next(iter(curves.values())))):
        yield Mark(best.batch, words.phrase(MARKS["knee"], batch=best.batch))
