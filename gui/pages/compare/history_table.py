"""The stored results as a table that sorts, filters, and is edited in place."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ....core.words.language import _
from .history_model import WHEN, HistoryModel

if TYPE_CHECKING:
    from ....core.store.history_entries import Entry

ROWS = 8
"""The table is at least this many rows high; longer histories scroll in it."""
ROW = 30
"""Height of a row, in pixels."""
SHARE, LEAST = 5, 140
"""A column is at most a fifth of the table wide, or this many pixels; its tip shows a longer text whole."""
MEASURED = 100
"""So many rows decide how wide the columns are; Qt's own 1000 take a third of a second."""


class HistoryTable(QTableView):
    """A sortable table. `write(id, field, value)` stores an edited cell and returns whether it could."""

    def __init__(self, write: Callable[[str, str, str], bool]) -> None:
        super().__init__()
        self.entries = HistoryModel(write, self)
        self.setModel(self.entries)
        self._chosen_before: set[str] = set()
        self._current_before = "", 0
        self.entries.modelAboutToBeReset.connect(self._remember_selection)
        self.entries.modelReset.connect(self._select_again)
        self.setSortingEnabled(True)
        self.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)  # so that Tab leaves the table, like any other widget
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setResizeContentsPrecision(MEASURED)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.setMinimumHeight(ROWS * ROW)
        self.setAccessibleName(_("Stored results"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Limit the width of columns, so that a long name does not push the others out of view."""
        super().resizeEvent(event)
        self.horizontalHeader().setMaximumSectionSize(max(LEAST, self.viewport().width() // SHARE))

    def chosen(self) -> list[Entry]:
        """The selected results, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.entries.entry(row) for row in rows]

    def _remember_selection(self) -> None:
        self._chosen_before = {entry.id for entry in self.chosen()}
        current = self.currentIndex()
        self._current_before = (self.entries.entry(current.row()).id if current.isValid() else "", current.column())

    def _select_again(self) -> None:
        """What was selected stays selected, as far as it is still shown."""
        flags, last = self.selectionModel().SelectionFlag, self.entries.columnCount() - 1
        selection = QItemSelection()
        shown = enumerate(self.entries.rows())
        for chosen, rows in groupby(shown, lambda row: row[1].id in self._chosen_before):
            if chosen:  # a range for neighbouring rows: one for each of thousands would take seconds
                numbers = [number for number, _entry in rows]
                selection.select(self.entries.index(numbers[0], 0), self.entries.index(numbers[-1], last))
        self.selectionModel().select(selection, flags.Select)
        current, column = self._current_before
        for number, entry in enumerate(self.entries.rows()):
            if entry.id == current:
                self.selectionModel().setCurrentIndex(self.entries.index(number, column), flags.NoUpdate)
