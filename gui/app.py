"""Starts the desktop application."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from . import theme
from .bridge import Bridge
from .main_window import MainWindow


def make_window(app: QApplication, colours: theme.Colours | None = None) -> MainWindow:
    """The whole window in the given scheme, or in the system's, which it then follows."""
    theme.apply(app, colours or theme.current(app))
    window = MainWindow(Bridge(app), colours or theme.current(app))

    def follow() -> None:
        theme.apply(app, theme.current(app))
        window.set_colours(theme.current(app))

    if colours is None:
        app.styleHints().colorSchemeChanged.connect(follow)
    return window


def run() -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Rigdyno")
    window = make_window(app)
    window.show()
    QTimer.singleShot(0, window.bridge.look)  # after the first paint: the window is there before anything is asked
    return app.exec()
