"""The stored results as a table that sorts, filters, and is edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from .history_model import SORT, WHEN, HistoryModel

if TYPE_CHECKING:
    from ....core.store.history import Entry

ROWS = 8
"""As high as the table is at least; longer histories scroll in it."""
ROW = 30
SHARE, LEAST = 4, 140
"""No column takes more than a fourth of the table, or than so many pixels; what is longer is whole in its tip."""


class HistoryTable(QTableView):
    """`write(id, field, value)` keeps what was edited, and says whether it could."""

    def __init__(self, write: Callable[[str, str, str], bool]) -> None:
        super().__init__()
        self.entries = HistoryModel(write, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.entries)
        self._sorted.setSortRole(SORT)
        self._sorted.setFilterKeyColumn(-1)
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)  # Tab leaves the table, as it leaves every other control
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.setMinimumHeight(ROWS * ROW)
        self.setAccessibleName(self.tr("Stored results"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No name may push the other columns out of sight."""
        super().resizeEvent(event)
        self.horizontalHeader().setMaximumSectionSize(max(LEAST, self.viewport().width() // SHARE))

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these; what was selected stays selected."""
        before = {entry.id for entry in self.chosen()}
        self.entries.show_entries(entries)
        flags = self.selectionModel().SelectionFlag
        for row, entry in enumerate(entries):
            if entry.id in before:
                index = self._sorted.mapFromSource(self.entries.index(row, 0))
                self.selectionModel().select(index, flags.Select | flags.Rows)

    def chosen(self) -> list[Entry]:
        """The selected results, from top to bottom."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [self.entries.entry(self._sorted.mapToSource(index).row()) for index in rows]

    def look_for(self, text: str) -> None:
        """Show only what has these letters anywhere."""
        self._sorted.setFilterFixedString(text)
