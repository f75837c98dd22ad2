"""What limits the speed of the machine. Each bottleneck is found by a stated test and carries that test's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records.machine import Machine, Sample
from ..records.result import Run
from ..records.verdict import Forecast, Reason
from ..records.window_statistics import rate
from ..words.writer import reason
from .batch_sweep import sweep_curve
from .gpu_telemetry import POWER_CAP, throttled_share
from .project_stages import preprocess_rate
from .roofline import roofline_point

CONTENDED_PERCENT = 20.0
"""Per cent of the processor that other programs use: from here on they limit more than the machine itself does."""
HEAT_SHARE, POWER_CAP_SHARE = 0.05, 0.50
"""Shares (0-1) of the time. Lasting heat is always a limit; a power cap only where it holds for most of the time."""
LAUNCH_BOUND_RATIO = 1.5
"""Time of a step with twice the batch over that with the batch itself. Below this, more than half of a step does not
depend on the number of samples: it is the overhead of launching operations."""
ROOF_SHARE = 0.25
"""Below this share of both the peak arithmetic and the bandwidth, neither of them is what the training waits for."""


def bottlenecks(
    machine: Machine,
    runs: Sequence[Run],
    telemetry: Sequence[Sample],
    forecasts: Sequence[Forecast],
    doubts: Sequence[Reason],
) -> list[Reason]:
    """The bottlenecks that were found, most important first; empty if nothing was measured that could show one."""
    found = [*_contended(doubts), *_gpu_events(machine, runs, telemetry), *_memory(forecasts)]
    for device in dict.fromkeys(r.plan.device for r in runs):
        mine = [r for r in runs if r.plan.device == device]
        found += [*_launch(device, mine), *_roof(mine, runs), *_input(device, mine, runs)]
    return found


def _contended(doubts: Sequence[Reason]) -> Iterator[Reason]:
    for doubt in doubts:
        percent = doubt.numbers.get("percent")
        if doubt.code in ("other-load", "steal") and isinstance(percent, float) and percent >= CONTENDED_PERCENT:
            yield reason("contended", percent=percent)
            return


def _gpu_events(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    busy = [r for r in runs if r.plan.device != "cpu"]
    during = [s for s in telemetry if any(r.started <= s.t <= r.ended for r in busy)]
    for index, gpu in enumerate(machine.gpus):
        limits = (
            ("heat-limited", ("heat",), HEAT_SHARE),
            ("power-limited", (POWER_CAP, "power-brake"), POWER_CAP_SHARE),
        )
        for code, causes, least in limits:
            share = throttled_share(during, index, *causes)
            if share >= least:
                yield reason(code, device=gpu.name, percent=100 * share)


def _memory(forecasts: Sequence[Forecast]) -> Iterator[Reason]:
    """Jobs that fit the memory of no device, each with the device that has most memory."""
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
        steps = {p.batch: p.step_s for p in sweep_curve(run)}
        batch = run.plan.batch
        if batch in steps and 2 * batch in steps and (ratio := steps[2 * batch] / steps[batch]) < LAUNCH_BOUND_RATIO:
            yield reason("launch-bound", device=device, batch=batch, ratio=ratio)


def _roof(mine: Sequence[Run], runs: Sequence[Run]) -> Iterator[Reason]:
    """Judged by the training with most work in a step: small networks are covered by `_launch`."""
    placed = [p for r in mine if r.task in ("train", "job") and (p := roofline_point(r, runs))]
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
    if max(largest.compute_share, largest.bandwidth_share) < ROOF_SHARE:
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
