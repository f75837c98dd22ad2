"""What nobody expected: logged to a file, told in one dialog, and the program goes on."""

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

from ..widgets.parts import label

LOG = "rigdyno.log"
QT_MOST = 100
"""Qt's complaints of one session that are kept: one that comes with every frame would push out all others."""
WORTH = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


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

    def hear_qt(self) -> None:
        """From now on Qt's warnings are logged too, and still told."""
        heard = 0

        def told(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
            nonlocal heard
            print(text, file=sys.stderr)
            heard += kind != QtMsgType.QtDebugMsg
            if self.path and kind in WORTH and heard <= QT_MOST:
                from ...core.store import error_log

                error_log.note(f"Qt: {text}", self.path.parent)

        qInstallMessageHandler(told)

    def _take(self, kind: type[BaseException], error: BaseException | None, where: TracebackType | None, /) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), where)
            return
        told = "".join(traceback.format_exception(kind, error, where))
        print(told, file=sys.stderr, end="")
        from ...core.store import error_log  # nothing is logged on a good day

        if self.path:
            error_log.note(told, self.path.parent)
        self._caught.emit(told)

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
