"""The card that a start after a crash begins with: what the interrupted check had measured can be kept, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from ....core.store.data_folder import data_folder, journals
from ...widgets.parts import label
from ...words import text

if TYPE_CHECKING:
    from ....core.check.interrupted_checks import InterruptedCheck
    from ...bridge.history_access import Archive


class LeftoverCard(QFrame):
    """Shown where there is an interrupted check, one after another; `kept` brings the result that was made of one."""

    kept = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self._archive: Archive | None = None
        self._found: list[InterruptedCheck] = []
        self.said = label("", wrap=True)
        self.keep, self.discard = QPushButton(self.tr("Keep it")), QPushButton(self.tr("Discard it"))
        self.keep.setToolTip(self.tr("Make a partial result of it"))
        self.keep.clicked.connect(self._keep)
        self.discard.clicked.connect(self._discard)
        row = QHBoxLayout()
        for button in (self.keep, self.discard):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addWidget(self.said)
        column.addLayout(row)
        self.hide()

    def look(self, allowed: bool = True) -> None:
        """Look for interrupted checks; they are offered where that is `allowed`."""
        self._found = self._leftovers()
        self._offer()
        self.setVisible(bool(self._found) and allowed)

    def _leftovers(self) -> list[InterruptedCheck]:
        try:
            if not any(journals(data_folder()).glob("*")):
                return []  # nearly always, and then a start has no use for what follows
        except OSError:
            return []
        from ...bridge.history_access import Archive

        self._archive = self._archive or Archive()
        return self._archive.leftovers()

    def _offer(self) -> None:
        if self._found:
            began = QDateTime.fromString(self._found[0].head.created, Qt.DateFormat.ISODate).toLocalTime()
            when = QLocale().toString(began, QLocale.FormatType.ShortFormat)
            self.said.setText(text.words.sentence("leftover", {"when": when}))

    def _keep(self) -> None:
        assert self._archive
        result, trouble = self._archive.keep(self._found[0])
        self._settled(trouble)
        if result:
            self.kept.emit(result)

    def _discard(self) -> None:
        assert self._archive
        self._settled(self._archive.discard(self._found[0]))

    def _settled(self, trouble: str) -> None:
        if trouble:
            self.said.setText(trouble)
        else:
            self.look()
