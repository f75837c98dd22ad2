"""Unexpected errors: they are logged, and shown in a dialog; the program goes on."""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
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

from ...core.words.language import _
from ..widgets.labels import label

LOG = "rigdyno.log"
QT_MESSAGES = 100
"""Most messages of Qt that one session logs: one that comes with every frame would push out all others."""
LOGGED = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


class ErrorHandler(QObject):
    """Logs every uncaught exception of any thread, and shows it where no other dialog is open."""

    _caught = Signal(str)

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        self.path = folder / LOG if folder else None
        self.dialog: ErrorDialog | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Handle all uncaught exceptions of this process from now on."""
        sys.excepthook = self._handle
        threading.excepthook = lambda found: self._handle(found.exc_type, found.exc_value, found.exc_traceback)

    def log_qt_messages(self) -> None:
        """Log Qt's warnings too from now on; all of its messages still go to stderr."""
        heard = 0

        def told(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
            nonlocal heard
            print(text, file=sys.stderr)
            heard += kind != QtMsgType.QtDebugMsg
            if self.path and kind in LOGGED and heard <= QT_MESSAGES:
                from ...core.store import error_log

                error_log.note(f"Qt: {text}", self.path.parent)

        qInstallMessageHandler(told)

    def _handle(self, kind: type[BaseException], error: BaseException | None, where: TracebackType | None, /) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), where)
            return
        told = "".join(traceback.format_exception(kind, error, where))
        print(told, file=sys.stderr, end="")
        from ...core.store import error_log  # imported only when there is something to log

        if self.path:
            error_log.note(told, self.path.parent)
        self._caught.emit(told)

    def _show(self, told: str) -> None:
        if self.dialog is None:
            self.dialog = ErrorDialog(told, self.path, _main_window())
            self.dialog.finished.connect(self._closed)
            self.dialog.open()

    def _closed(self) -> None:
        if self.dialog:
            self.dialog.deleteLater()
        self.dialog = None


class ErrorDialog(QDialog):
    """A sentence, the traceback to copy, and the path of the log."""

    def __init__(self, told: str, path: Path | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Something went wrong"))
        self.setMinimumSize(520, 320)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        sentence = _("An unexpected error has occurred. Rigdyno goes on, and what was measured is kept.")
        column.addWidget(label(sentence, wrap=True))
        self.details = QPlainTextEdit(told)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(_("Details of the error"))
        self.details.setTabChangesFocus(True)
        column.addWidget(self.details, 1)
        if path:
            column.addWidget(label(_("Also kept in {path}").format(path=path), "small", wrap=True))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton(_("Copy the details"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(told))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def _main_window() -> QWidget | None:
    """The main window, as the dialog's parent; None where it is not shown."""
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow) and w.isVisible()), None)
