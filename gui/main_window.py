"""The window: a rail of pages on the left, the page on the right, and the wires between them and the engine."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from ..core.model import CheckPlan, Result
from ..core.presets import whole
from ..core.updates import Concluded, MachineSeen, Update
from .bridge import Bridge
from .pages.check import CheckPage
from .pages.compare import ComparePage
from .pages.explore import ExplorePage
from .pages.settings import SettingsPage
from .pages.verdict import VerdictPage
from .rail import Rail
from .settings import Settings

SIZE = QSize(1280, 740)
SMALLEST = QSize(640, 360)
"""A screen of 1366x768 at 200 % has 683x384."""
CHECK, VERDICT, EXPLORE, COMPARE, SETTINGS = range(5)


class MainWindow(QMainWindow):
    """Owns the pages; `bridge` does the work. Closing it in the middle of a check cancels the check first."""

    painted = Signal()
    """The window has been painted for the first time: what takes longer may begin."""

    def __init__(self, bridge: Bridge, settings: Settings) -> None:
        super().__init__()
        self._painted = self._closing = False
        self._asked_by = CHECK
        self._seen: MachineSeen | None = None
        self._concluded: Concluded | None = None
        self.bridge, self.settings = bridge, settings
        for owned in (self.bridge, self.settings):
            owned.setParent(self)
        self.setWindowTitle("Rigdyno")
        self.setMinimumSize(SMALLEST)
        screen = QGuiApplication.primaryScreen().availableGeometry().size()
        self.resize(SIZE.boundedTo(screen).expandedTo(SMALLEST))
        self.restoreGeometry(self.settings.place)
        self._build()
        bridge.updated.connect(self._hear)
        bridge.refused.connect(lambda problems: self.check_page.refuse(problems))
        bridge.broke.connect(lambda sentence: self.check_page.apologise(sentence))
        bridge.unanswered.connect(lambda sentence: self.check_page.engine_silent(sentence))
        bridge.running_changed.connect(self._running_changed)
        self.settings.changed.connect(self._settled)
        self.check_page.focus_start()

    @property
    def page(self) -> int:
        """The page that is shown: CHECK, VERDICT, EXPLORE, COMPARE or SETTINGS."""
        return self._pages.currentIndex()

    def show_page(self, index: int) -> None:
        """Turn to a page."""
        if index == EXPLORE and self.explore_page.result is None:
            from .archive import Archive  # with sqlite, which a start has no use for

            self.explore_page.show_result(*Archive().latest())
        self._pages.setCurrentIndex(index)
        self.rail.choose(index)

    def start(self, plan: CheckPlan) -> None:
        """Begin a check and show it. Does nothing while one is under way."""
        if not self.bridge.running:
            self._asked_by = self.page
            self.show_page(CHECK)
            self.check_page.begin(plan)
            self.bridge.start(plan, 1 / int(self.settings.value("samples")))

    def open(self, result: Result) -> None:
        """Show a stored result on the pages that show one."""
        self.verdict_page.show_result(result)
        self.explore_page.show_result(result)
        self.show_page(VERDICT if result.verdict else EXPLORE)

    def rebuild(self) -> None:
        """Make every page anew: the language, or how numbers are written, is another one. Not during a check."""
        page = self.page
        self._build()
        if self._seen:
            self.check_page.hear(self._seen)
        if self._concluded:
            self.verdict_page.show_result(self._concluded.result, self._concluded.unsaved)
            self.explore_page.show_result(self._concluded.result)
        self.show_page(page)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first one, once it is on the screen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A check is cancelled first, so that what it has measured is kept; the window goes once it has ended."""
        if not self._closing:
            self.settings.place = self.saveGeometry()
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
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "rail"):
            self.rail.draw_icons()

    def _build(self) -> None:
        self.check_page = CheckPage(int(self.settings.value("frames")))
        self.verdict_page = VerdictPage()
        self.explore_page = ExplorePage()
        self.compare_page = ComparePage()
        self.settings_page = SettingsPage(self.settings)
        self.rail = Rail(
            (self.tr("Check"), "gauge"),
            (self.tr("Verdict"), "flag"),
            (self.tr("Explore"), "chart"),
            (self.tr("Compare"), "scales"),
            (self.tr("Settings"), "sliders"),
        )
        self._pages = QStackedWidget()
        for page in (self.check_page, self.verdict_page, self.explore_page, self.compare_page, self.settings_page):
            self._pages.addWidget(page)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._pages, 1)
        self.setCentralWidget(body)  # the one before is deleted
        self.rail.chosen.connect(self.show_page)
        self.check_page.start_requested.connect(self.start)
        self.check_page.cancel_requested.connect(self.bridge.cancel)
        self.verdict_page.check_requested.connect(lambda: self.start(whole("quick")))
        self.explore_page.check_requested.connect(self.start)
        self.compare_page.check_requested.connect(lambda: self.start(whole("quick")))
        self.compare_page.opened.connect(self.open)

    def _settled(self, name: str) -> None:
        if name == "frames":
            self.check_page.frames = int(self.settings.value(name))
        elif name in ("memory", "language"):
            QTimer.singleShot(0, self.rebuild)  # not while the page that is replaced is still telling of it

    def _hear(self, update: Update) -> None:
        self.check_page.hear(update)
        if isinstance(update, MachineSeen):
            self._seen = update
        elif isinstance(update, Concluded):
            self._concluded = update
            self.verdict_page.show_result(update.result, update.unsaved)
            self.explore_page.show_result(update.result)
            if self._asked_by == EXPLORE:
                self.show_page(EXPLORE)
            elif update.result.verdict:
                self.show_page(VERDICT)

    def _running_changed(self, running: bool) -> None:
        for page in (self.explore_page, self.compare_page, self.settings_page):
            page.set_running(running)
        if running:
            return
        self.check_page.end()
        if self._closing:
            self.close()
            QGuiApplication.quit()  # a window that is hidden already does not count as the last one closed
