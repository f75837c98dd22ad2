"""The Compare page: every stored result in a table, files in and out, and two or more side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ....core.words.language import _
from ...widgets.containers import clear, scroll
from ...widgets.flow_layout import FlowLayout
from ...widgets.labels import label
from ..empty_page import Invitation
from .history_table import HistoryTable

if TYPE_CHECKING:
    from ....core.records.result import Result
    from ....core.store.history import Deleted
    from ....core.store.history_entries import Entry
    from ...bridge.history_access import Archive


class ComparePage(QWidget):
    """The stored results, read whenever the page is shown."""

    opened = Signal(object, str)
    """A result to be shown on the other pages, and the user's name for it."""
    check_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._archive: Archive | None = None
        self.deleted: list[Deleted] = []
        """What was deleted in this session, the latest last; Undo restores it."""
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
        self._scrolling = QTimer(self, interval=0, singleShot=True)  # after the layout has run
        self._scrolling.timeout.connect(self._scroll_to_comparison)
        self._area.verticalScrollBar().rangeChanged.connect(self._scrolling.start)
        self._area.verticalScrollBar().actionTriggered.connect(self._stop_following)
        self._follows = False
        """Whether the comparison stays in view: from the click on Compare until the user scrolls."""
        self._compared: list[Result] = []
        self._names: dict[str, str] = {}
        self._beside_names: list[str] | None = None
        self.said = label("", wrap=True)
        self.nothing = label(_("Nothing matches the filter."), wrap=True)
        self.table = HistoryTable(self._write)
        self.filter = QLineEdit()
        self._buttons()
        self._lay_out()

    def reload(self) -> None:
        """Read the history anew; a store that cannot be read is told, and the button tries again."""
        from ...bridge.history_access import Archive  # imports sqlite, which a start does not need

        self._archive = self._archive or Archive()
        entries, trouble = self._archive.entries()
        self._show_message(trouble)
        self.table.entries.show_entries(entries)
        self._names = {entry.id: entry.name for entry in entries}
        self._empty.setVisible(not entries and not trouble)
        for part in (self.table, self.filter):
            part.setVisible(bool(entries))
        self.again.setVisible(bool(trouble))
        self.aside.setVisible(self._archive.damaged)
        self._filter_rows()
        self._show_beside()

    def add_files(self, paths: list[Path]) -> None:
        """Add results from files to the history; say which files could not be read, and why."""
        self.reload()
        assert self._archive
        added, troubles = self._archive.add(paths)
        self.reload()
        told = [_("Added: {count}").format(count=added)] if added else []
        self._show_message("\n".join([*told, *troubles]))

    def export(self, folder: Path) -> None:
        """Write each selected result to a file in a folder; no file is replaced."""
        assert self._archive
        self._show_message(self._archive.export(self.table.chosen(), folder))

    def set_running(self, running: bool) -> None:
        """Disable Open during a check, as it would hide the running check."""
        self._running = running
        self._enable_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the history whenever the page is shown."""
        super().showEvent(event)
        self.reload()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the dropped files."""
        self.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _open(self) -> None:
        for result in self._loaded(self.table.chosen()[:1]):
            self.opened.emit(result, self._names.get(result.id, ""))

    def _compare(self) -> None:
        results = self._loaded(self.table.chosen())
        if len(results) < 2:
            return
        self._clear_beside()
        self._compared = results
        self._show_beside()
        self._follows = True
        self._scrolling.start()

    def _show_beside(self) -> None:
        """Show the compared results under their current names."""
        from .side_by_side import SideBySide

        names = [self._names.get(result.id, "") for result in self._compared]
        if self._compared and names != self._beside_names:
            clear(self._place)
            self.beside, self._beside_names = SideBySide(self._compared, names), names
            self._place.addWidget(self.beside)

    def _scroll_to_comparison(self) -> None:
        """Scroll to the comparison. Wrapped lines change the height of the page a few times until it is laid out."""
        if self._follows and self._compared:
            self._area.verticalScrollBar().setValue(self.beside.mapTo(self._content, QPoint(0, 0)).y())

    def _stop_following(self) -> None:
        self._follows = False

    def _loaded(self, entries: list[Entry]) -> list[Result]:
        assert self._archive
        results, trouble = self._archive.load([entry.id for entry in entries])
        if trouble:
            damaged = self._archive.damaged
            self.reload()  # another program may have deleted it
            self.aside.setVisible(damaged or self._archive.damaged)
        self._show_message(trouble)
        return results if not trouble else []

    def _delete(self) -> None:
        entries = self.table.chosen()
        if not entries or not self._archive:
            return
        deleted, trouble = self._archive.delete([entry.id for entry in entries])
        if deleted and deleted.rows:
            self.deleted.append(deleted)
        self._clear_beside()
        self.reload()
        self._show_message(trouble or _("Deleted: {count}").format(count=len(entries)))

    def _undo(self) -> None:
        if not self.deleted or not self._archive:
            return
        trouble = self._archive.restore(self.deleted[-1])
        back = [] if trouble else self.deleted.pop().rows
        self.reload()
        self._show_message(trouble or _("Brought back: {count}").format(count=len(back)))

    def _write(self, result_id: str, field: str, value: str) -> bool:
        """Store an edited cell, or say why it could not be stored."""
        assert self._archive
        trouble = self._archive.write(result_id, field, value)
        self.reload()
        self._show_message(trouble)
        return not trouble

    def _ask_files(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileNames(self, _("Add results"), "", "JSON (*.json)")
        if chosen:
            self.add_files([Path(name) for name in chosen])

    def _ask_folder(self) -> None:
        if chosen := QFileDialog.getExistingDirectory(self, _("Write the selected results to a folder")):
            self.export(Path(chosen))

    def _show_message(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def _enable_buttons(self) -> None:
        """Enable the buttons that suit the number of selected results."""
        count = len(self.table.chosen())
        self.open.setEnabled(count == 1 and not self._running)
        self.compare.setEnabled(count > 1)
        for button in (self.delete, self.save):
            button.setEnabled(count > 0)
        self.undo.setVisible(bool(self.deleted))

    def _clear_beside(self) -> None:
        self._compared, self._beside_names = [], None
        clear(self._place)

    def _filter_rows(self) -> None:
        self.table.entries.look_for(self.filter.text())
        self.nothing.setVisible(self.table.isVisibleTo(self) and not self.table.model().rowCount())
        self._enable_buttons()

    def _set_aside(self) -> None:
        assert self._archive
        said = self._archive.set_aside()
        self.reload()
        self._show_message(said or self.said.text())

    def _buttons(self) -> None:
        def button(caption: str, act: object, tip: str, *keys: str, selected: bool = False) -> QPushButton:
            """A button with shortcuts: those of an action on `selected` results work only in the table."""
            made = QPushButton(caption)
            native = QKeySequence(keys[0] if keys else "").toString(QKeySequence.SequenceFormat.NativeText)
            made.setToolTip(f"{tip} ({native})" if native else tip)
            made.clicked.connect(act)
            for key in keys:
                if selected:
                    shortcut = QShortcut(QKeySequence(key), self.table)
                    shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                    shortcut.activated.connect(made.click)
                else:
                    made.setShortcut(QKeySequence(key))
            return made

        tip = _("Show its verdict")
        self.open = button(_("Open"), self._open, tip, "Return", "Enter", "Ctrl+Return", selected=True)
        tip = _("Set the selected results side by side; the first is what the others are compared with")
        self.compare = button(_("Compare"), self._compare, tip, "Ctrl+K", selected=True)
        self.add = button(_("Import …"), self._ask_files, _("Add result files"), "Ctrl+O")
        tip = _("Write result files")
        self.save = button(_("Export …"), self._ask_folder, tip, "Ctrl+S", selected=True)
        tip = _("Delete the selected results")
        self.delete = button(_("Delete"), self._delete, tip, "Del", "Ctrl+D", selected=True)
        self.undo = button(_("Undo"), self._undo, _("Bring back what was deleted last"), "Ctrl+Z")
        self.again = button(_("Try again"), self.reload, _("Read the stored results once more"))
        tip = _("Keep the damaged file under another name, and begin a new one")
        self.aside = button(_("Set it aside"), self._set_aside, tip)

    def _lay_out(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._enable_buttons)
        self.filter.setPlaceholderText(_("Filter: computer, name, note …"))
        self.filter.setAccessibleName(_("Filter the stored results"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter_rows)
        self._empty = self._invite()
        row = QWidget()
        line = FlowLayout(row)
        for each in (self.open, self.compare, self.add, self.save, self.delete):
            line.addWidget(each)
        told = QHBoxLayout()
        told.addWidget(self.said, 1)
        for each in (self.undo, self.again, self.aside):
            told.addWidget(each)
            each.hide()
        self._place = QVBoxLayout()
        for part in (row, self.filter):
            self._column.addWidget(part)
        self._column.addLayout(told)
        self._column.addWidget(self._empty)
        self._column.addWidget(self.nothing)
        self._column.addWidget(self.table, 1)
        self._column.addLayout(self._place)
        self._enable_buttons()

    def _invite(self) -> QWidget:
        """What the page shows while nothing is stored."""
        told = _("Every check is kept here. Files of other computers can be dropped onto this page.")
        made = Invitation(_("Nothing to compare yet"), told, _("Start a quick check"))
        made.button.clicked.connect(self.check_requested)
        return made
