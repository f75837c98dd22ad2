"""The answer for one job: yes or no, its time and its memory on each device, and what would make it fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ....core.analysis.jobs.job_estimate import JobEstimate
from ....core.records.machine import Machine
from ....core.records.verdict import Reason
from ....core.verdict.catalogue_answer import remarks
from ....core.words.language import _
from ....core.words.phrases.jobs import ON_THE_PROCESSOR, REMEDIES
from ...charts.memory_bar import MemoryBar, legend
from ...charts.time_bar import TimeBar
from ...widgets.containers import Columns, clear, topped_column
from ...widgets.labels import ElidedLabel, advice, label
from ...words import text
from .job_rows import JobRow, fit, kind, rate, time_range

WIDE = 300
"""Least width of the time and of the memory, side by side, in pixels."""


class JobAnswer(QWidget):
    """Shows one job at a time; `large` is for the answer that a page begins with."""

    def __init__(self, large: bool = False) -> None:
        super().__init__()
        self._large = large
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def show_row(self, row: JobRow, machine: Machine, more: Sequence[Reason] = ()) -> None:
        """Show what is known of a job on a machine; `more` says what else could be done."""
        clear(self._column)
        self._column.addWidget(label(text.sentence(row.answer), "title" if self._large else "headline", wrap=True))
        for item in row.found:
            self._show_device(row, machine, item)
        for reason in more:
            self._column.addWidget(advice(text.sentence(reason)))

    def show_hint(self, sentence: str) -> None:
        """Show a sentence in place of an answer."""
        clear(self._column)
        self._column.addWidget(label(sentence, "dim", wrap=True))

    def _show_device(self, row: JobRow, machine: Machine, item: JobEstimate) -> None:
        library = f"{item.library} {item.version}" if item.library else ""
        told = filter(None, (text.device(machine, item.device), kind(item), library, rate(item)))
        self._column.addWidget(ElidedLabel("  ·  ".join(told), "overline", most=2))
        blocks = [*self._time(row, item), *self._memory(item)]
        if blocks:
            columns = Columns(wide=WIDE, most=2, spacing=28)
            columns.fill(blocks)
            self._column.addWidget(columns)
        if row.job.trees:
            self._column.addWidget(label(_(ON_THE_PROCESSOR), wrap=True))
        for line in self._lines(item):
            self._column.addWidget(line)

    def _time(self, row: JobRow, item: JobEstimate) -> list[QWidget]:
        if item.low is None or item.high is None:
            return []
        limit = row.job.deadline_s
        role = row.time_role(item)
        found = _("{time}; {limit} would be good").format(time=time_range(item), limit=text.words.limit(limit))
        scale = label(_("a second … ten years"), "small")
        return [topped_column(label(found, role, wrap=True), TimeBar(item.low, item.high, limit, role), scale)]

    def _memory(self, item: JobEstimate) -> list[QWidget]:
        count = item.memory
        if count is None:
            return []
        need = text.words.size(count.peak)
        if count.limit is None:
            told = _("{need} of memory").format(need=need)
        else:
            has = text.words.size(count.limit)
            told = _("{need} of {has} of memory: {answer}").format(need=need, has=has, answer=fit(item))
        role = {True: "good", False: "bad", None: ""}[item.fits]
        parts = [] if item.library else [legend(count)]  # of boosted trees only the whole is known
        return [topped_column(label(told, role, wrap=True), MemoryBar(count), *parts)]

    def _lines(self, item: JobEstimate) -> list[QWidget]:
        """What is to be said of it, what would make it fit, what fits beside it, and what went wrong."""
        lines: list[QWidget] = [advice(text.sentence(remark)) for remark in remarks(item)]
        for remedy in item.remedies:
            told = _("→ It fits with {change}: {need}, {factor} times as long.").format(
                change=_(REMEDIES.get(remedy.code, remedy.code)),
                need=text.words.size(remedy.memory_bytes),
                factor=text.words.write(remedy.slower, ".2g"),
            )
            lines.append(label(told, wrap=True))
        if item.fits is False and item.memory and not item.remedies:
            lines.append(self._no_remedy(item, item.memory.peak))
        if item.fits and item.largest_batch:
            told = _("The largest batch that fits: {batch}.").format(batch=text.words.write(item.largest_batch))
            if item.longest_sequence:
                tokens = text.words.write(item.longest_sequence)
                told += " " + _("The longest sequence: {tokens}.").format(tokens=tokens)
            lines.append(label(told, "dim", wrap=True))
        if item.failure:
            lines.append(label(text.failure(item.failure, item.detail), "bad", wrap=True))
        return lines

    @staticmethod
    def _no_remedy(item: JobEstimate, need: int) -> QWidget:
        """A line for a job that does not fit; a count on this computer tries changes, and other batches too."""
        if item.largest_batch is None:
            return label(_("Measuring it tells what would make it fit."), "dim", wrap=True)
        told = _("No change of the training makes it fit; it takes a device with {need} of memory.")
        return label(told.format(need=text.words.size(need)), wrap=True)
