"""What `rigdyno job` shows: the answer for each device, and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ...analysis.jobs.calibration import calibration_family
from ...analysis.jobs.job_estimate import JobEstimate
from ...records.experiment_events.memory import MemoryCount
from ...records.result import Result
from ...records.workload import BoostedTrees
from ...reference.job_catalogue import CatalogueJob
from ...session.worker_command import ALLOCATOR
from ...verdict.catalogue_answer import corrected_by, remarks
from ...words.language import _, ngettext
from ...words.phrases.jobs import FAMILIES, KINDS, MEMORY, ON_THE_PROCESSOR, REMEDIES, SHORT_KINDS
from ...words.writer import capital
from ...words.writer import spoken as words
from ..result_tables import plain
from .job_options import ChosenJob

WORTH_TELLING = 1.05
"""A gain in speed below this is within what measurements differ by."""


def show(console: Console, chosen: ChosenJob, found: Sequence[JobEstimate], result: Result) -> None:
    """The answer for each device: the time, the memory, and what to change where it is not enough."""
    console.print(Text(words.job(chosen.name), style="bold"))
    for problem in result.problems:
        console.print(Text(words.reason(problem), style="red"))
    for item in found:
        if chosen.workload.boosting:
            _show_trees(console, chosen, chosen.workload.boosting, item)
        else:
            _show_time(console, chosen, item)
        _show_failure(console, item)
        if item.memory:
            _show_memory(console, item, item.memory)
    for count in absent_counts(result):
        need = words.size(count.peak + count.context)
        console.print(Text(_("On an NVIDIA GPU it would take {need} of memory.").format(need=need)))


def absent_counts(result: Result) -> list[MemoryCount]:
    """Counts for a GPU that is not here, of the job as it is."""
    first = next((r.memory for r in result.runs if r.task == "memory"), ())
    return [c for c in first[1:] if c.device != first[0].device]


def _show_time(console: Console, chosen: ChosenJob, item: JobEstimate) -> None:
    if item.low is not None and item.high is not None and item.samples_per_s:
        if chosen.workload.new_tokens:
            told = _("On {device}: {time} for {tokens} tokens in all ({kind}).")
        else:
            told = ngettext(
                "On {device}: {time} for {samples} sample ({rate} samples/s, {kind}).",
                "On {device}: {time} for {samples} samples ({rate} samples/s, {kind}).",
                chosen.work,
            )
        written = told.format(
            device=words.device(item.device),
            time=words.span(item.low, item.high),
            tokens=words.write(chosen.work * chosen.workload.new_tokens),
            samples=words.write(chosen.work),
            rate=words.figure(item.samples_per_s),
            kind=_(KINDS[item.kind]),
        )
        console.print(Text(written, style=_style(chosen, item)))
    if item.keeping_memory and item.keeping_memory >= WORTH_TELLING:
        variables = " ".join(f"{name}={value}" for name, value in ALLOCATOR.items())
        told = _("→ {factor} times as fast with these variables before `python`: {variables}")
        factor = words.write(item.keeping_memory, ".2g")
        console.print(Text(told.format(factor=factor, variables=variables)))
    for remark in remarks(item):
        console.print(Text(words.reason(remark)))


def _show_trees(console: Console, chosen: ChosenJob, job: BoostedTrees, item: JobEstimate) -> None:
    """The same for boosted trees, with the library that has trained them."""
    how = [f"{item.library} {item.version}"] if item.library else []
    if item.low is not None and item.high is not None:
        told = _("On {device}: {time} for {trees} trees on {rows} rows ({kind}).").format(
            device=words.device(item.device),
            time=words.span(item.low, item.high),
            trees=words.write(job.trees),
            rows=words.write(job.rows),
            kind=", ".join([*how, _(SHORT_KINDS[item.kind])]),
        )
        console.print(Text(told, style=_style(chosen, item)))
    console.print(Text(_(ON_THE_PROCESSOR)))


def _style(chosen: ChosenJob, item: JobEstimate) -> str:
    """Red for what takes longer than one is willing to wait, or lacks memory."""
    late = chosen.catalogued is not None and (item.low or 0) > chosen.catalogued.deadline_s
    return "red" if late or item.fits is False else "green"


def _show_failure(console: Console, item: JobEstimate) -> None:
    if item.failure:
        sentence = words.sentence(item.failure, {"detail": item.detail})
        told = _("On {device}: {why}").format(device=words.device(item.device), why=sentence)
        console.print(Text(told, style="red"))


def _show_memory(console: Console, item: JobEstimate, count: MemoryCount) -> None:
    sizes = {name: getattr(count, name) for name in MEMORY}
    parts = ", ".join(f"{_(MEMORY[name])} {words.size(size)}" for name, size in sizes.items() if size)
    device = words.device(item.device)
    has = words.size(count.limit) if count.limit is not None else words.number("has", None)
    answer = {True: _("fits"), False: _("does not fit"), None: _("unknown whether it fits")}[item.fits]
    told = _("Memory on {device}: {need} of {has} that may be used: {answer} ({parts}).")
    if item.library:
        told = _("Memory on {device}: {need} of {has} that may be used: {answer}.")
    sentence = told.format(device=device, need=words.size(count.peak), has=has, answer=answer, parts=parts)
    console.print(Text(sentence, style="" if item.fits is not False else "red"))
    if item.largest_batch is not None and item.fits:
        told = _("The largest batch that fits: {batch}.").format(batch=words.write(item.largest_batch))
        if item.longest_sequence:
            told += " " + _("The longest sequence: {tokens}.").format(tokens=words.write(item.longest_sequence))
        console.print(Text(told))
    for remedy in item.remedies:
        told = _("→ It fits with {change}: {need}, {factor} times as long.").format(
            change=_(REMEDIES[remedy.code]),
            need=words.size(remedy.memory_bytes),
            factor=words.write(remedy.slower, ".2g"),
        )
        console.print(Text(told))
    if item.fits is False and not item.remedies:
        told = _("No change of the training makes it fit; it takes a device with {need} of memory.")
        console.print(Text(told.format(need=words.size(count.peak))))


def show_all(console: Console, found: Sequence[tuple[CatalogueJob, Sequence[JobEstimate]]]) -> None:
    """A table for each device: every job with its range of time, how that was found, and whether its memory is there.

    Jobs that take longer than one is willing to wait, or that lack memory, are red.
    """
    for device in dict.fromkeys(item.device for _job, items in found for item in items):
        table = plain(_("Jobs on {device}").format(device=words.device(device)))
        for column in (_("name"), _("time"), "", _("memory")):
            table.add_column(column, overflow="fold", no_wrap=column != _("memory"))
        for job, items in found:
            for item in (one for one in items if one.device == device):
                span = words.span(item.low, item.high) if item.low is not None and item.high is not None else ""
                room = {True: _("fits"), False: _("does not fit"), None: _("unknown")}[item.fits]
                style = "red" if item.fits is False or (item.low or 0) > job.deadline_s else ""
                table.add_row(job.name, span, _short_kind(item), room, style=style)
        console.print(table)
    _show_corrections(console, found)


def _short_kind(item: JobEstimate) -> str:
    """How the time is known, with the factor that it is corrected by."""
    factor = f" × {words.number('factor', item.correction.factor)}" if item.correction else ""
    return _(SHORT_KINDS[item.kind]) + factor


def _show_corrections(console: Console, found: Sequence[tuple[CatalogueJob, Sequence[JobEstimate]]]) -> None:
    """Where the factors of the table are from, each once."""
    told = {}
    for job, items in found:
        for item in items:
            if item.correction:
                family, device = words.family(calibration_family(job.workload, job)), words.device(item.device)
                sentence = words.reason(corrected_by(item.correction))
                about = _("{family} on {device}: {sentence}")
                told[family, device] = about.format(family=capital(family), device=device, sentence=sentence)
    for sentence in told.values():
        console.print(Text(sentence, style="dim"))


def show_catalogue(console: Console, jobs: Sequence[CatalogueJob]) -> None:
    """All jobs, by family."""
    table = plain(_("Jobs"))
    for column in (_("family"), _("name"), _("job"), _("patience")):
        table.add_column(column, overflow="fold", no_wrap=column == _("name"))
    family = ""
    for item in jobs:
        shown = _(FAMILIES[item.family]) if item.family != family else ""
        family = item.family
        table.add_row(shown, item.name, words.job(item.name), words.limit(item.deadline_s))
    console.print(table)
