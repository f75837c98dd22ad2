"""The check in a terminal: live progress while it runs, and the result as tables afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from ..analysis import batch_sweep, driver_only_gpu, forecast
from ..check import updates
from ..records import events, window_statistics
from ..records.machine import Machine, Reading
from ..records.result import Result, Run
from ..records.verdict import Reason, Verdict
from ..report import result_text
from ..verdict.check_warnings import check_warnings
from ..verdict.evidence import evidence
from ..words.safe_text import neutral
from ..words.writer import copied
from ..words.writer import english as words
from ..words.writer import evidence as evidence_of
from . import result_tables

GRADES = {"A": "green", "B": "green", "C": "yellow", "D": "red"}


class LiveProgress:
    """A listener that draws phase, live rate and time left; without a terminal it writes a line for each step."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            _Left(),
            TextColumn("{task.fields[rate]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, rate="")
        self._where = ""

    def __enter__(self) -> LiveProgress:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:  # rich writes a blank line where it ends what it never began
            self._progress.stop()

    def __call__(self, update: updates.Update) -> None:
        """Take one update; cheap, as the training waits for nobody but shares the processor."""
        if isinstance(update, updates.StepStarted):
            self._where = " · ".join(filter(None, (words.model(update.model), update.device)))
            total = None if update.remaining_s is None else update.t + update.remaining_s
            self._progress.update(
                self._task, description=self._line(update.step), total=total, completed=update.t, rate=""
            )
            if not self._console.is_terminal:
                self._console.print(f"{update.t:5.1f} s  {self._line(update.step)}", markup=False, highlight=False)
        elif isinstance(update, updates.Sampled):
            self._progress.update(self._task, completed=update.sample.t)
        elif isinstance(update, updates.WorkerSaid):
            event = update.event
            if isinstance(event, events.Phase):
                self._progress.update(self._task, description=self._line(event.name))
            elif isinstance(event, events.Window):
                self._progress.update(self._task, rate=f"{words.figure(event.rate)} samples/s")

    def _line(self, step: str) -> str:
        return neutral(words.step(step) + (f" ({self._where})" if self._where else ""))


class _Left(TextColumn):
    """The most time that is left, counted down by the samples' clock."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        left = max(0.0, (task.total or 0.0) - task.completed)
        return Text(f"at most {words.duration(round(left))} left" if task.total else "")


def show_machine(console: Console, machine: Machine) -> None:
    """Every reading with its source."""
    table = Table(box=None, pad_edge=False)
    for column in ("", "value", "source"):
        table.add_column(column, overflow="fold", style="dim" if column == "source" else None)
    for key, reading in machine.readings.items():
        _row(table, key, reading)
    for gpu in machine.gpus:
        table.add_section()
        for key, reading in gpu.readings.items():
            _row(table, key, reading)
    if machine.gpu_note:
        table.add_row("NVIDIA GPU", Text(machine.gpu_note), "NVML")
    if machine.torch:
        torch = machine.torch
        source = "asked of the training process"
        table.add_row(words.label("torch.version"), Text(torch.version), source)
        table.add_row(words.label("torch.build"), f"CUDA {torch.cuda}" if torch.cuda else "CPU only", source)
        table.add_row(words.label("torch.cpu_capability"), torch.cpu_capability, source)
        for device in torch.devices:
            state = ", ".join(device.precisions) if device.usable else f"not usable: {device.problem}"
            table.add_row(f"Device {device.id}", Text(f"{device.name}: {state}"), source)
    console.print(table)
    for hint in check_warnings(machine):
        _tell(console, f"! {hint.sentence}", "yellow")


def show_result(console: Console, result: Result) -> None:
    """What came of a check or a training."""
    for problem in result.problems:
        _tell(console, problem.sentence, "red")
    for run in result.runs:
        if run.failure and run.failure.code != "cancelled":
            _tell(console, f"{_what(run)}: " + words.sentence(run.failure.code, {"detail": run.failure.detail}), "red")
    for trouble in driver_only_gpu.measurement_failures(result):
        _tell(console, trouble.sentence, "yellow")
    if result.status == "partial":
        console.print(Text("This result is partial: the check did not run to its end.", style="yellow"))
    if result.verdict:
        _show_verdict(console, result.verdict)
    else:
        for run in result.runs:
            _show_run(console, run)
            if run.task == "job" and result.plan.samples:
                _show_forecast(console, run, result)
        _show_sweep(console, [r for r in result.runs if r.task == "sweep"])
        for found in evidence(result.machine, result.runs, result.telemetry):
            if found.code not in ("trains-at", "learnt", "sweep"):  # the lines above say those better
                _tell(console, f"• {found.sentence}")
        _show_driver(console, result_text.shaders(result))
    result_tables.show(console, result)


def _tell(console: Console, sentence: str, style: str = "") -> None:
    """Wrapped at words; what may be copied is left to the terminal, which breaks its lines without cutting it."""
    console.print(Text(sentence, style=style), soft_wrap=copied(sentence))


def _show_verdict(console: Console, verdict: Verdict) -> None:
    title, meaning = words.scenario(verdict.scenario)
    console.print(
        Panel(Text(f"{title}\n{meaning}", justify="center"), title=f"Scenario {verdict.scenario} of 4", width=78)
    )
    console.print(Text(f"→ {verdict.margin.sentence}"))
    result_tables.show_forecasts(console, verdict)
    for reason in evidence_of(verdict):
        _tell(console, f"• {reason.sentence}")
    _show_driver(console, verdict.driver)
    for limit in verdict.bottlenecks:
        _tell(console, f"▪ {limit.sentence}")
    for catch in verdict.catches:
        _tell(console, f"! {catch.sentence}", "yellow")
    trust = f"Trust {verdict.trust}" + ("" if verdict.doubts else ": nothing speaks against these numbers.")
    console.print(Text(trust, style=GRADES[verdict.trust]))
    for doubt in verdict.doubts:
        console.print(Text(f"  - {doubt.sentence}"))
    if verdict.fired:
        console.print(Text(f"Rule ({verdict.rules}): {verdict.fired}.", style="dim"))


def _show_driver(console: Console, reasons: Sequence[Reason]) -> None:
    """What shaders showed, under a heading that says what it is not."""
    if reasons:
        console.print(Text(words.title("driver"), style="bold"))
    for found in reasons:
        _tell(console, f"• {found.sentence}")


def _show_sweep(console: Console, runs: Sequence[Run]) -> None:
    """A table for each device; then which load each of them suits."""
    curves = {run.plan.device: batch_sweep.sweep_curve(run) for run in runs}
    for run in runs:
        table = result_tables.plain(_what(run))
        for column in ("batch", "time of a step", "images/s", "95 % interval", "time for each image"):
            table.add_column(column, justify="right")
        best = batch_sweep.knee(curves[run.plan.device])
        for point in curves[run.plan.device]:
            table.add_row(
                f"{point.batch:,}",
                f"{words.figure(1e3 * point.step_s)} ms",
                words.figure(point.rate.median),
                f"{words.figure(point.rate.low)} to {words.figure(point.rate.high)}",
                f"{words.figure(1e3 / point.rate.median)} ms",
                style="bold" if point == best else None,
            )
        console.print(table)
        if best:
            share = round(100 * (1 - batch_sweep.KNEE_SHARE))
            console.print(Text(f"From a batch of {best.batch:,} on, larger ones gain less than {share} %."))
    for device, curve in curves.items():
        at = batch_sweep.crossover(curve, curves["cpu"]) if device != "cpu" and "cpu" in curves else None
        if at:
            console.print(Text(f"{device} overtakes the CPU at a batch of {at:,}."))


def _show_run(console: Console, run: Run) -> None:
    speed = window_statistics.rate(run)
    if speed and run.task == "train":
        console.print(
            Text(
                f"{_what(run)}: {speed.median:,.0f} images/s "
                f"({speed.low:,.0f} to {speed.high:,.0f}, {speed.windows} windows, {run.plan.precision}, "
                f"{words.threads(run.plan.threads)}; stopped: {run.stop})"
            )
        )
    for score in run.scores:
        console.print(
            Text(
                f"  after {words.duration(score.train_s)} of training and {score.samples:,} images: "
                f"{100 * score.accuracy:.1f} % of {score.test_samples:,} test images right"
            )
        )


def _show_forecast(console: Console, run: Run, result: Result) -> None:
    """How long the whole training would take of which this was a moment."""
    known = forecast.sustained_rate(run, result.runs)
    if not known:
        return
    speed, error, extrapolated = known
    seconds = result.plan.samples / speed.median
    low, high = (words.duration(seconds / (1 + error)), words.duration(seconds * (1 + error)))
    how = ", estimated from smaller batches" if extrapolated else ""
    console.print(
        Text(
            f"{_what(run)}, batch {run.plan.batch}: "
            f"{words.figure(1e3 * run.plan.batch / speed.median)} ms a step, "
            f"{words.figure(speed.median)} samples/s{how}.\n"
            f"{result.plan.samples:,} samples would take about {words.duration(seconds)} ({low} to {high}). "
            f"{words.sentence('leaves-out', {})}"
        )
    )


def _what(run: Run) -> str:
    """Which network, on which device."""
    return f"{words.model(run.plan.model)} on {words.device(run.plan.device)}"


def _row(table: Table, key: str, reading: Reading) -> None:
    value = Text(words.show(key, reading.value), style="dim" if reading.value is None else "")
    source = reading.source + (f" ({reading.reason})" if reading.reason else "")
    table.add_row(words.label(key), value, Text(source))
