"""`plan` and `simulate` in a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ....analysis.absent_gpus.absent_job import AbsentEstimate, AskedJob
from ....analysis.absent_gpus.machine_options import MachineOption, cheapest, smallest
from ....analysis.jobs.job_estimate import JobEstimate
from ....verdict.simulated_machine import SimulatedMachine, simulated
from ....words.language import _, ngettext
from ....words.phrases.jobs import (
    GPU_LIMITS,
    PLAN_HEADINGS,
    PLAN_NOTE,
    RECOMPUTED,
    REMEDIES,
    SHORT_KINDS,
    SIMULATED,
)
from ....words.writer import spoken as words
from ...result_output import show_verdict
from ...result_tables import plain

ROWS = 5
"""Machines of each table; JSON has all."""


def show_plan(
    console: Console,
    job: AskedJob,
    found: Sequence[MachineOption],
    here: Sequence[JobEstimate],
    within_s: float | None,
    budget: float | None,
) -> None:
    """The fastest, cheapest and smallest machines that do a job in time."""
    console.print(Text(words.job(job.name), style="bold"))
    told = [ngettext("{samples} sample", "{samples} samples", job.samples).format(samples=words.write(job.samples))]
    if within_s:
        told.append(_("within {time}").format(time=words.limit(within_s)))
    if budget:
        told.append(_("for {budget} US dollars at most").format(budget=words.write(budget)))
    console.print(Text(", ".join(told)))
    show_here(console, here, within_s)
    orders = {
        "fastest": list(found),
        "rent": cheapest(found, "rent"),
        "buy": cheapest(found, "buy"),
        "smallest": smallest(found),
    }
    for name, ordered in orders.items():
        if ordered:
            _show_machines(console, _(PLAN_HEADINGS[name]), ordered[:ROWS])
    if found:
        console.print(Text(_(PLAN_NOTE), style="dim"))


def nothing_found(job: AskedJob, every: Sequence[MachineOption]) -> str:
    """One sentence on why no machine is left."""
    if not every:
        return _("No machine of the tables is known to do {job}.").format(job=words.job(job.name))
    fastest = every[0]
    told = _("No machine of the tables does {job} so fast and for so little; the fastest, {name}, takes {time}.")
    return told.format(job=words.job(job.name), name=fastest.name, time=_span(fastest.known))


def _show_machines(console: Console, title: str, found: Sequence[MachineOption]) -> None:
    table = plain(title)
    table.add_column(_("machine"), overflow="fold", min_width=14)
    table.add_column(_("memory"), overflow="fold")
    table.add_column(_("time"), overflow="fold")
    table.add_column("", overflow="fold")
    table.add_column(_("limited by"), overflow="fold")
    table.add_column(_("price (date)"), overflow="fold")
    for item in found:
        gpu = item.gpu
        count = f"{gpu.count} x " if gpu.count > 1 else ""
        name = f"{item.name} ({count}{gpu.model.name})" if item.way == "rent" else gpu.model.name
        kind = _(SHORT_KINDS[item.known.job.kind])
        cells = (name, _memory(item), _span(item.known), kind, _(GPU_LIMITS[item.known.limit]), _price(item))
        table.add_row(*map(Text, cells))
    console.print(table)


def _memory(item: MachineOption) -> str:
    """What it has, and with which change the job fits."""
    has = f"{words.write(item.gpu.memory / 2**30)} GB"
    return f"{has}: {_(REMEDIES[item.known.remedy.code])}" if item.known.remedy else has


def _span(known: AbsentEstimate) -> str:
    low, high = known.job.low, known.job.high
    return words.span(low, high) if low is not None and high is not None else ""


def _price(item: MachineOption) -> str:
    if item.price is None:
        return _("not known")
    price = words.write(item.price, ",.2f" if item.way == "rent" else ",.0f")
    if money := item.money:
        least, most = (words.write(value, ",.2f" if value < 10 else ",.0f") for value in money)
        told = _("{least} to {most} dollars ({price} an hour, {date})")
        return told.format(least=least, most=most, price=price, date=_date(item.price_date))
    return _("{price} dollars at its launch ({date})").format(price=price, date=item.price_date)


def _date(written: str) -> str:
    """The day or the year of a price, out of what its source says."""
    found = re.search(r"20[0-9]{2}(-[0-9]{2}){0,2}", written)
    return found.group() if found else written


def show_here(console: Console, found: Sequence[JobEstimate], within_s: float | None) -> None:
    """What is known of the job on this computer, beside the others."""
    for item in found:
        if item.low is not None and item.high is not None:
            told = _("This computer, on {device}: {time} ({kind}), {room}.")
            room = {True: _("fits"), False: _("does not fit"), None: _("unknown whether it fits")}[item.fits]
            numbers = {"device": words.device(item.device), "time": words.span(item.low, item.high), "room": room}
            style = "" if within_s is None or item.low <= within_s else "red"
            console.print(Text(told.format(kind=_(SHORT_KINDS[item.kind]), **numbers), style=style))


def show_simulated(console: Console, found: SimulatedMachine) -> None:
    """The verdict and the table of jobs, under a line that says that nothing was measured."""
    gpu = found.gpu
    power = f", {words.write(gpu.watts)} W" if gpu.watts else ""
    count = f"{gpu.count} x " if gpu.count > 1 else ""
    about = f"{count}{gpu.model.name}, {words.write(gpu.memory / 2**30)} GB{power}"
    console.print(Text(_(SIMULATED).format(gpu=about), style="bold yellow"))
    if found.verdict:
        show_verdict(console, found.verdict, tips=False)
    else:
        console.print(Text(words.reason(simulated(gpu))))
    table = plain(_("Jobs on {device}").format(device=gpu.model.name))
    for column in (_("name"), _("time"), "", _("memory"), _("limited by")):
        table.add_column(column, overflow="fold", no_wrap=column == _("name"))
    for job, item in found.jobs:
        if item is None:
            continue
        room = {True: _("fits"), False: _("does not fit"), None: _("unknown")}[item.job.fits]
        if item.remedy:
            room = _("fits with {change}").format(change=_(REMEDIES[item.remedy.code]))
        late = not item.done or (item.job.low or 0) > job.deadline_s
        span = _span(item) if item.done else ""
        cells = (job.name, span, _(SHORT_KINDS[item.job.kind]), room, _(GPU_LIMITS[item.limit]))
        table.add_row(*cells, style="red" if late else "")
    console.print(table)
    console.print(Text(_(RECOMPUTED), style="dim"))
