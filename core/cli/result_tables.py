"""The tables of a result in a terminal: the ways of one product, the stages of a project, the roofline."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..analysis import project_stages, roofline
from ..records import scaling_efficiency
from ..records.result import Result, Run
from ..records.verdict import Verdict
from ..words.phrases.claims import STAGES, WAYS
from ..words.writer import english as words
from ..words.writer import outlook

STYLES = {"yes": "green", "perhaps": "yellow"}
"""Of the outlooks; every kind of no is red."""


def plain(title: str) -> Table:
    """An empty table as all of ours look."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )


def show_forecasts(console: Console, verdict: Verdict) -> None:
    """What each job would take on each device, against its limit."""
    if not verdict.forecasts:
        return
    table = plain("What this computer can finish")
    for column in ("", "job", "on", "time", "limit", "in time?"):
        table.add_column(column, overflow="fold")
    for f in verdict.forecasts:
        time = "–"
        if f.low is not None and f.high is not None:
            time = words.span(f.low, f.high) + (" ~" if f.estimated else "")
        code = outlook(f)
        answer = f"no: {words.size(f.memory_need)} of memory needed" if code == "memory" else code
        limit = words.limit(f.deadline_s)
        table.add_row(
            str(f.scenario),
            words.job(f.job),
            f.device,
            time,
            limit,
            Text("no" if code == "slow" else answer, style=STYLES.get(code, "red")),
        )
    console.print(table)
    if any(f.estimated for f in verdict.forecasts):
        console.print(Text("~ estimated: measured at other batch sizes, or on one of several devices.", style="dim"))


def show(console: Console, result: Result) -> None:
    """Every table that the result has measurements for."""
    _show_ways(console, result)
    for run in result.runs:
        if run.task == "stages":
            _show_stages(console, run)
        if run.scalings:
            _show_scaling(console, run)
    _show_roofline(console, result)


def _show_ways(console: Console, result: Result) -> None:
    found = roofline.product_rates(result.runs)
    if not found:
        return
    table = plain("The same product")
    table.add_column("way")
    for column in ("device", "GFLOP/s", "times the first"):
        table.add_column(column, justify="right")
    for way, device, flops in found:
        table.add_row(WAYS.get(way, way), device, words.figure(flops / 1e9), f"{flops / found[0][2]:,.0f}")
    console.print(table)


def _show_stages(console: Console, run: Run) -> None:
    found = project_stages.project_stages(run)
    if not found:
        return
    table = plain(f"A small project on {words.device(run.plan.device)}")
    table.add_column("stage")
    for column in ("once", "in all", "share"):
        table.add_column(column, justify="right")
    for stage in found:
        row = (f"{words.figure(1e3 * stage.seconds)} ms", words.duration(stage.total_s), f"{100 * stage.share:.1f} %")
        table.add_row(STAGES.get(stage.name, stage.name), *row)
    console.print(table)
    console.print(
        Text(
            f"{project_stages.EPOCHS} passes over {project_stages.IMAGES:,} images in batches of {run.plan.batch}, "
            f"then {project_stages.ANSWERS:,} answers, one by one.",
            style="dim",
        )
    )


def _show_scaling(console: Console, run: Run) -> None:
    table = plain(f"{words.model(run.plan.model)} trained together, batches of {run.plan.batch} on each")
    for column in ("processes", "computers", "samples/s", "95 % interval", "efficiency", "exchanging gradients"):
        table.add_column(column, justify="right")
    for p in scaling_efficiency.points(run):
        table.add_row(
            str(p.ranks),
            str(p.hosts),
            words.figure(p.rate.median),
            f"{words.figure(p.rate.low)} to {words.figure(p.rate.high)}",
            "–" if p.efficiency is None else f"{100 * p.efficiency:.0f} %",
            "–" if p.exchange is None else f"{100 * p.exchange:.1f} %",
        )
    console.print(table)


def _show_roofline(console: Console, result: Result) -> None:
    placed = [p for r in result.runs if r.task in ("train", "job") and (p := roofline.roofline_point(r, result.runs))]
    if not placed:
        return
    table = plain("Under the roofline")
    table.add_column("network")
    for column in ("device", "FLOP/byte", "GFLOP/s", "of peak", "GB/s", "of memory's"):
        table.add_column(column, justify="right")
    for p in placed:
        table.add_row(
            words.model(p.model),
            p.device,
            words.figure(p.intensity),
            words.figure(p.achieved / 1e9),
            f"{100 * p.compute_share:.0f} %",
            words.figure(p.moved / 1e9),
            f"{100 * p.bandwidth_share:.0f} %",
        )
    console.print(table)
