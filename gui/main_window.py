"""The window: a rail of places on the left, the place itself on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..core.updates import Concluded, Update
from .bridge import Bridge
from .pages.check import CheckPage
from .pages.verdict import VerdictPage
from .text import tr
from .theme import Colours

START_SIZE = (1280, 720)
RAIL_WIDTH = 92


class MainWindow(QMainWindow):
    """Wires the bridge to the pages. `places` holds them by name."""

    def __init__(self, bridge: Bridge, colours: Colours) -> None:
        super().__init__()
        self.setWindowTitle("Rigdyno")
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(START_SIZE[0], screen.width()), min(START_SIZE[1], screen.height()))
        self.bridge = bridge
        self.check = CheckPage(colours)
        self.verdict = VerdictPage(colours)
        self.places: dict[str, QWidget] = {tr("Check"): self.check, tr("Verdict"): self.verdict}
        self._stack = QStackedWidget()
        for page in self.places.values():
            self._stack.addWidget(page)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail())
        row.addWidget(self._stack, 1)
        self.setCentralWidget(body)

        bridge.updated.connect(self._show_update)
        bridge.failed.connect(self.check.show_failure)
        self.check.started.connect(bridge.start)
        self.check.cancelled.connect(bridge.cancel)
        self.verdict.wanted.connect(lambda: self.go(self.check))

    def go(self, page: QWidget) -> None:
        """Show a place."""
        self._stack.setCurrentWidget(page)
        self._buttons.button(self._stack.indexOf(page)).setChecked(True)

    def set_colours(self, colours: Colours) -> None:
        """Take another scheme."""
        self.check.set_colours(colours)
        self.verdict.set_colours(colours)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A check that runs is cancelled and kept as a partial result."""
        self.bridge.close()
        super().closeEvent(event)

    def _show_update(self, update: Update) -> None:
        self.check.show_update(update)
        if isinstance(update, Concluded) and "jobs" in update.result.plan.steps:
            self.verdict.show_result(update.result)
            if update.result.verdict:
                self.go(self.verdict)

    def _rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(RAIL_WIDTH)
        column = QVBoxLayout(rail)
        column.setContentsMargins(8, 16, 8, 16)
        column.setSpacing(6)
        self._buttons = QButtonGroup(self)
        for index, name in enumerate(self.places):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(index == 0)
            button.setShortcut(f"Ctrl+{index + 1}")
            button.setToolTip(f"{name} (Ctrl+{index + 1})")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._buttons.addButton(button, index)
            column.addWidget(button)
        self._buttons.idClicked.connect(self._stack.setCurrentIndex)
        column.addStretch(1)
        return rail
