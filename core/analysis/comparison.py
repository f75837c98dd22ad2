"""Compares results: each figure with its range, how far it differs, and what makes a comparison unfair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from statistics import median
from typing import Literal

from ..records.plan import TARGET_ACCURACY, Plan
from ..records.result import Result, Run
from ..records.verdict import Numbers, Reason
from ..records.window_statistics import rate
from ..words.writer import reason
from .forecast import headline_rates
from .roofline import timing_rates
from .sustained_speed import sustained_speed

DOUBTFUL_GRADES = ("C", "D")
"""Trust grades with which a figure may be far from what the undisturbed machine would reach."""
IGNORED_SETTINGS = ("threads", "precision", "channels_last", "device", "seconds")
"""Fields of a plan whose difference is not unfair: `tune` chose them for the machine, or they have a row or a sentence
of their own."""
Noise = Literal["beyond", "within", "unknown"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and its 95 % range; None for both ends if the noise of the value is not known."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """How a result differs from the first one: in per cent (above 0: a larger value), whether it is the better one, and
    whether the difference is beyond the noise."""

    percent: float
    better: bool
    noise: Noise


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One line of the table: a code of `ROW_ORDER` with its numbers, and the figure of each result, if any."""

    code: str
    numbers: Numbers
    figures: tuple[Figure | None, ...]
    higher_is_better: bool = True
    is_duration: bool = False
    """Whether the figures are seconds."""

    def difference(self, column: int) -> Difference | None:
        """How a column differs from the first; None if either lacks a figure, and for scenarios, which are classes."""
        first, other = self.figures[0], self.figures[column]
        if first is None or other is None or not first.value or column == 0 or self.code == "scenario":
            return None
        percent = 100 * (other.value / first.value - 1)
        return Difference(percent, (percent > 0) == self.higher_is_better, _noise(first, other))


def comparison_rows(results: Sequence[Result]) -> list[ComparisonRow]:
    """A row for every figure that at least one of the results has, in `ROW_ORDER`."""
    found = [_figures(result) for result in results]
    keys = dict.fromkeys(key for figures in found for key in figures)
    made = []
    for key in keys:
        code, numbers = key[0], dict(key[1])
        duration = code in ("job", "accuracy")
        values = tuple(figures.get(key) for figures in found)
        made.append(ComparisonRow(code, numbers, values, higher_is_better=not duration, is_duration=duration))
    order = {code: number for number, code in enumerate(ROW_ORDER)}
    return sorted(made, key=lambda row: order[row.code])


ROW_ORDER = ("scenario", "rate", "job", "product", "bandwidth", "accuracy", "endurance")
_Key = tuple[str, tuple[tuple[str, float | int | str | None], ...]]


def unfair_reasons(results: Sequence[Result], names: Sequence[str]) -> list[Reason]:
    """What makes comparing these results with the first one unfair; `names` are what the reasons call the results."""
    found = [r for result, name in zip(results, names, strict=True) for r in _doubtful(result, name)]
    base, first = names[0], results[0]
    for result, name in zip(results[1:], names[1:], strict=True):
        both = {"name": name, "base": base}
        if result.rigdyno != first.rigdyno:
            found.append(reason("unfair-version", **both, there=result.rigdyno, here=first.rigdyno))
        if result.plan.preset != first.plan.preset:
            found.append(reason("unfair-preset", **both, there=result.plan.preset, here=first.plan.preset))
        here, there = first.machine.torch, result.machine.torch
        if here and there and here.version != there.version:
            found.append(reason("unfair-torch", **both, there=there.version, here=here.version))
        found += _settings(first, result, both)
    return found


def _doubtful(result: Result, name: str) -> Iterator[Reason]:
    """What makes every comparison with this result unfair."""
    if result.machine.value("power.source") == "battery":
        yield reason("unfair-battery", name=name)
    if result.verdict and result.verdict.trust in DOUBTFUL_GRADES:
        yield reason("unfair-trust", name=name, trust=result.verdict.trust)
    if result.status != "complete":
        yield reason("unfair-partial", name=name)


def _settings(first: Result, other: Result, both: dict[str, str]) -> Iterator[Reason]:
    """Differences in number format and in other settings between trainings of the same network on the same device."""
    ours, theirs = _trained(first), _trained(other)
    common = [(ours[key], theirs[key]) for key in ours if key in theirs]
    for here, there in dict.fromkeys((ours.precision, theirs.precision) for ours, theirs in common):
        if here != there:
            yield reason("unfair-precision", **both, there=there, here=here)
    for mine, its in common:
        for field in fields(Plan):
            values = getattr(its, field.name), getattr(mine, field.name)
            if field.name not in IGNORED_SETTINGS and values[0] != values[1]:
                yield reason("unfair-plan", **both, setting=field.name, there=values[0], here=values[1])


def _trained(result: Result) -> dict[tuple[object, ...], Plan]:
    """The plans of all trainings, by device; those of jobs also by network and shape, so that only equal jobs meet."""
    return {
        (
            run.plan.device,
            *((run.plan.model, run.plan.batch, run.plan.image_size) if run.task == "job" else ()),
        ): run.plan
        for run in result.runs
        if run.task in ("train", "job")
    }


def _figures(result: Result) -> dict[_Key, Figure]:
    """Every figure of one result, by the code and the numbers of its row."""
    found: dict[_Key, Figure] = {}
    verdict = result.verdict
    if verdict:
        found[("scenario", ())] = Figure(verdict.scenario, verdict.scenario, verdict.scenario)
    for device, value in headline_rates(result.runs).items():
        known = next((r for run in _of(result, "train", device) if (r := rate(run))), None)
        found[("rate", (("device", device),))] = Figure(value, known.low, known.high) if known else Figure(value)
    for forecast in verdict.forecasts if verdict else ():
        key: _Key = ("job", (("job", forecast.job),))
        if forecast.seconds is not None and (key not in found or forecast.seconds < found[key].value):
            found[key] = Figure(forecast.seconds, forecast.low, forecast.high)
    for device in dict.fromkeys(run.plan.device for run in result.runs):
        found |= dict(_of_device(result, device))
    return found


def _of_device(result: Result, device: str) -> Iterator[tuple[_Key, Figure]]:
    on = ("device", device)
    if products := timing_rates(result.runs, "peak", device):
        yield ("product", (on,)), Figure(products.get("fp32", max(products.values())) / 1e9)
    if copies := timing_rates(result.runs, "copy", device):
        yield ("bandwidth", (on,)), Figure(max(copies.values()) / 1e9)
    reached = [
        run.scores[-1].train_s for run in _of(result, "accuracy", device) if run.stop == "reached" and run.scores
    ]
    if reached:
        key: _Key = ("accuracy", (("percent", round(100 * TARGET_ACCURACY)), on))
        several = len(reached) > 1
        yield key, Figure(median(reached), min(reached) if several else None, max(reached) if several else None)
    for run in _of(result, "soak", device):
        if kept := sustained_speed(run, result.telemetry, result.machine.sensor_index(device)):
            yield ("endurance", (on,)), Figure(100 * kept.ratio)


def _of(result: Result, task: str, device: str) -> list[Run]:
    return [run for run in result.runs if run.task == task and run.plan.device == device]


def _noise(one: Figure, other: Figure) -> Noise:
    """Ranges that do not overlap are different values."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return "unknown"
    return "beyond" if one.high < other.low or other.high < one.low else "within"
