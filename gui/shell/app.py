"""The application: style, font, colours, and the event loop."""

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

from ...core.check.stop_signals import STOPS
from ...core.store.data_folder import data_folder
from ..bridge.check_bridge import Bridge
from ..bridge.user_settings import Settings
from ..theme import icons, palette
from ..theme.palette import DARK, LIGHT, Theme
from ..words import text
from ..words.language import speak
from .error_dialog import Errors
from .main_window import MainWindow
from .single_instance import Instance

BARE_FONTS = ["Inter", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans Condensed", "Sans Serif"]
"""For a Linux without a desktop that has chosen a font."""
BARE_POINTS = 10.0


def run(files: Sequence[Path] = ()) -> int:
    """Open the window and stay until it is closed; result files, as a file manager gives them, are shown in Compare.

    Returns the exit code.
    """
    app = Application(sys.argv[:1])
    folder = _folder()
    instance = Instance(folder)
    if not instance.alone(files):
        return 0
    errors = Errors(folder)
    errors.install()
    errors.hear_qt()
    settings = Settings(folder)
    prepare(app, settings)
    window = open_window(settings)
    if files:
        window.painted.connect(lambda: window.take_in(files))
    window.painted.connect(instance.listen)
    instance.asked.connect(window.come)
    app.opened.connect(window.come)
    if hasattr(app, "commitDataRequest"):  # a Qt may be built without sessions
        app.commitDataRequest.connect(window.end, Qt.ConnectionType.DirectConnection)
    with closed_by_signals(window):
        code = app.exec()
    window.bridge.close()
    return code


class Application(QApplication):
    """Hears of a double click on a result on macOS, which tells a program of its files by events, not by arguments."""

    opened = Signal(object)
    """A list with the file."""

    def event(self, event: QEvent) -> bool:
        """Only those that open a file are taken."""
        if isinstance(event, QFileOpenEvent):
            self.opened.emit([Path(event.file())])
            return True
        return super().event(event)


@contextmanager
def closed_by_signals(window: MainWindow) -> Iterator[None]:
    """Ctrl-C, a polite kill and the end of the session close the window, and a check in it keeps what it has measured.

    Python answers signals between two of its own instructions, and Qt's loop has none: a pipe wakes it.
    """
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)

    def close() -> None:
        ours.recv(64)
        window.end()
        if not window.bridge.running:
            QApplication.quit()

    notifier.activated.connect(close)
    wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    before = {s: signal.signal(s, lambda *_: None) for s in STOPS}
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        ours.close()
        theirs.close()


def prepare(app: QApplication, settings: Settings) -> QApplication:
    """Language, font and colours, as they are set now and whenever they change."""
    app.setApplicationName("rigdyno")
    app.setApplicationDisplayName("Rigdyno")
    app.setStyle("Fusion")
    if app.font().family() in ("Sans Serif", "DejaVu Sans", ""):
        font = QFont(app.font())
        font.setFamilies(BARE_FONTS)
        font.setPointSizeF(BARE_POINTS)
        app.setFont(font)

    def settled(name: str) -> None:
        if name == "scheme":
            dress(app, scheme(app, settings))
        elif name == "language":
            speak(settings.value(name), settings)
        elif name == "memory":
            text.words.decimal_memory = settings.value(name) == "GB"

    for name in ("memory", "language", "scheme"):
        settled(name)
    settings.changed.connect(settled)  # before any window: it builds its pages anew of what is in effect
    app.styleHints().colorSchemeChanged.connect(lambda: settled("scheme"))
    return app


def open_window(settings: Settings) -> MainWindow:
    """Show the window; everything that takes time begins once it has been painted."""
    window = MainWindow(Bridge(), settings)
    window.painted.connect(window.bridge.look)
    window.painted.connect(window.check_page.get_ready)
    window.painted.connect(window.check_page.leftover.look)
    window.show()
    return window


def dress(app: QApplication, scheme: Theme) -> None:
    """Palette, style sheet and icon."""
    app.setPalette(palette.palette(scheme))
    app.setStyleSheet(palette.sheet(scheme, app.font().pointSizeF()))
    app.setWindowIcon(icons.program())


def scheme(app: QApplication, settings: Settings) -> Theme:
    """What the user has set, or what the desktop asks for; light where it does not say."""
    known = {"light": LIGHT, "dark": DARK}
    system = DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return known.get(settings.value("scheme"), system)


def _folder() -> Path | None:
    """The data folder; None where it cannot be used: the window opens all the same, and its pages tell."""
    try:
        return data_folder()
    except OSError:
        return None
