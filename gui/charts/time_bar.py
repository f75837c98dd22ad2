"""How long a job takes against its limit, as a bar in a row of the verdict's table."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...core.words.language import _
from ..theme import palette
from ..theme.palette import Theme
from ..words import text

SHORTEST_S, LONGEST_S = 1.0, 10 * 365.25 * 86_400
"""The ends of the scale."""


class TimeBar(QWidget):
    """The range of a job's time on a logarithmic scale from a second to ten years, and a mark at its limit.

    `low`, `high` and `limit` are in seconds; `role` (good, warn, bad) gives the colour of the range.
    """

    def __init__(self, low: float | None, high: float | None, limit: float, role: str) -> None:
        super().__init__()
        self._low, self._high, self._limit, self._role = low, high, limit, role
        self.setMinimumSize(140, 22)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("limit {time}").format(time=text.words.duration(limit)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the whole scale, the range on it, and the limit."""
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
        """Where a time is drawn, in pixels from the left."""
        share = math.log(max(seconds, SHORTEST_S) / SHORTEST_S) / math.log(LONGEST_S / SHORTEST_S)
        return min(1.0, share) * (self.width() - 12) + 1
