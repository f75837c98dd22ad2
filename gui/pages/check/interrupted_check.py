"""A card that is shown after a crash: the measurements of the interrupted check can be kept or discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from ....core.store.data_folder import data_folder, journals
from ....core.words.language import _
from ...widgets.labels import label
from ...words import text

if TYPE_CHECKING:
    from ....core.check.interrupted_checks import InterruptedCheck
    from ...bridge.history_access import Archive


class InterruptedCheckCard(QFrame):
    """Offers interrupted checks one after another; `kept` brings the result that was made of one."""

    kept = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self._archive: Archive | None = None
        self._found: list[InterruptedCheck] = []
        self.said = label("", wrap=True)
        self.keep, self.discard = QPushButton(_("Keep it")), QPushButton(_("Discard it"))
        self.keep.setToolTip(_("Keep its measurements as a partial result"))
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
        """Search for interrupted checks, and show the card where there is one and it is `allowed`."""
        self._found = self._interrupted()
        self._offer()
        self.setVisible(bool(self._found) and allowed)

    def _interrupted(self) -> list[InterruptedCheck]:
        try:
            if not any(journals(data_folder()).glob("*")):
                return []  # the usual case, for which sqlite need not be imported
        except OSError:
            return []
        from ...bridge.history_access import Archive

        self._archive = self._archive or Archive()
        return self._archive.interrupted()

    def _offer(self) -> None:
        if self._found:
            when = text.date(self._found[0].head.created)
            self.said.setText(text.words.sentence("leftover", {"when": when}))

    def _keep(self) -> None:
        assert self._archive
        result, trouble = self._archive.keep(self._found[0])
        self._finish(trouble)
        if result:
            self.kept.emit(result)

    def _discard(self) -> None:
        assert self._archive
        self._finish(self._archive.discard(self._found[0]))

    def _finish(self, trouble: str) -> None:
        if trouble:
            self.said.setText(trouble)
        else:
            self.look()
