"""Icons from `resources/icons`. All but the program's own are line drawings, which take the colours of the theme."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from .palette import Theme

INK = "#000000"
"""The colour of the lines in the files, which is replaced by one of the theme."""
SIZES = (24, 48, 72)
"""Pixels: 24 at a scale of 100, 200 and 300 %."""
PROGRAM_SIZES = (16, 24, 32, 48, 64, 128, 256)


def icon(name: str, theme: Theme) -> QIcon:
    """An icon in the dim colour, and in the accent colour while its button is checked."""
    made = QIcon()
    for state, colour in ((QIcon.State.Off, theme.dim), (QIcon.State.On, theme.accent)):
        for size in SIZES:
            made.addPixmap(pixmap(name, colour, size), QIcon.Mode.Normal, state)
    return made


def program() -> QIcon:
    """The program's icon in its own colours, for the taskbar and the menu."""
    made = QIcon()
    for size in PROGRAM_SIZES:
        made.addPixmap(pixmap("rigdyno", INK, size))
    return made


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """An icon as an image of `size` x `size` pixels."""
    drawing = (files("rigdyno.resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    image = QPixmap(size, size)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(drawing.replace(INK, colour).encode()).render(painter)
    painter.end()
    return image
