"""The table of all jobs: it keeps its selection while rows are sorted, filtered and measured anew."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ....core.words.language import _
from .job_rows import JobRow
from .jobs_model import CATALOGUE, FAMILY, JOB, KNOWN, JobsModel

ROWS, ROW = 8, 30
"""Rows that are shown at once; and the height of one, in pixels."""
NARROW = 640
"""Below this width, in pixels, the columns in `SPARE` are hidden, as the answer below the table has them, and names
have a second line.
"""
SPARE = (FAMILY, KNOWN)
NARROW_ROWS, NARROW_ROW = 5, 44


class JobsTable(QTableView):
    """One job can be selected; `chosen` comes when another one is, or when what is known of it has changed."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.jobs = JobsModel(self)
        self.setModel(self.jobs)
        self._selected = ""
        self.jobs.modelReset.connect(self._select_again)
        self.selectionModel().currentRowChanged.connect(self._react)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)  # so that Tab leaves the table, like any other widget
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(JOB, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(60)
        head.setSortIndicator(CATALOGUE, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.setAccessibleName(_("All jobs"))

    @property
    def row(self) -> JobRow | None:
        """The selected job; None where none is, or a filter hides it."""
        number = self.jobs.find(self._selected)
        return None if number is None else self.jobs.row(number)

    def select(self, name: str) -> None:
        """Select a job by its name."""
        self._selected = name
        self._select_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the columns that there is room for, and whole rows."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        for column in SPARE:
            self.setColumnHidden(column, narrow)
        self.setWordWrap(narrow)
        rows, row = (NARROW_ROWS, NARROW_ROW) if narrow else (ROWS, ROW)
        self.verticalHeader().setDefaultSectionSize(row)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * row + 2 * self.frameWidth())

    def _react(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self._selected = self.jobs.row(current.row()).job.name
            self.chosen.emit()

    def _select_again(self) -> None:
        """What was selected stays selected, as far as it is still shown."""
        number = self.jobs.find(self._selected)
        if number is not None:
            self.setCurrentIndex(self.jobs.index(number, JOB))
        self.chosen.emit()
