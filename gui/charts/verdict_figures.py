"""Pictures of conclusions that paint themselves: the four-step scale, and how long a job takes against its limit."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import palette
from ..theme.palette import Theme
from ..words import text

LOWEST, BELOW, GAP = 58, 22, 8.0
"""The scale's least height, where its names begin, and what is between two of its steps, in pixels."""
SHORTEST_S, LONGEST_S = 1.0, 10 * 365.25 * 86_400
"""The ends of the time bars, on a logarithmic scale: a second and ten years."""


class Scale(QWidget):
    """The four scenarios as four steps, the reached ones filled."""

    def __init__(self) -> None:
        super().__init__()
        self.scenario = 0
        self.setMinimumSize(300, LOWEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Scale of the four scenarios"))

    def show_scenario(self, scenario: int) -> None:
        """1 to 4; 0 for none."""
        self.scenario = scenario
        self.setAccessibleDescription(text.title("scenario", number=scenario) if scenario else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(700, LOWEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as the longest name needs, in as many lines as it takes."""
        super().resizeEvent(event)
        font = QFont(self.font())
        font.setBold(True)
        room = QRect(0, 0, int((self.width() - 3 * GAP) / 4), 1000)
        metrics = QFontMetrics(font)
        names = (metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._name(n)).height() for n in range(1, 5))
        self.setFixedHeight(max(LOWEST, BELOW + max(names)))

    def _name(self, number: int) -> str:
        return f"{number}  {text.scenario(number)[0]}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars with their names below; the one that counts in the accent colour and bold."""
        scheme = palette.of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - 3 * GAP) / 4
        for number in range(1, 5):
            bar = QRectF((number - 1) * (width + GAP), 6, width, 10)
            reached = number <= self.scenario
            colour = QColor(scheme.accent if reached else scheme.sunken)
            painter.setPen(Qt.PenStyle.NoPen if reached else QPen(QColor(scheme.line)))
            painter.setBrush(colour)
            painter.drawRoundedRect(bar, 5, 5)
            font = QFont(self.font())
            font.setBold(number == self.scenario)
            painter.setFont(font)
            painter.setPen(QColor(scheme.text if number == self.scenario else scheme.dim))
            box = QRectF(bar.left(), BELOW, width, self.height() - BELOW)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(box, int(flags), self._name(number))


class TimeBar(QWidget):
    """How long a job takes, as a range on a scale from a second to ten years, with its limit as a mark."""

    def __init__(self, low: float | None, high: float | None, limit: float, role: str) -> None:
        super().__init__()
        self._low, self._high, self._limit, self._role = low, high, limit, role
        self.setMinimumSize(140, 22)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("limit {time}").format(time=text.duration(limit)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The room up to the limit, the range in the colour of its answer, and the limit."""
        scheme: Theme = palette.of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, limit = self.height() / 2, self._place(self._limit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(scheme.sunken))
        painter.drawRoundedRect(QRectF(0, middle - 3, self.width(), 6), 3, 3)
        if self._low and self._high:
            left, right = self._place(self._low), self._place(self._high)
            painter.setBrush(QColor({"good": scheme.good, "warn": scheme.warn}.get(self._role, scheme.bad)))
            painter.drawRoundedRect(QRectF(left, middle - 5, max(10.0, right - left), 10), 5, 5)
        painter.setPen(QPen(QColor(scheme.text), 1.6))
        painter.drawLine(QPointF(limit, middle - 9), QPointF(limit, middle + 9))
        painter.setBrush(QColor(scheme.text))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(limit - 4, 0), QPointF(limit + 4, 0), QPointF(limit, 5)]))

    def _place(self, seconds: float) -> float:
        share = math.log(max(seconds, SHORTEST_S) / SHORTEST_S) / math.log(LONGEST_S / SHORTEST_S)
        return min(1.0, share) * (self.width() - 12) + 1


class Grade(QWidget):
    """The trust grade as a letter in a ring."""

    def __init__(self, grade: str) -> None:
        super().__init__()
        self.grade = grade
        self.setFixedSize(58, 58)
        self.setAccessibleName(self.tr("Trust {grade}").format(grade=grade))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Green, yellow or red; the letter says the same."""
        scheme = palette.of(self)
        colour = QColor({"A": scheme.good, "B": scheme.good, "C": scheme.warn}.get(self.grade, scheme.bad))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 3.5))
        painter.drawEllipse(QRectF(3, 3, 52, 52))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.grade)
