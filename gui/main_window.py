"""The window: a rail of pages on the left, the page on the right, and the wires between them and the engine."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
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

from ..core.model import CheckPlan
from ..core.presets import whole
from ..core.updates import Concluded, Update
from . import icons, theme
from .bridge import Bridge
from .pages.check import CheckPage
from .pages.verdict import VerdictPage

SIZE = QSize(1280, 740)
SMALLEST = QSize(640, 360)
"""A screen of 1366x768 at 200 % has 683x384."""
CHECK, VERDICT = 0, 1


class MainWindow(QMainWindow):
    """Owns the pages; `bridge` does the work. Closing it in the middle of a check cancels the check first."""

    painted = Signal()
    """The window has been painted for the first time: what takes longer may begin."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._painted = False
        self.bridge = bridge
        bridge.setParent(self)
        self._closing = False
        self.setWindowTitle("Rigdyno")
        self.setMinimumSize(SMALLEST)
        screen = QGuiApplication.primaryScreen().availableGeometry().size()
        self.resize(SIZE.boundedTo(screen).expandedTo(SMALLEST))

        self.check_page = CheckPage()
        self.verdict_page = VerdictPage()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.check_page)
        self._pages.addWidget(self.verdict_page)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail())
        row.addWidget(self._pages, 1)
        self.setCentralWidget(body)

        self.check_page.start_requested.connect(self.start)
        self.check_page.cancel_requested.connect(bridge.cancel)
        self.verdict_page.check_requested.connect(lambda: self.start(whole("quick")))
        bridge.updated.connect(self._hear)
        bridge.refused.connect(self.check_page.refuse)
        bridge.broke.connect(self.check_page.apologise)
        bridge.unanswered.connect(self.check_page.engine_silent)
        bridge.running_changed.connect(self._running_changed)
        self.check_page.focus_start()

    @property
    def page(self) -> int:
        """The page that is shown: CHECK or VERDICT."""
        return self._pages.currentIndex()

    def show_page(self, index: int) -> None:
        """Turn to a page."""
        self._pages.setCurrentIndex(index)
        self._buttons.button(index).setChecked(True)

    def start(self, plan: CheckPlan) -> None:
        """Begin a check and show it. Does nothing while one is under way."""
        if not self.bridge.running:
            self.show_page(CHECK)
            self.check_page.begin(plan)
            self.bridge.start(plan)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first one, once it is on the screen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A check is cancelled first, so that what it has measured is kept; the window goes once it has ended."""
        if self.bridge.running:
            self._closing = True
            self.bridge.cancel()
            self.hide()
            event.ignore()
        else:
            self.bridge.close()
            super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Icons are images: they are drawn anew in other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_buttons"):
            self._draw_icons()

    def _hear(self, update: Update) -> None:
        self.check_page.hear(update)
        if isinstance(update, Concluded):
            self.verdict_page.show_result(update.result, update.unsaved)
            if update.result.verdict:
                self.show_page(VERDICT)

    def _running_changed(self, running: bool) -> None:
        if running:
            return
        self.check_page.end()
        if self._closing:
            self.close()
            QGuiApplication.quit()  # a window that is hidden already does not count as the last one closed

    def _rail(self) -> QFrame:
        rail = QFrame()
        rail.setProperty("role", "rail")
        rail.setFixedWidth(92)
        column = QVBoxLayout(rail)
        column.setContentsMargins(8, 14, 9, 14)
        column.setSpacing(6)
        self._buttons = QButtonGroup(self)
        for index, (name, shape) in enumerate(((self.tr("Check"), "gauge"), (self.tr("Verdict"), "flag"))):
            button = QToolButton()
            button.setProperty("role", "rail")
            button.setProperty("shape", shape)
            button.setText(name)
            button.setAccessibleName(name)
            button.setToolTip(self.tr("{page} (Ctrl+{number})").format(page=name, number=index + 1))
            button.setShortcut(f"Ctrl+{index + 1}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(26, 26))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._buttons.addButton(button, index)
            column.addWidget(button)
        column.addStretch(1)
        self._buttons.idClicked.connect(self.show_page)
        self._buttons.button(CHECK).setChecked(True)
        self._draw_icons()
        return rail

    def _draw_icons(self) -> None:
        for button in self._buttons.buttons():
            button.setIcon(icons.icon(str(button.property("shape")), theme.of(self)))
