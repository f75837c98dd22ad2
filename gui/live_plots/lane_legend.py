"""The heading of a lane: its title, and the colour, name and value of each curve."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import palette

Entry = tuple[str, str]
"""The colour of a curve and its text."""


class Legend(QWidget):
    """One line that paints itself, so that a new value does not start a layout."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.moment = ""
        self.entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: list[Entry], moment: str = "") -> None:
        """Replace the curves' entries; `moment` is the time of their values where these are not the latest."""
        if (entries, moment) != (self.entries, self.moment):
            self.entries, self.moment = entries, moment
            self.update()

    def sizeHint(self) -> QSize:
        """The height of one line."""
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title on the left and the curves from the right; the first ones are left out where room is short."""
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
