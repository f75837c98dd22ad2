"""All jobs of the catalogue as rows of a table: what is shown, sorted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ....core.words.language import _
from ...theme import palette
from ...widgets.labels import tip
from ...words import text
from .job_rows import UNKNOWN, JobRow, fit, short_kind, time_range

JOB, FAMILY, TIME, KNOWN, MEMORY, FITS = range(6)
Index = QModelIndex | QPersistentModelIndex
NEVER = float("inf")
CATALOGUE = -1
"""Stands for the order of the catalogue, where others stand for the column that is sorted by."""


class JobsModel(QAbstractTableModel):
    """Rows that can be sorted and filtered by a text and a family. Its parent gives the colours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self._all: list[JobRow] = []
        self._rows: list[JobRow] = []
        self._sorting = CATALOGUE, Qt.SortOrder.AscendingOrder
        self._filter = self._family = ""
        self.heads = (_("Job"), _("Family"), _("Time"), _("How it is known"), _("Memory"), _("Fits"))

    def show_rows(self, rows: Sequence[JobRow]) -> None:
        """Show these jobs, sorted and filtered as before."""
        self._all = list(rows)
        self._arrange()

    def look_for(self, text: str, family: str) -> None:
        """Show only jobs with this text in a cell, in capital or small letters, and of a family, if one is given."""
        if (text.casefold(), family) != (self._filter, self._family):
            self._filter, self._family = text.casefold(), family
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, now and when other rows are shown; by CATALOGUE as the catalogue has them."""
        self._sorting = column, order
        self._arrange()

    def row(self, number: int) -> JobRow:
        """The job of a row."""
        return self._rows[number]

    def find(self, name: str) -> int | None:
        """The number of the row of a job; None where it is not shown."""
        return next((n for n, row in enumerate(self._rows) if row.job.name == name), None)

    def _arrange(self) -> None:
        column, order = self._sorting
        self.beginResetModel()
        family = [row for row in self._all if self._family in ("", row.job.family)]
        self._rows = [row for row in family if self._filter in self._searched(row)]
        if column in SORT_KEYS:
            self._rows.sort(key=SORT_KEYS[column], reverse=order == Qt.SortOrder.DescendingOrder)
        self.endResetModel()

    def _searched(self, row: JobRow) -> str:
        """All that a filter looks at, in small letters."""
        if not self._filter:
            return ""
        return "\n".join([row.job.name, *(self._text(row, column) for column in range(len(self.heads)))]).casefold()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the filters leave."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns, always the same."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns, above their cells."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell: its text, the same as a tip, as the column may be too narrow for it, its alignment and its colour."""
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._text(row, column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, column)
        return None

    def _text(self, row: JobRow, column: int) -> str:
        if column == JOB:
            return row.title
        if column == FAMILY:
            return row.family
        best = row.best
        if best is None:
            return UNKNOWN
        if column == TIME:
            return time_range(best)
        if column == KNOWN:
            return short_kind(best)
        if column == MEMORY:
            return text.words.size(best.memory.peak) if best.memory else UNKNOWN
        return UNKNOWN if best.fits is None else fit(best)

    def _colour(self, row: JobRow, column: int) -> QColor | None:
        """Of a time that is in time or not, and of memory that is there or not; others have the text's."""
        scheme, best = palette.of(self._view), row.best
        if column in (FAMILY, KNOWN):
            return QColor(scheme.dim)
        if best is None:
            return None
        if column == TIME and (role := row.time_role(best)):
            return QColor({"good": scheme.good, "warn": scheme.warn}.get(role, scheme.bad))
        if column == FITS and best.fits is not None:
            return QColor(scheme.good if best.fits else scheme.bad)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (TIME, MEMORY) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _seconds(row: JobRow) -> float:
    return NEVER if row.best is None or row.best.seconds is None else row.best.seconds


def _bytes(row: JobRow) -> float:
    return NEVER if row.best is None or row.best.memory is None else row.best.memory.peak


SORT_KEYS: dict[int, Callable[[JobRow], Any]] = {
    JOB: lambda row: row.title.casefold(),
    FAMILY: lambda row: row.family.casefold(),
    TIME: _seconds,
    KNOWN: lambda row: ("measured", "extrapolated", "guess").index(row.best.kind) if row.best else 3,
    MEMORY: _bytes,
    FITS: lambda row: (True, None, False).index(row.best.fits) if row.best else 3,
}
"""The sort key of each column."""
