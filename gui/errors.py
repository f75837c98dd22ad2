"""What nobody expected: logged to a file, told in one dialog, and the program goes on."""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from .widgets import label

LOG = "rigdyno.log"
SIZE, KEPT = 1_000_000, 2
"""Bytes of the file, and how many older ones are kept beside it."""


class Errors(QObject):
    """Takes every exception that no code caught, in any thread. At most one dialog is open; all are logged."""

    _caught = Signal(str)

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        self.path = folder / LOG if folder else None
        self.dialog: ErrorDialog | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on."""
        sys.excepthook = self._take
        threading.excepthook = lambda found: self._take(found.exc_type, found.exc_value, found.exc_traceback)

    def _take(self, kind: type[BaseException], error: BaseException | None, where: TracebackType | None, /) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), where)
            return
        told = "".join(traceback.format_exception(kind, error, where))
        print(told, file=sys.stderr, end="")
        self._log(told)
        self._caught.emit(told)

    def _log(self, told: str) -> None:
        if self.path is None:
            return
        import logging  # nothing is logged on a good day
        from logging.handlers import RotatingFileHandler

        try:
            handler = RotatingFileHandler(self.path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)
        except OSError:
            return
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        raising, logging.raiseExceptions = logging.raiseExceptions, False  # a full disk is no second error
        handler.emit(logging.LogRecord("rigdyno", logging.ERROR, "", 0, told, None, None))
        logging.raiseExceptions = raising
        handler.close()

    def _show(self, told: str) -> None:
        if self.dialog is None:
            self.dialog = ErrorDialog(told, self.path, _main())
            self.dialog.finished.connect(self._closed)
            self.dialog.open()

    def _closed(self) -> None:
        if self.dialog:
            self.dialog.deleteLater()
        self.dialog = None


class ErrorDialog(QDialog):
    """One sentence, the details to copy, and where they are kept."""

    def __init__(self, told: str, path: Path | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setMinimumSize(520, 320)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        sentence = self.tr("Rigdyno met an error that it did not expect, and goes on. What was measured is kept.")
        column.addWidget(label(sentence, wrap=True))
        self.details = QPlainTextEdit(told)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Details of the error"))
        self.details.setTabChangesFocus(True)
        column.addWidget(self.details, 1)
        if path:
            column.addWidget(label(self.tr("Also kept in {path}").format(path=path), "small", wrap=True))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton(self.tr("Copy the details"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(told))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def _main() -> QWidget | None:
    """The window that the dialog belongs to, and with which it goes."""
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow) and w.isVisible()), None)
