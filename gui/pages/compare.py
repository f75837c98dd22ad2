"""The Compare page: every stored result in a table, files in and out, and two or more side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..flow import Flow
from ..widgets import clear, label, scroll
from .history_table import HistoryTable
from .invite import Invitation

if TYPE_CHECKING:
    from ...core.history import Deleted, Entry
    from ...core.model import Result
    from ..archive import Archive


SETTLE_MS = 50
"""Lines that wrap ask each other a few times how high they are before a page has its height."""


class ComparePage(QWidget):
    """Reads the history whenever it is looked at; `opened` brings a result that the other pages should show."""

    opened = Signal(object)
    check_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._archive: Archive | None = None
        self._deleted: Deleted | None = None
        self._running = False
        self.setAcceptDrops(True)
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(20, 18, 20, 18)
        self._column.setSpacing(12)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self._area = scroll(self._content, "compare")
        around.addWidget(self._area)
        self.said = label("", wrap=True)
        self.table = HistoryTable(self._write)
        self.filter = QLineEdit()
        self._buttons()
        self._lay_out()

    def reload(self) -> None:
        """Read the history anew; a store that cannot be read is told, and the button tries again."""
        from ..archive import Archive  # with sqlite, which a start has no use for

        self._archive = self._archive or Archive()
        entries, trouble = self._archive.entries()
        self._say(trouble)
        self.table.show_entries(entries)
        self._empty.setVisible(not entries and not trouble)
        for part in (self.table, self.filter):
            part.setVisible(bool(entries))
        self.again.setVisible(bool(trouble))
        self._offer()

    def add_files(self, paths: list[Path]) -> None:
        """Take results from files into the history; each that is none is named, with what is wrong."""
        self.reload()
        assert self._archive
        added, troubles = self._archive.add(paths)
        self.reload()
        told = [self.tr("Added: {count}").format(count=added)] if added else []
        self._say("\n".join([*told, *troubles]))

    def export(self, folder: Path) -> None:
        """Write the selected results into a folder, a file each; a file that is there already is never replaced."""
        assert self._archive
        self._say(self._archive.export(self.table.chosen(), folder))

    def set_running(self, running: bool) -> None:
        """Nothing here disturbs a check, but opening another result would hide it."""
        self._running = running
        self._offer()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the history when it is looked at."""
        super().showEvent(event)
        self.reload()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _open(self) -> None:
        for result in self._loaded(self.table.chosen()[:1]):
            self.opened.emit(result)

    def _compare(self) -> None:
        from .side_by_side import SideBySide

        entries = self.table.chosen()
        results = self._loaded(entries)
        if len(results) < 2:
            return
        self._clear_beside()
        self.beside = SideBySide(results, [entry.name for entry in entries])
        self._place.addWidget(self.beside)
        QTimer.singleShot(SETTLE_MS, self._turn_to_beside)

    def _turn_to_beside(self) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(min(bar.maximum(), self.beside.mapTo(self._content, QPoint(0, 0)).y()))

    def _loaded(self, entries: list[Entry]) -> list[Result]:
        assert self._archive
        results, trouble = self._archive.load([entry.id for entry in entries])
        self._say(trouble)
        return results if not trouble else []

    def _delete(self) -> None:
        entries = self.table.chosen()
        if not entries or not self._archive:
            return
        self._deleted, trouble = self._archive.delete([entry.id for entry in entries])
        self._clear_beside()
        self.reload()
        self._say(trouble or self.tr("Deleted: {count}").format(count=len(entries)))
        self.undo.setVisible(self._deleted is not None)

    def _undo(self) -> None:
        if self._deleted and self._archive:
            trouble = self._archive.restore(self._deleted)
            self._deleted = None
            self.reload()
            self._say(trouble)
        self.undo.hide()

    def _write(self, result_id: str, field: str, value: str) -> bool:
        """Keep an edited cell; tell where it could not be kept."""
        assert self._archive
        trouble = self._archive.write(result_id, field, value)
        self.reload()
        self._say(trouble)
        return not trouble

    def _ask_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Add results"), "", "JSON (*.json)")
        if chosen:
            self.add_files([Path(name) for name in chosen])

    def _ask_folder(self) -> None:
        if chosen := QFileDialog.getExistingDirectory(self, self.tr("Write the selected results to a folder")):
            self.export(Path(chosen))

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        self.undo.hide()

    def _offer(self) -> None:
        """Only what makes sense for as many as are selected."""
        count = len(self.table.chosen())
        self.open.setEnabled(count == 1 and not self._running)
        self.compare.setEnabled(count > 1)
        for button in (self.delete, self.save):
            button.setEnabled(count > 0)

    def _clear_beside(self) -> None:
        clear(self._place)

    def _buttons(self) -> None:
        def button(caption: str, act: object, tip: str, keys: str = "") -> QPushButton:
            made = QPushButton(caption)
            made.setToolTip(f"{tip} ({keys})" if keys else tip)
            if keys:
                made.setShortcut(QKeySequence(keys))
            made.clicked.connect(act)
            return made

        self.open = button(self.tr("Open"), self._open, self.tr("Show its verdict"), "Ctrl+Return")
        tip = self.tr("Set the selected results side by side; the first is what the others are compared with")
        self.compare = button(self.tr("Compare"), self._compare, tip, "Ctrl+K")
        self.add = button(self.tr("Import …"), self._ask_files, self.tr("Add result files"), "Ctrl+O")
        self.save = button(self.tr("Export …"), self._ask_folder, self.tr("Write result files"), "Ctrl+S")
        self.delete = button(self.tr("Delete"), self._delete, self.tr("Take the selected results out"), "Ctrl+D")
        self.undo = button(self.tr("Undo"), self._undo, self.tr("Bring back what was deleted"), "Ctrl+Z")
        self.again = button(self.tr("Try again"), self.reload, self.tr("Read the stored results once more"))

    def _lay_out(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self.filter.setPlaceholderText(self.tr("Filter: computer, name, note …"))
        self.filter.setAccessibleName(self.tr("Filter the stored results"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.table.look_for)
        self._empty = self._invite()
        row = QWidget()
        line = Flow(row)
        for each in (self.open, self.compare, self.add, self.save, self.delete):
            line.addWidget(each)
        told = QHBoxLayout()
        told.addWidget(self.said, 1)
        for each in (self.undo, self.again):
            told.addWidget(each)
            each.hide()
        self._place = QVBoxLayout()
        for part in (row, self.filter):
            self._column.addWidget(part)
        self._column.addLayout(told)
        self._column.addWidget(self._empty)
        self._column.addWidget(self.table, 1)
        self._column.addLayout(self._place)
        self._offer()

    def _invite(self) -> QWidget:
        """Nothing is stored yet."""
        told = self.tr("Every check is kept here. Files of other computers can be dropped onto this page.")
        made = Invitation(self.tr("Nothing to compare yet"), told, self.tr("Start a quick check"))
        made.button.clicked.connect(self.check_requested)
        return made
