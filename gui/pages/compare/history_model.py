"""The history as rows of a table: what is shown, sorted by, and edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ....core.words.safe_text import neutral
from ...widgets.parts import tip
from ...words import text
from ...words.text import tr

if TYPE_CHECKING:
    from ....core.store.history import Entry

WHEN, NAME, COMPUTER, SCENARIO, TRUST, RATE, NOTE = range(7)
Index = QModelIndex | QPersistentModelIndex
SORT = Qt.ItemDataRole.UserRole
"""What a row is sorted by: numbers as numbers, dates as dates."""
EDITABLE = {NAME: "name", NOTE: "note"}


class HistoryModel(QAbstractTableModel):
    """Plain rows. `write(id, field, value)` keeps what was edited, and says whether it could."""

    def __init__(self, write: Callable[[str, str, str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._write = write
        self._heads = (
            tr("When"),
            tr("Name"),
            tr("Computer"),
            tr("Scenario"),
            tr("Trust"),
            tr("images/s"),
            tr("Note"),
        )

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def entry(self, row: int) -> Entry:
        """The entry of a row."""
        return self._entries[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as are stored."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Always the same."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._heads[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell: its text, the whole of it as a tip, what to sort by, where it stands."""
        entry, column = self._entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._text(entry, column))
        if role == Qt.ItemDataRole.EditRole and column in EDITABLE:
            return self._text(entry, column)
        if role == SORT:
            return self._order(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (SCENARIO, TRUST, RATE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Keep a name or a note."""
        field = EDITABLE.get(index.column())
        if role != Qt.ItemDataRole.EditRole or field is None:
            return False
        return self._write(self._entries[index.row()].id, field, str(value).strip())

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names and notes can be edited."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() in EDITABLE else found

    def _text(self, entry: Entry, column: int) -> str:
        if column == WHEN:
            when = QDateTime.fromString(entry.created, Qt.DateFormat.ISODate).toLocalTime()
            return QLocale().toString(when, QLocale.FormatType.ShortFormat)
        if column == TRUST and entry.status != "complete":
            return f"{entry.trust or ''} {tr('(partial)')}".strip()
        told = {
            NAME: neutral(entry.name),
            COMPUTER: neutral(entry.computer),
            SCENARIO: str(entry.scenario or "—"),
            TRUST: neutral(entry.trust or "—"),
            RATE: text.rate(entry.rate) if entry.rate else "—",
            NOTE: neutral(entry.note),
        }
        return told[column]

    def _order(self, entry: Entry, column: int) -> Any:
        values = (
            entry.created,
            entry.name.casefold(),
            entry.computer.casefold(),
            entry.scenario or 0,
            entry.trust or "Z",
            entry.rate or 0.0,
            entry.note.casefold(),
        )
        return values[column]
