"""The application: style, font, colours, and the event loop."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

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
    code = app.exec()
    window.bridge.close()
    return code


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
