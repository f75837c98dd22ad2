"""The tables of a result in a terminal: the ways of one product, the stages of a project, the roofline."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..analysis import project_stages, roofline
from ..analysis.forecast import ACCELERATORS
from ..records import scaling_efficiency
from ..records.result import Result, Run
from ..records.verdict import Verdict
from ..words.language import N_, _
from ..words.phrases.claims import STAGES, WAYS
from ..words.writer import outlook
from ..words.writer import spoken as words

ANSWERS = {
    "yes": N_("yes"),
    "perhaps": N_("perhaps"),
    "memory": N_("no: {memory} of memory needed"),
    "slow": N_("no"),
    "no": N_("no"),
}
"""Whether a job is done in time, in few words; by the codes of `outlook`."""
STYLES = {"yes": "green", "perhaps": "yellow"}
"""Of the outlooks; every kind of no is red."""
SCALING_COLUMNS = (
    N_("processes"),
    N_("computers"),
    N_("samples/s"),
    N_("95 % interval"),
    N_("efficiency"),
    N_("exchanging gradients"),
)
ROOFLINE_COLUMNS = (N_("device"), N_("FLOP/byte"), "GFLOP/s", N_("of peak"), "GB/s", N_("of memory's"))


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


def device(name: str) -> str:
    """How a table names a device: by torch's id; several by their number."""
    return words.device(name) if name.endswith(ACCELERATORS) else name


def interval(low: float, high: float) -> str:
    """Both ends of a measured range."""
    return _("{low} to {high}").format(low=words.figure(low), high=words.figure(high))


def show_forecasts(console: Console, verdict: Verdict) -> None:
    """What each job would take on each device, against its limit."""
    if not verdict.forecasts:
        return
    table = plain(words.title("forecasts"))
    for column in ("", _("job"), _("on"), _("time"), _("limit"), _("in time?")):
        table.add_column(column, overflow="fold")
    for f in verdict.forecasts:
        time = "–"
        if f.low is not None and f.high is not None:
            time = words.span(f.low, f.high) + (" ~" if f.estimated else "")
        code = outlook(f)
        answer = _(ANSWERS[code]).format(memory=words.size(f.memory_need))
        limit = words.limit(f.deadline_s)
        table.add_row(
            str(f.scenario),
            words.job(f.job),
            device(f.device),
            time,
            limit,
            Text(answer, style=STYLES.get(code, "red")),
        )
    console.print(table)
    if any(f.estimated for f in verdict.forecasts):
        console.print(Text(_("~ estimated: measured at other batch sizes, or on one of several devices."), style="dim"))


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
    table = plain(_("The same product"))
    table.add_column(_("way"))
    for column in (_("device"), "GFLOP/s", _("times the first")):
        table.add_column(column, justify="right")
    for way, where, flops in found:
        table.add_row(_(WAYS.get(way, way)), where, words.figure(flops / 1e9), words.write(flops / found[0][2]))
    console.print(table)


def _show_stages(console: Console, run: Run) -> None:
    found = project_stages.project_stages(run)
    if not found:
        return
    table = plain(_("A small project on {device}").format(device=words.device(run.plan.device)))
    table.add_column(_("stage"))
    for column in (_("once"), _("in all"), _("share")):
        table.add_column(column, justify="right")
    for stage in found:
        share = f"{words.write(100 * stage.share, '.1f')} %"
        row = (f"{words.figure(1e3 * stage.seconds)} ms", words.duration(stage.total_s), share)
        table.add_row(_(STAGES.get(stage.name, stage.name)), *row)
    console.print(table)
    whole = _("{epochs} passes over {images} images in batches of {batch}, then {answers} answers, one by one.").format(
        epochs=project_stages.EPOCHS,
        images=words.write(project_stages.IMAGES),
        batch=run.plan.batch,
        answers=words.write(project_stages.ANSWERS),
    )
    console.print(Text(whole, style="dim"))


def _show_scaling(console: Console, run: Run) -> None:
    title = _("{model} trained together, batches of {batch} on each")
    table = plain(title.format(model=words.model(run.plan.model), batch=run.plan.batch))
    for column in SCALING_COLUMNS:
        table.add_column(_(column), justify="right")
    for p in scaling_efficiency.points(run):
        table.add_row(
            str(p.ranks),
            str(p.hosts),
            words.figure(p.rate.median),
            interval(p.rate.low, p.rate.high),
            "–" if p.efficiency is None else f"{words.write(100 * p.efficiency)} %",
            "–" if p.exchange is None else f"{words.write(100 * p.exchange, '.1f')} %",
        )
    console.print(table)


def _show_roofline(console: Console, result: Result) -> None:
    placed = [p for r in result.runs if r.task in ("train", "job") and (p := roofline.roofline_point(r, result.runs))]
    if not placed:
        return
    table = plain(_("Under the roofline"))
    table.add_column(_("network"))
    for column in ROOFLINE_COLUMNS:
        table.add_column(_(column), justify="right")
    for p in placed:
        table.add_row(
            words.model(p.model),
            p.device,
            words.figure(p.intensity),
            words.figure(p.achieved / 1e9),
            f"{words.write(100 * p.compute_share)} %",
            words.figure(p.moved / 1e9),
            f"{words.write(100 * p.bandwidth_share)} %",
        )
    console.print(table)
