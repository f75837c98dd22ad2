"""The main window: a navigation rail, the pages, and their connections with each other and with the engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMessageBox, QPushButton, QStackedWidget, QWidget

from ...core.check.step_durations import whole
from ...core.check.updates import Concluded, MachineSeen, Update
from ...core.records.machine import Machine
from ...core.records.plan import CheckPlan
from ...core.records.result import Result
from ...core.session.ssh_host import Host
from ...core.words.language import _
from ..bridge.check_bridge import Bridge
from ..bridge.user_settings import Settings
from ..pages.check.page import CheckPage
from ..pages.compare.page import ComparePage
from ..pages.explore import ExplorePage
from ..pages.settings.page import SettingsPage
from ..pages.verdict.page import VerdictPage
from ..pages.welcome import WelcomePage
from ..words import text
from . import typed_input
from .engine_wiring import EngineWiring
from .navigation_rail import NavigationRail

SIZE = QSize(1280, 740)
SMALLEST = QSize(640, 360)
"""Fits onto a screen of 1366x768 at 200 %, which has 683x384."""
CHECK, VERDICT, EXPLORE, COMPARE, SETTINGS, WELCOME = range(6)


class MainWindow(QMainWindow):
    """Owns the pages; `bridge` runs the checks. Closing it during a check cancels the check first."""

    painted = Signal()
    """The window has been painted for the first time: work that takes longer may start."""

    def __init__(self, bridge: Bridge, settings: Settings) -> None:
        super().__init__()
        self._painted = self._closing = False
        self._asks_before_closing = True
        self._asked_by = CHECK
        self.question: QMessageBox | None = None
        """The open question whether to stop the running check; None where nothing is asked."""
        self._seen: MachineSeen | None = None
        self._last: Concluded | None = None
        self._torch_trouble = ""
        self.bridge, self.settings = bridge, settings
        for owned in (self.bridge, self.settings):
            owned.setParent(self)
        self.setWindowTitle("Rigdyno")
        self.setMinimumSize(SMALLEST)
        screen = QGuiApplication.primaryScreen().availableGeometry().size()
        self.resize(SIZE.boundedTo(screen).expandedTo(SMALLEST))
        self.restoreGeometry(self.settings.geometry)
        self.engines = EngineWiring(bridge, self)
        self._build()
        bridge.updated.connect(self._handle)
        bridge.refused.connect(lambda problems: self.check_page.refuse(problems))
        bridge.broke.connect(lambda sentence: self.check_page.show_trouble(sentence))
        bridge.unanswered.connect(self._unanswered)
        bridge.running_changed.connect(self._running_changed)
        self.settings.changed.connect(self._setting_changed)
        if self.settings.welcomed:
            self.check_page.focus_start()
        else:
            self.show_page(WELCOME)
            self.welcome_page.begin.setFocus()

    @property
    def page(self) -> int:
        """The page that is shown: CHECK, VERDICT, EXPLORE, COMPARE, SETTINGS or, at the first start, WELCOME."""
        return self._pages.currentIndex()

    def add_files(self, files: Sequence[Path]) -> None:
        """Add results from files to the history, and show it."""
        self.show_page(COMPARE)
        self.compare_page.add_files(list(files))

    def show_page(self, index: int) -> None:
        """Show a page."""
        if index == EXPLORE and self.explore_page.result is None:
            from ..bridge.history_access import Archive  # imports sqlite, which a start does not need

            self.explore_page.show_result(*Archive().latest())
        self._pages.setCurrentIndex(index)
        self.rail.choose(CHECK if index == WELCOME else index)

    def start(self, plan: CheckPlan, host: Host | None = None) -> None:
        """Start a check of this computer or of a `host`, and show it. Does nothing while a check is running."""
        if not self.bridge.running:
            self._asked_by = self.page
            self.show_page(CHECK)
            self.check_page.begin(plan, host)
            self.bridge.start(plan, 1 / int(self.settings.value("samples")), host)

    def open(self, result: Result, name: str = "") -> None:
        """Show a stored result on the Verdict and the Explore page; `name` is the user's name for it."""
        answered = self.verdict_page.show_result(result)
        self.explore_page.show_result(result, name=name)
        self.show_page(VERDICT if answered else EXPLORE)

    def rebuild(self) -> None:
        """Make all pages anew in another language or unit of memory, keeping what they show. Not during a check."""
        page, before = self.page, self._all_pages()
        explored, names = self.explore_page.results, self.explore_page.names
        shown, unsaved = self.verdict_page.results, self._last.unsaved if self._last else ""
        kept, lanes = [typed_input.state(each) for each in before], self.check_page.hidden_lanes
        deleted = self.compare_page.deleted
        self._build()
        self.compare_page.deleted = deleted
        if lanes is not None:
            self.check_page.load_plots(lanes)
        for update in (self._seen, self._last):
            if update:
                self.check_page.handle(update)
        if self._torch_trouble:
            self.check_page.show_torch_trouble(self._torch_trouble)
        self.check_page.interrupted.look()
        for result in shown:
            self.verdict_page.show_result(result, unsaved if self._last and result is self._last.result else "")
        if self._seen:
            self.verdict_page.set_here(self._seen.machine)
        for result in reversed(explored):
            self.explore_page.show_result(result, name=names.get(result.id, ""))
        self.show_page(page)
        for each, fields in zip(self._all_pages(), kept, strict=True):
            if each is not self.settings_page:  # this page shows the settings as they are
                typed_input.restore(each, fields)

    def bring_to_front(self, files: Sequence[Path] = ()) -> None:
        """Show and activate the window, also from the taskbar, and add result files."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if files:
            self.add_files(files)

    def close_without_asking(self) -> None:
        """Close without a question, as at the end of the session or on a signal."""
        self._asks_before_closing = False
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Emit `painted` after the first paint."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about a running check and cancel it; the window closes when its measurements are kept."""
        if not self._closing:
            self.settings.geometry = self.saveGeometry()
        if self.bridge.running and self._asks_before_closing and not self._closing:
            event.ignore()
            self._ask_to_stop()
        elif self.bridge.running:
            self._closing = True
            self.bridge.cancel()
            self.hide()
            event.ignore()
        else:
            self.bridge.close()
            super().closeEvent(event)

    def _ask_to_stop(self) -> None:
        """Ask whether to stop the check; Escape lets it go on."""
        if self.question:
            self.question.raise_()
            return
        self.question = QMessageBox(self)
        self.question.setIcon(QMessageBox.Icon.Question)
        self.question.setText(_("A check is running. Stop it and close?"))
        self.question.setInformativeText(_("What it has measured by then is kept."))
        stop = self.question.addButton(_("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        stay = self.question.addButton(_("Go on"), QMessageBox.ButtonRole.RejectRole)
        self.question.setDefaultButton(stay)
        self.question.setEscapeButton(stay)
        self.question.finished.connect(lambda _button: self._answered(stop))
        self.question.open()

    def _answered(self, stop: QPushButton) -> None:
        asked, self.question = self.question, None
        if asked and asked.clickedButton() is stop:
            self.close_without_asking()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "rail"):
            self.rail.draw_icons()

    def _build(self) -> None:
        self.check_page = CheckPage(int(self.settings.value("frames")))
        self.verdict_page = VerdictPage()
        self.explore_page = ExplorePage()
        self.compare_page = ComparePage()
        self.settings_page = SettingsPage(self.settings)
        self.welcome_page = WelcomePage()
        self.rail = NavigationRail(
            (_("Check"), "gauge"),
            (_("Verdict"), "flag"),
            (_("Explore"), "chart"),
            (_("Compare"), "scales"),
            (_("Settings"), "sliders"),
        )
        self._pages = QStackedWidget()
        for page in self._all_pages():
            self._pages.addWidget(page)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._pages, 1)
        self.setCentralWidget(body)  # Qt deletes the one before
        self.rail.chosen.connect(self.show_page)
        self.check_page.start_requested.connect(self.start)
        self.check_page.cancel_requested.connect(self.bridge.cancel)
        self.check_page.interrupted.kept.connect(self.open)
        self.verdict_page.check_requested.connect(lambda: self.start(whole("quick")))
        self.verdict_page.measure_requested.connect(self.start)
        self.explore_page.check_requested.connect(self.start)
        self.compare_page.check_requested.connect(lambda: self.start(whole("quick")))
        self.compare_page.opened.connect(self.open)
        self.settings_page.report_requested.connect(self._copy_report)
        self.welcome_page.begun.connect(self._begin)
        self.engines.attach(self.check_page, self.settings_page)

    def _all_pages(self) -> tuple[QWidget, ...]:
        """All pages, in the order of their numbers."""
        return (
            self.check_page,
            self.verdict_page,
            self.explore_page,
            self.compare_page,
            self.settings_page,
            self.welcome_page,
        )

    def _begin(self) -> None:
        self.settings.welcomed = True
        self.show_page(CHECK)
        self.check_page.focus_start()

    def _copy_report(self) -> None:
        from ...core.cli.diagnosis.bug_report import examine  # imports sqlite and more, which a start does not need

        found = examine(self._seen.machine if self._seen else Machine({}), text.words, self._torch_trouble)
        QGuiApplication.clipboard().setText(found.text())
        self.settings_page.say_copied()

    def _unanswered(self, sentence: str) -> None:
        self._torch_trouble = sentence
        self.check_page.show_torch_trouble(sentence)

    def _setting_changed(self, name: str) -> None:
        if name == "frames":
            self.check_page.frames = int(self.settings.value(name))
        elif name in ("memory", "language"):
            QTimer.singleShot(0, self, self.rebuild)  # later: the page that is replaced is still emitting the signal

    def _handle(self, update: Update) -> None:
        self.check_page.handle(update)
        if isinstance(update, MachineSeen):
            if not update.host:
                self._seen = update
                self._torch_trouble = "" if update.machine.torch else self._torch_trouble
                self.engines.show_machine(update.machine)
                self.verdict_page.set_here(update.machine)
        elif isinstance(update, Concluded):
            self._last = update
            answered = self.verdict_page.show_result(update.result, update.unsaved)
            self.explore_page.show_result(update.result)
            if self._asked_by == EXPLORE:
                self.show_page(EXPLORE)
            elif answered:
                self.show_page(VERDICT)

    def _running_changed(self, running: bool) -> None:
        for page in (self.verdict_page, self.explore_page, self.compare_page, self.settings_page):
            page.set_running(running)
        if running:
            return
        self.check_page.end()
        if self._closing:
            self.close()
            QGuiApplication.quit()  # Qt does not quit by itself after closing a window that is hidden
