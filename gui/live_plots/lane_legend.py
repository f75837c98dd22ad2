"""The heading of a lane: its title, and each curve's colour, name and value."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import palette

Entry = tuple[str, str]
"""A curve's colour and text."""


class Key(QWidget):
    """Paints itself, so that no layout is asked when a value changes."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.moment = ""
        self.entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: list[Entry], moment: str = "") -> None:
        """The curves, and the time that their values are of where it is not now."""
        if (entries, moment) != (self.entries, self.moment):
            self.entries, self.moment = entries, moment
            self.update()

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The title on the left, the curves from the right: the last ones, where there is no room for all."""
        scheme = palette.of(self)
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(scheme.dim))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.title)
        taken = metrics.horizontalAdvance(self.title) + 24
        if self.moment:
            painter.setPen(QColor(scheme.text))
            painter.drawText(taken - 12, 0, self.width(), self.height(), Qt.AlignmentFlag.AlignVCenter, self.moment)
            taken += metrics.horizontalAdvance(self.moment) + 12
        right = self.width()
        for colour, text in reversed(self.entries):
            right -= metrics.horizontalAdvance(text)
            if right - 16 < taken:
                break
            painter.setPen(QColor(scheme.text))
            painter.drawText(right, 0, self.width(), self.height(), Qt.AlignmentFlag.AlignVCenter, text)
            painter.fillRect(right - 16, self.height() // 2 - 2, 11, 4, QColor(colour))
            right -= 34
