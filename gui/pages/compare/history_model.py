"""The history as rows of a table: what is shown, sorted, filtered and edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ....core.words.language import _
from ....core.words.safe_text import neutral
from ...widgets.labels import tip
from ...words import text

if TYPE_CHECKING:
    from ....core.store.history_entries import Entry

WHEN, NAME, COMPUTER, SCENARIO, TRUST, RATE, NOTE = range(7)
Index = QModelIndex | QPersistentModelIndex
EDITABLE = {NAME: "name", NOTE: "note"}
"""The columns that can be edited, and the fields of the history that they stand for."""
SORT_KEYS: dict[int, Callable[[Entry], Any]] = {
    WHEN: lambda entry: entry.created,
    NAME: lambda entry: entry.name.casefold(),
    COMPUTER: lambda entry: entry.computer.casefold(),
    SCENARIO: lambda entry: entry.scenario or 0,
    TRUST: lambda entry: entry.trust or "Z",
    RATE: lambda entry: entry.rate or 0.0,
    NOTE: lambda entry: entry.note.casefold(),
}


class HistoryModel(QAbstractTableModel):
    """Rows that can be sorted and filtered. `write(id, field, value)` keeps what was edited; it returns whether it
    could.

    It sorts by itself: QSortFilterProxyModel asks for two cells in each comparison, a second for 10,000 results.
    """

    def __init__(self, write: Callable[[str, str, str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._rows: list[Entry] = []
        self._sorting = WHEN, Qt.SortOrder.DescendingOrder
        self._filter = ""
        self._searched: dict[str, str] = {}
        """Of each result, by its id: all its cells in small letters. Made when the first filter is set."""
        self._write = write
        self._heads = (
            _("When"),
            _("Name"),
            _("Computer"),
            _("Scenario"),
            _("Trust"),
            _("images/s"),
            _("Note"),
        )

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these results, sorted and filtered as before."""
        self._entries, self._searched = list(entries), {}
        self._arrange()

    def look_for(self, text: str) -> None:
        """Show only results with this text in a cell, in capital or small letters."""
        if text.casefold() != self._filter:
            self._filter = text.casefold()
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, now and when other results are shown. Equal ones stay in the order of `show_entries`."""
        self._sorting = column, order
        self._arrange()

    def rows(self) -> Sequence[Entry]:
        """The results that are shown, from top to bottom."""
        return self._rows

    def _arrange(self) -> None:
        column, order = self._sorting
        self.beginResetModel()
        self._rows = [entry for entry in self._entries if not self._filter or self._filter in self._cells(entry)]
        self._rows.sort(key=SORT_KEYS[column], reverse=order == Qt.SortOrder.DescendingOrder)
        self.endResetModel()

    def _cells(self, entry: Entry) -> str:
        if entry.id not in self._searched:
            texts = (self._text(entry, column) for column in range(len(self._heads)))
            self._searched[entry.id] = "\n".join(texts).casefold()
        return self._searched[entry.id]

    def entry(self, row: int) -> Entry:
        """The entry of a row."""
        return self._rows[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the filter leaves."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns, always the same."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._heads[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell: its text, the same as a tip, as the column may be too narrow for it, and its alignment."""
        entry, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._text(entry, column))
        if role == Qt.ItemDataRole.EditRole and column in EDITABLE:
            return self._text(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (SCENARIO, TRUST, RATE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Store an edited name or note. Returns whether it could be stored."""
        field = EDITABLE.get(index.column())
        if role != Qt.ItemDataRole.EditRole or field is None:
            return False
        return self._write(self._rows[index.row()].id, field, str(value).strip())

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names and notes can be edited."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() in EDITABLE else found

    def _text(self, entry: Entry, column: int) -> str:
        if column == WHEN:
            return text.date(entry.created)
        if column == TRUST and entry.status != "complete":
            return " ".join([*filter(None, [entry.trust]), _("(partial)")])
        if column == RATE:
            return text.words.figure(entry.rate) if entry.rate else "—"
        told = {NAME: entry.name, COMPUTER: entry.computer, TRUST: entry.trust or "—", NOTE: entry.note}
        return neutral(told[column]) if column in told else str(entry.scenario or "—")
