"""The application: style, font, colours, and the event loop."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from ..core.stops import STOPS
from . import icons, theme
from .bridge import Bridge
from .main_window import MainWindow
from .theme import DARK, LIGHT, Theme

BARE_FONTS = ["Inter", "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans Condensed", "Sans Serif"]
"""For a Linux without a desktop that has chosen a font."""
BARE_POINTS = 10.0


def run() -> int:
    """Open the window and stay until it is closed. Returns the exit code."""
    app = prepare(QApplication(sys.argv[:1]))
    window = open_window()
    with closed_by_signals(window):
        code = app.exec()
    window.bridge.close()
    return code


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
        window.close()
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


def prepare(app: QApplication, scheme: Theme | None = None) -> QApplication:
    """Dress the application in `scheme`, or in the system's, which it then follows."""
    app.setApplicationName("rigdyno")
    app.setApplicationDisplayName("Rigdyno")
    app.setStyle("Fusion")
    if app.font().family() in ("Sans Serif", "DejaVu Sans", ""):
        font = QFont(app.font())
        font.setFamilies(BARE_FONTS)
        font.setPointSizeF(BARE_POINTS)
        app.setFont(font)
    dress(app, scheme or system_scheme(app))
    if scheme is None:
        app.styleHints().colorSchemeChanged.connect(lambda: dress(app, system_scheme(app)))
    return app


def open_window() -> MainWindow:
    """Show the window; everything that takes time begins once it has been painted."""
    window = MainWindow(Bridge())
    window.painted.connect(window.bridge.look)
    window.painted.connect(window.check_page.get_ready)
    window.show()
    return window


def dress(app: QApplication, scheme: Theme) -> None:
    """Palette, style sheet and icon."""
    app.setPalette(theme.palette(scheme))
    app.setStyleSheet(theme.sheet(scheme, app.font().pointSizeF()))
    app.setWindowIcon(icons.icon("gauge", scheme))


def system_scheme(app: QApplication) -> Theme:
    """What the desktop asks for; light where it does not say."""
    return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
