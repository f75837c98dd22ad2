"""The scale of hardware: published ResNet-50 training rates and this machine on one list, judged by the same rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..analysis.forecast import batch_fits, device_memory, forecast_from_rate, sustained_rate
from ..records.machine import Machine
from ..records.result import Result
from ..records.verdict import Forecast, Scenario
from ..records.window_statistics import MODEL_ERROR
from ..reference.gpu_names import memory_by_name
from ..reference.hardware_tables import GpuModel, PublishedThroughput
from ..reference.scenarios import Job, Rulebook
from .scenario_decision import ForecastTable, decide_scenario

RESNET50 = re.compile(r"resnet-?50\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ScaleEntry:
    """One line of the scale: images/s of ResNet-50 training by all `accelerators` together, `memory` bytes of each.

    `blocking`: the forecast that keeps the next scenario out of reach, None at the top. `here`: this machine.
    """

    hardware: str
    source: str
    precision: str
    images_per_s: float
    accelerators: int
    memory: int | None
    scenario: int
    blocking: Forecast | None
    here: bool = False


def scale_entries(rows: Iterable[PublishedThroughput], rules: Rulebook, gpus: Sequence[GpuModel]) -> list[ScaleEntry]:
    """An entry for every row about ResNet-50, slowest first."""
    found = [_place(row, rules, gpus) for row in rows if RESNET50.match(row.model)]
    return sorted(found, key=lambda p: p.images_per_s)


def fastest_entries(found: Iterable[ScaleEntry]) -> list[ScaleEntry]:
    """The fastest entry of each hardware and source: its speed with the settings that suit it."""
    fastest: dict[tuple[str, str, int], ScaleEntry] = {}
    for place in found:
        key = (place.source, place.hardware, place.accelerators)
        if key not in fastest or place.images_per_s > fastest[key].images_per_s:
            fastest[key] = place
    return sorted(fastest.values(), key=lambda p: p.images_per_s)


def own_entry(result: Result) -> ScaleEntry | None:
    """This machine's entry, with its verdict's scenario; None without a verdict or a measured ResNet-50."""
    known = [
        (found[0].median, run.plan)
        for run in result.runs
        if run.task == "job" and run.plan.model == "resnet50" and (found := sustained_rate(run, result.runs))
    ]
    if not known or not result.verdict:
        return None
    rate, plan = max(known, key=lambda item: item[0])
    name = device_name(result.machine, plan.device)
    blocking = next((f for f in result.verdict.forecasts if f.job == result.verdict.margin.job), None)
    has = device_memory(result.machine, plan.device)
    scenario: Scenario = result.verdict.scenario
    return ScaleEntry(name, "this machine", plan.precision, rate, 1, has, scenario, blocking, here=True)


def device_name(machine: Machine, device: str) -> str:
    """The name of the processor or GPU behind a device id; the id itself if unknown."""
    if device == "cpu":
        return str(machine.value("cpu.model") or "CPU")
    known = machine.device(device)
    return known.name if known else device


def _place(row: PublishedThroughput, rules: Rulebook, gpus: Sequence[GpuModel]) -> ScaleEntry:
    has = None if row.device_type == "cpu" else memory_by_name(row.hardware, gpus)
    accelerators = 0 if row.device_type == "cpu" else max(1, row.num_devices)
    table: ForecastTable = {job.name: [_forecast(job, row, accelerators, has)] for job in rules.jobs}
    decision = decide_scenario(table, rules)
    blocking = table[decision.blocking.name][0] if decision.blocking else None
    rate = row.train_images_per_s
    return ScaleEntry(
        row.hardware, row.source, row.precision, rate, accelerators, has, max(1, decision.reached), blocking
    )


def _forecast(job: Job, row: PublishedThroughput, accelerators: int, has: int | None) -> Forecast:
    """The forecast of a job by a published row: its time for ResNet-50; for other networks only whether it fits.

    The rate of a row is that of all its devices, the memory that of each.
    """
    fits = batch_fits(job, True, has) and accelerators >= job.accelerators
    device = f"{accelerators} x {row.hardware}"
    if RESNET50.match(job.model):
        rate = row.train_images_per_s if accelerators >= job.accelerators else None
        return forecast_from_rate(job, device, rate, MODEL_ERROR, fits, has, estimated=True)
    untimed = forecast_from_rate(job, device, None, MODEL_ERROR, fits, has, estimated=True)
    return replace(untimed, probability=1.0 if fits else 0.0)


def what_blocks(place: ScaleEntry) -> tuple[str, float, float]:
    """(code, value, limit) of what keeps an entry from the next scenario.

    The code is "time" (seconds), "memory" (bytes), "accelerators" (their number) or "top" (nothing does).
    """
    f = place.blocking
    if f is None:
        return "top", 0.0, 0.0
    if f.memory_has is not None and f.memory_has < f.memory_need:
        return "memory", f.memory_has, f.memory_need
    if f.seconds is None:
        return "accelerators", place.accelerators, 2.0
    return "time", f.seconds, f.deadline_s
