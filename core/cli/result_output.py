"""A computer or a result in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..analysis import batch_sweep, driver_only_gpu, forecast
from ..records import window_statistics
from ..records.machine import Machine, Reading
from ..records.result import Result, Run
from ..records.verdict import Reason, Verdict
from ..report import result_text
from ..verdict.evidence import evidence
from ..verdict.warnings.check_warnings import check_warnings
from ..words.adapter_facts import ADAPTER, OF_THE_SYSTEM, adapter_line
from ..words.language import N_, _, ngettext
from ..words.writer import copied
from ..words.writer import evidence as evidence_of
from ..words.writer import spoken as words
from . import result_tables

SWEEP_COLUMNS = (N_("batch"), N_("time of a step"), N_("images/s"), N_("95 % interval"), N_("time for each image"))
STOPS = {
    "converged": N_("converged"),
    "time-limit": N_("time-limit"),
    "decided": N_("decided"),
    "epochs": N_("epochs"),
    "reached": N_("reached"),
    "out-of-memory": N_("out-of-memory"),
    "cancelled": N_("cancelled"),
    "failed": N_("failed"),
}
"""Why a run ended."""
GRADES = {"A": "green", "B": "green", "C": "yellow", "D": "red"}


def show_machine(console: Console, machine: Machine) -> None:
    """Every reading with its source."""
    table = Table(box=None, pad_edge=False)
    for column, style in (("", None), (_("value"), None), (_("source"), "dim")):
        table.add_column(column, overflow="fold", style=style)
    for key, reading in machine.readings.items():
        _row(table, key, reading)
    for gpu in machine.gpus:
        table.add_section()
        for key, reading in gpu.readings.items():
            _row(table, key, reading)
    for adapter in machine.adapters:
        table.add_row(_(ADAPTER), Text(adapter_line(adapter, words)), _(OF_THE_SYSTEM))
    if machine.gpu_note:
        table.add_row("NVIDIA GPU", Text(words.stored(machine.gpu_note)), "NVML")
    if machine.torch:
        torch = machine.torch
        source = _("asked of the training process")
        table.add_row(words.label("torch.version"), Text(torch.version), source)
        table.add_row(words.label("torch.build"), torch.build or _("CPU only"), source)
        table.add_row(words.label("torch.cpu_capability"), torch.cpu_capability, source)
        for device in torch.devices:
            state = ", ".join(device.precisions) if device.usable else _("not usable: {why}").format(why=device.problem)
            table.add_row(_("Device {id}").format(id=device.id), Text(f"{device.name}: {state}"), source)
    console.print(table)
    for hint in check_warnings(machine):
        _tell(console, f"! {words.reason(hint)}", "yellow")


TIPS = ("variables",)
"""Reasons for who wants to set up other programs; by their codes."""


def show_result(console: Console, result: Result, tips: bool = False) -> None:
    """What came of a check or a training; `tips`: also how other programs are made as fast."""
    for problem in result.problems:
        _tell(console, words.reason(problem), "red")
    for run in result.runs:
        if run.failure and run.failure.code != "cancelled":
            _tell(console, f"{_what(run)}: " + words.sentence(run.failure.code, {"detail": run.failure.detail}), "red")
    for trouble in driver_only_gpu.measurement_failures(result):
        _tell(console, words.reason(trouble), "yellow")
    if result.status == "partial":
        console.print(Text(_("This result is partial: the check did not run to its end."), style="yellow"))
    if result.verdict:
        show_verdict(console, result.verdict, tips)
    else:
        for run in result.runs:
            _show_run(console, run)
            if run.task == "job" and result.plan.samples:
                _show_forecast(console, run, result)
        _show_sweep(console, [r for r in result.runs if r.task == "sweep"])
        for found in evidence(result.machine, result.runs, result.telemetry):
            if found.code not in ("trains-at", "learnt", "sweep", *(() if tips else TIPS)):  # lines above say those
                _tell(console, f"• {words.reason(found)}")
        _show_driver(console, result_text.shaders(result))
    result_tables.show(console, result)


def _tell(console: Console, sentence: str, style: str = "") -> None:
    """Wrapped at words; what may be copied is left to the terminal, which breaks its lines without cutting it."""
    console.print(Text(sentence, style=style), soft_wrap=copied(sentence))


def show_verdict(console: Console, verdict: Verdict, tips: bool) -> None:
    """A verdict with its reasons, doubts and rule."""
    title, meaning = words.scenario(verdict.scenario)
    console.print(
        Panel(
            Text(f"{title}\n{meaning}", justify="center"),
            title=words.title("scenario", number=verdict.scenario),
            width=78,
        )
    )
    console.print(Text(f"→ {words.margin(verdict.margin)}"))
    result_tables.show_forecasts(console, verdict)
    for reason in evidence_of(verdict):
        if tips or reason.code not in TIPS:
            _tell(console, f"• {words.reason(reason)}")
    _show_driver(console, verdict.driver)
    for limit in verdict.bottlenecks:
        _tell(console, f"▪ {words.reason(limit)}")
    for catch in verdict.catches:
        _tell(console, f"! {words.reason(catch)}", "yellow")
    trust = _("Trust {grade}") if verdict.doubts else _("Trust {grade}: nothing speaks against these numbers.")
    console.print(Text(trust.format(grade=verdict.trust), style=GRADES[verdict.trust]))
    for doubt in verdict.doubts:
        console.print(Text(f"  - {words.reason(doubt)}"))
    if verdict.fired:
        rule = _("Rule ({version}): {name}.").format(version=verdict.rules, name=words.stored(verdict.fired))
        console.print(Text(rule, style="dim"))


def _show_driver(console: Console, reasons: Sequence[Reason]) -> None:
    """What shaders showed, under a heading that says what it is not."""
    if reasons:
        console.print(Text(words.title("driver"), style="bold"))
    for found in reasons:
        _tell(console, f"• {words.reason(found)}")


def _show_sweep(console: Console, runs: Sequence[Run]) -> None:
    """A table for each device; then which load each of them suits."""
    curves = {run.plan.device: batch_sweep.sweep_curve(run) for run in runs}
    for run in runs:
        table = result_tables.plain(_what(run))
        for column in SWEEP_COLUMNS:
            table.add_column(_(column), justify="right")
        best = batch_sweep.knee(curves[run.plan.device])
        for point in curves[run.plan.device]:
            table.add_row(
                words.write(point.batch),
                f"{words.figure(1e3 * point.step_s)} ms",
                words.figure(point.rate.median),
                result_tables.interval(point.rate.low, point.rate.high),
                f"{words.figure(1e3 / point.rate.median)} ms",
                style="bold" if point == best else None,
            )
        console.print(table)
        if best:
            share = round(100 * (1 - batch_sweep.KNEE_SHARE))
            found = _("From a batch of {batch} on, larger ones gain less than {share} %.")
            console.print(Text(found.format(batch=words.write(best.batch), share=share)))
    for device, curve in curves.items():
        at = batch_sweep.crossover(curve, curves["cpu"]) if device != "cpu" and "cpu" in curves else None
        if at:
            overtakes = _("{device} overtakes the CPU at a batch of {batch}.")
            console.print(Text(overtakes.format(device=device, batch=words.write(at))))


def _show_run(console: Console, run: Run) -> None:
    speed = window_statistics.rate(run)
    if speed and run.task == "train":
        measured = ngettext(
            "{what}: {rate} images/s ({low} to {high}, {windows} window, {precision}, {threads}; stopped: {why})",
            "{what}: {rate} images/s ({low} to {high}, {windows} windows, {precision}, {threads}; stopped: {why})",
            speed.windows,
        )
        numbers = {
            "what": _what(run),
            "rate": words.write(speed.median),
            "low": words.write(speed.low),
            "high": words.write(speed.high),
            "windows": words.write(speed.windows),
            "precision": run.plan.precision,
            "threads": words.threads(run.plan.threads),
            "why": _(STOPS.get(run.stop, run.stop)),
        }
        console.print(Text(measured.format(**numbers)))
    for score in run.scores:
        reached = _("  after {time} of training and {images} images: {percent} % of {count} test images right")
        numbers = {
            "time": words.duration(score.train_s),
            "images": words.write(score.samples),
            "percent": words.write(100 * score.accuracy, ".1f"),
            "count": words.write(score.test_samples),
        }
        console.print(Text(reached.format(**numbers)))


def _show_forecast(console: Console, run: Run, result: Result) -> None:
    """How long the whole training would take of which this was a moment."""
    known = forecast.sustained_rate(run, result.runs)
    if not known:
        return
    speed, error, extrapolated = known
    seconds = result.plan.samples / speed.median
    step = _("{what}, batch {batch}: {step} ms a step, {rate} samples/s.")
    if extrapolated:
        step = _("{what}, batch {batch}: {step} ms a step, {rate} samples/s, estimated from smaller batches.")
    numbers = {
        "what": _what(run),
        "batch": run.plan.batch,
        "step": words.figure(1e3 * run.plan.batch / speed.median),
        "rate": words.figure(speed.median),
    }
    console.print(Text(step.format(**numbers)))
    low, high = words.range_ends(seconds / (1 + error), seconds * (1 + error))
    whole = ngettext(
        "{samples} sample would take about {time} ({low} to {high}).",
        "{samples} samples would take about {time} ({low} to {high}).",
        result.plan.samples,
    ).format(samples=words.write(result.plan.samples), time=words.duration(seconds), low=low, high=high)
    console.print(Text(f"{whole} {words.sentence('leaves-out', {})}"))


def _what(run: Run) -> str:
    """Which network, on which device."""
    model, device = words.model(run.plan.model), words.device(run.plan.device)
    return _("{model} on {device}").format(model=model, device=device)


def _row(table: Table, key: str, reading: Reading) -> None:
    value = Text(words.show(key, reading.value), style="dim" if reading.value is None else "")
    source = words.stored(reading.source) + (f" ({words.stored(reading.reason)})" if reading.reason else "")
    table.add_row(words.label(key), value, Text(source))
