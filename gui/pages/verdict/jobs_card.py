"""The card of all jobs: a table with filters, the answer for the selected one, and a button that measures it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ....core.check.job_plans import MOST_S
from ....core.records.result import Result
from ....core.words.language import _
from ....core.words.phrases.jobs import FAMILIES
from ....core.words.writer import capital
from ...widgets.flow_layout import FlowLayout
from ...widgets.input_fields import Choice, enable
from ...widgets.labels import label
from ...words import text
from .job_answer import JobAnswer
from .job_rows import JobRow
from .jobs_model import CATALOGUE
from .jobs_table import JobsTable
from .way_out import way_out

FIELD = 220
"""Least width of the field for a text to look for, in pixels."""


class JobsCard(QFrame):
    """`measure_requested` brings the selected job."""

    measure_requested = Signal(object)

    def __init__(self, result: Result, rows: Sequence[JobRow]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._result, self._elsewhere, self._running = result, False, False
        self.table = JobsTable()
        self.filter = QLineEdit()
        self.family = Choice((("", _("all families")), *((f, capital(_(name))) for f, name in FAMILIES.items())))
        self.sorting = Choice(
            ((str(CATALOGUE), _("by family")), *((str(n), h) for n, h in enumerate(self.table.jobs.heads) if n != 1))
        )
        self.measure = QPushButton(_("Measure this job"))
        self.nothing = label(_("Nothing matches the filter."), wrap=True)
        self.answer = JobAnswer()
        self._lay_out()
        self._connect()
        self.show_rows(rows)

    def show_rows(self, rows: Sequence[JobRow]) -> None:
        """Show what is known now; filters and selection stay."""
        self.table.jobs.show_rows(rows)
        self._filter_rows()

    def set_running(self, running: bool) -> None:
        """Disable the button during a check."""
        self._running = running
        self._react()

    def set_elsewhere(self, elsewhere: bool) -> None:
        """Set whether the result is of another computer, of which nothing can be measured here."""
        self._elsewhere = elsewhere
        self._react()

    def _lay_out(self) -> None:
        about = _("Times that were not measured are wide guesses. Measuring one takes {time} a device at most.")
        self.filter.setPlaceholderText(_("Filter: job, family …"))
        self.filter.setAccessibleName(_("Filter the jobs"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(FIELD)
        self.family.setAccessibleName(_("Family"))
        self.sorting.setAccessibleName(_("Sort by"))
        row = QWidget()
        flow = FlowLayout(row, spacing=8)
        for field in (self.filter, self.family, self.sorting, self.measure):
            flow.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(_("What do you want to train?"), "headline"))
        column.addWidget(label(about.format(time=text.words.limit(MOST_S)), "dim", wrap=True))
        for part in (row, self.nothing, self.table, self.answer):
            column.addWidget(part)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter_rows)
        self.family.currentIndexChanged.connect(self._filter_rows)
        self.sorting.currentIndexChanged.connect(self._sort)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._show_sorting)
        self.table.chosen.connect(self._react)
        self.measure.clicked.connect(self._ask)

    def _filter_rows(self) -> None:
        self.table.jobs.look_for(self.filter.text(), self.family.value())
        found = self.table.jobs.rowCount() > 0
        self.nothing.setVisible(not found)
        self.table.setVisible(found)

    def _sort(self) -> None:
        self.table.sortByColumn(int(self.sorting.value()), Qt.SortOrder.AscendingOrder)

    def _show_sorting(self, column: int) -> None:
        """Show in the choice what a click on a heading has sorted by."""
        blocked = QSignalBlocker(self.sorting)
        self.sorting.set_value(str(column if self.sorting.findData(str(column)) >= 0 else CATALOGUE))
        blocked.unblock()

    def _react(self) -> None:
        row = self.table.row
        if row is None:
            self.answer.show_hint(_("Choose a job to see what its memory is made of."))
        else:
            self.answer.show_row(row, self._result.machine, way_out(row, self._result.verdict))
        why = _("Choose a job in the table.") if row is None else row.why_not_measured
        if self._elsewhere:
            why = _("This result is of another computer.")
        if self._running:
            why = _("A check is running.")
        enable(self.measure, not why, why)
        self.measure.setAccessibleDescription(row.title if row else "")

    def _ask(self) -> None:
        if row := self.table.row:
            self.measure_requested.emit(row.job)
