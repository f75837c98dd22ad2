"""The application: language, style, font, colours, and the event loop."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QSocketNotifier, Qt, Signal
from PySide6.QtGui import QFileOpenEvent, QFont
from PySide6.QtWidgets import QApplication

from ...core.cli.stop_signals import STOPS
from ...core.store.data_folder import data_folder
from ..bridge.check_bridge import Bridge
from ..bridge.user_settings import Settings
from ..theme import icons, palette
from ..theme.palette import DARK, LIGHT, Theme
from ..words import text
from ..words.language import speak
from .error_dialog import ErrorHandler
from .garbage_collection import GarbageCollection
from .main_window import MainWindow
from .single_instance import SingleInstance

BARE_FONTS = ["Inter", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans Condensed", "Sans Serif"]
"""Fonts for a Linux without a desktop, where Qt finds no chosen one."""
BARE_POINTS = 10.0


def run(files: Sequence[Path] = ()) -> int:
    """Open the window and run until it is closed; `files` are results to be shown in Compare. Returns the exit code.

    Where a window is open already it is raised and given the files, and this process ends.
    """
    app = Application(sys.argv[:1])
    GarbageCollection(app)
    folder = _folder()
    instance = SingleInstance(folder)
    if not instance.alone(files):
        return 0
    errors = ErrorHandler(folder)
    errors.install()
    errors.log_qt_messages()
    settings = Settings(folder)
    prepare(app, settings)
    window = open_window(settings)
    if files:
        window.painted.connect(lambda: window.add_files(files))
    window.painted.connect(instance.listen)
    instance.asked.connect(window.bring_to_front)
    app.opened.connect(window.bring_to_front)
    if hasattr(app, "commitDataRequest"):  # Qt can be built without session management
        app.commitDataRequest.connect(window.close_without_asking, Qt.ConnectionType.DirectConnection)
    with closed_by_signals(window):
        code = app.exec()
    window.bridge.close()
    return code


class Application(QApplication):
    """Receives the files that macOS opens with the program, which come as events rather than as arguments."""

    opened = Signal(object)
    """Brings a list with the path of the file."""

    def event(self, event: QEvent) -> bool:
        """Handle the events that open a file."""
        if isinstance(event, QFileOpenEvent):
            self.opened.emit([Path(event.file())])
            return True
        return super().event(event)


@contextmanager
def closed_by_signals(window: MainWindow) -> Iterator[None]:
    """Inside this context signals that ask the process to end close the window; a running check keeps its measurements.

    Python runs signal handlers only between its own instructions, of which Qt's event loop runs none: Python writes to
    a socket at each signal, and the socket wakes the loop.
    """
    read_end, write_end = socket.socketpair()
    for end in (read_end, write_end):
        end.setblocking(False)
    notifier = QSocketNotifier(read_end.fileno(), QSocketNotifier.Type.Read)

    def close() -> None:
        read_end.recv(64)
        window.close_without_asking()
        if not window.bridge.running:
            QApplication.quit()

    notifier.activated.connect(close)
    wakeup = signal.set_wakeup_fd(write_end.fileno(), warn_on_full_buffer=False)
    before = {s: signal.signal(s, lambda *_: None) for s in STOPS}
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        read_end.close()
        write_end.close()


def prepare(app: QApplication, settings: Settings) -> QApplication:
    """Apply language, font and colours of the settings, now and whenever they change. Returns the application."""
    app.setApplicationName("rigdyno")
    app.setApplicationDisplayName("Rigdyno")
    app.setStyle("Fusion")
    if app.font().family() in ("Sans Serif", "DejaVu Sans", ""):
        font = QFont(app.font())
        font.setFamilies(BARE_FONTS)
        font.setPointSizeF(BARE_POINTS)
        app.setFont(font)

    def apply(name: str) -> None:
        if name == "scheme":
            dress(app, scheme(app, settings))
        elif name == "language":
            speak(settings.value(name), settings)
        elif name == "memory":
            text.words.decimal_memory = settings.value(name) == "GB"

    for name in ("memory", "language", "scheme"):
        apply(name)
    settings.changed.connect(apply)  # before any window connects: it rebuilds its pages in the new language
    app.styleHints().colorSchemeChanged.connect(lambda: apply("scheme"))
    return app


def open_window(settings: Settings) -> MainWindow:
    """Show and return the window; everything that takes time starts after its first paint."""
    window = MainWindow(Bridge(), settings)
    window.painted.connect(window.bridge.inspect)
    window.painted.connect(window.check_page.load_plots)
    window.painted.connect(window.check_page.interrupted.look)
    window.show()
    return window


def dress(app: QApplication, scheme: Theme) -> None:
    """Apply a theme's palette and style sheet, and the program's icon."""
    app.setPalette(palette.palette(scheme))
    app.setStyleSheet(palette.sheet(scheme, app.font().pointSizeF()))
    app.setWindowIcon(icons.program())


def scheme(app: QApplication, settings: Settings) -> Theme:
    """The theme that the user has set, or that of the desktop; light where the desktop has none."""
    known = {"light": LIGHT, "dark": DARK}
    system = DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return known.get(settings.value("scheme"), system)


def _folder() -> Path | None:
    """The data folder; None where it cannot be used, which the pages say."""
    try:
        return data_folder()
    except OSError:
        return None
