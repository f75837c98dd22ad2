"""The few icons, drawn with lines so that they take any colour and any size."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from .theme import Theme

GRID = 24.0
"""Icons are drawn on a grid of this many units."""


def gauge(painter: QPainter) -> None:
    """A dial with its needle: the check."""
    painter.drawArc(QRectF(3, 4.5, 18, 18), -30 * 16, 240 * 16)
    angle = math.radians(52)
    centre = QPointF(12, 13.5)
    painter.drawLine(centre, centre + QPointF(6.2 * math.cos(angle), -6.2 * math.sin(angle)))
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(centre, 1.2, 1.2)


def flag(painter: QPainter) -> None:
    """A flag at the finish: the verdict."""
    painter.drawLine(QPointF(6, 3.5), QPointF(6, 21))
    path = QPainterPath(QPointF(6, 4.5))
    path.cubicTo(QPointF(10, 2.5), QPointF(13.5, 7), QPointF(18.5, 4.5))
    path.lineTo(QPointF(18.5, 13))
    path.cubicTo(QPointF(13.5, 15.5), QPointF(10, 11), QPointF(6, 13))
    painter.drawPath(path)


def chart(painter: QPainter) -> None:
    """A rising curve over two axes: what can be explored."""
    painter.drawPolyline([QPointF(4, 3.5), QPointF(4, 20), QPointF(21, 20)])
    path = QPainterPath(QPointF(7.5, 16))
    path.cubicTo(QPointF(12, 15.5), QPointF(12.5, 7.5), QPointF(19.5, 6))
    painter.drawPath(path)


def scales(painter: QPainter) -> None:
    """A pair of scales: one against the other."""
    painter.drawLine(QPointF(12, 3.5), QPointF(12, 20.5))
    painter.drawLine(QPointF(8, 20.5), QPointF(16, 20.5))
    painter.drawLine(QPointF(4.5, 6.5), QPointF(19.5, 6.5))
    for x in (4.5, 19.5):
        painter.drawPolyline([QPointF(x, 6.5), QPointF(x - 2.8, 14), QPointF(x + 2.8, 14), QPointF(x, 6.5)])


def sliders(painter: QPainter) -> None:
    """Three sliders: the settings."""
    for y, x in ((6.5, 15.5), (12.0, 8.5), (17.5, 13.0)):
        painter.drawLine(QPointF(3.5, y), QPointF(x - 2.2, y))
        painter.drawLine(QPointF(x + 2.2, y), QPointF(20.5, y))
        painter.drawEllipse(QPointF(x, y), 2.2, 2.2)


SHAPES = {"gauge": gauge, "flag": flag, "chart": chart, "scales": scales, "sliders": sliders}


def icon(name: str, theme: Theme) -> QIcon:
    """An icon: dim, and in the accent colour where it is chosen."""
    made = QIcon()
    for state, colour in ((QIcon.State.Off, theme.dim), (QIcon.State.On, theme.accent)):
        for size in (24, 48, 72):
            made.addPixmap(pixmap(name, colour, size), QIcon.Mode.Normal, state)
    return made


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """An icon as an image of `size` pixels."""
    image = QPixmap(size, size)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / GRID, size / GRID)
    painter.setPen(QPen(QColor(colour), 1.9, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    SHAPES[name](painter)
    painter.end()
    return image
