"""What limits the machine: each limit has a stated test, and is a code with the numbers of that test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records.machine import Machine, Sample
from ..records.result import Run
from ..records.verdict import Forecast, Reason
from ..records.window_statistics import rate
from ..words.writer import reason
from .batch_sweep import points
from .gpu_telemetry import POWER_CAP, slowed
from .project_stages import preprocess_rate
from .roofline import place

CONTENDED = 20.0
"""Per cent of the processor in others' hands from which on they limit more than the machine does."""
HOT, CAPPED = 0.05, 0.50
"""Shares of the time. Any lasting heat is a limit; a power cap is one where it holds most of the time."""
FLAT = 1.5
"""Twice the batch in less than this times the time: more than half of a step is not spent on its samples."""
NEAR = 0.25
"""Under a quarter of both the arithmetic and the bandwidth, neither is what a training waits for."""


def bottlenecks(
    machine: Machine,
    runs: Sequence[Run],
    telemetry: Sequence[Sample],
    forecasts: Sequence[Forecast],
    doubts: Sequence[Reason],
) -> list[Reason]:
    """The limits that were found, what outweighs the others first; empty where nothing was measured that tells."""
    found = [*_contended(doubts), *_gpu_events(machine, runs, telemetry), *_memory(forecasts)]
    for device in dict.fromkeys(r.plan.device for r in runs):
        mine = [r for r in runs if r.plan.device == device]
        found += [*_launch(device, mine), *_roof(mine, runs), *_input(device, mine, runs)]
    return found


def _contended(doubts: Sequence[Reason]) -> Iterator[Reason]:
    for doubt in doubts:
        percent = doubt.numbers.get("percent")
        if doubt.code in ("other-load", "steal") and isinstance(percent, float) and percent >= CONTENDED:
            yield reason("contended", percent=percent)
            return


def _gpu_events(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    busy = [r for r in runs if r.plan.device != "cpu"]
    during = [s for s in telemetry if any(r.started <= s.t <= r.ended for r in busy)]
    for index, gpu in enumerate(machine.gpus):
        limits = (("heat-limited", ("heat",), HOT), ("power-limited", (POWER_CAP, "power-brake"), CAPPED))
        for code, causes, least in limits:
            share = slowed(during, index, *causes)
            if share >= least:
                yield reason(code, device=gpu.name, percent=100 * share)


def _memory(forecasts: Sequence[Forecast]) -> Iterator[Reason]:
    """Jobs that would be done in time but do not fit, by the device that has most memory."""
    for job in dict.fromkeys(f.job for f in forecasts):
        mine = [f for f in forecasts if f.job == job]
        most = max(mine, key=lambda f: f.memory_has or 0)
        fits = any(f.probability > 0 for f in mine)
        if not fits and most.memory_has and most.memory_has < most.memory_need:
            yield reason("memory-capacity", job=job, device=most.device, need=most.memory_need, has=most.memory_has)


def _launch(device: str, mine: Sequence[Run]) -> Iterator[Reason]:
    for run in mine:
        if run.task != "sweep":
            continue
        steps = {p.batch: p.step_s for p in points(run)}
        batch = run.plan.batch
        if batch in steps and 2 * batch in steps and (ratio := steps[2 * batch] / steps[batch]) < FLAT:
            yield reason("launch-bound", device=device, batch=batch, ratio=ratio)


def _roof(mine: Sequence[Run], runs: Sequence[Run]) -> Iterator[Reason]:
    """The largest measured work decides: small networks are the launch test's."""
    placed = [p for r in mine if r.task in ("train", "job") and (p := place(r, runs))]
    if not placed:
        return
    largest = max(placed, key=lambda p: p.step_flops)
    numbers: dict[str, float | int | str | None] = {
        "device": largest.device,
        "model": largest.model,
        "gflops": largest.achieved / 1e9,
        "peak": largest.roof.flops / 1e9,
        "compute": 100 * largest.compute_share,
        "gigabytes": largest.moved / 1e9,
        "bandwidth": largest.roof.bandwidth / 1e9,
        "memory": 100 * largest.bandwidth_share,
    }
    if max(largest.compute_share, largest.bandwidth_share) < NEAR:
        yield reason("no-roof", **numbers)
    elif largest.intensity >= largest.roof.ridge or largest.compute_share >= largest.bandwidth_share:
        yield reason("compute-bound", **numbers)
    else:
        yield reason("bandwidth-bound", **numbers)


def _input(device: str, mine: Sequence[Run], runs: Sequence[Run]) -> Iterator[Reason]:
    prepared = [p for r in runs if r.task == "stages" and (p := preprocess_rate(r))]
    trained = [s.median for r in mine if r.task == "train" and (s := rate(r))]
    if prepared and trained and max(prepared) < max(trained):
        yield reason("input-bound", device=device, prepared=max(prepared), trained=max(trained))
