"""The background of a lane: steps and phases on the time axis, and a fine grid."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ..theme.palette import Theme

EVERYWHERE = QRectF(-1e7, -1e7, 2e7, 2e7)
ROW_GAP = 5
"""Pixels between the middle of a row and the baseline of its name above."""


@dataclass(slots=True)
class Span:
    """A step or a phase on the time axis, in seconds since the check began; `end` is None while it lasts."""

    start: float
    name: str
    end: float | None = None
    shaded: bool = False


@dataclass(slots=True)
class Timeline:
    """The steps and phases of a check, which all lanes share; `now` is the latest known time, in seconds."""

    steps: list[Span] = field(default_factory=list)
    phases: list[Span] = field(default_factory=list)
    now: float = 0.0


class Backdrop(pg.GraphicsObject):  # type: ignore[misc]
    """Phases as shaded bands, steps with their names, and a fine grid, painted as one item behind the curves.

    `levels` are the heights of the grid's lines; `rows` are names, each with the height that it is written above.
    """

    def __init__(self, timeline: Timeline, named: bool, scheme: Theme) -> None:
        super().__init__()
        self.scheme, self.levels, self.rows = scheme, list[float](), list[tuple[float, str]]()
        self._timeline, self._named = timeline, named
        self.setZValue(-10)

    def boundingRect(self) -> QRectF:
        """A rectangle larger than any view, as it fills every one."""
        return EVERYWHERE

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint in pixels, so that text and thin lines look the same at every range."""
        matrix = painter.worldTransform()
        area = matrix.mapRect(self.mapRectFromScene(self.getViewBox().sceneBoundingRect()))
        painter.resetTransform()
        steps = self._placed(self._timeline.steps, matrix, area)
        phases = self._placed(self._timeline.phases, matrix, area)
        shade = QColor(self.scheme.band)
        for span, left, right in phases:
            if span.shaded:
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade)
        painter.setPen(QColor(self.scheme.line))
        for level in self.levels:
            y = round(matrix.map(QPointF(0, level)).y()) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        for _, left, _ in steps:
            painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()))
        if self._named:
            ascent, height = painter.fontMetrics().ascent(), painter.fontMetrics().height()
            painter.setPen(QColor(self.scheme.text))
            self._write(painter, steps, area.top() + 2 + ascent)
            painter.setPen(QColor(self.scheme.dim))
            self._write(painter, phases, area.top() + 2 + ascent + height)
        painter.setPen(QColor(self.scheme.dim))
        for level, name in self.rows:
            painter.drawText(QPointF(area.left() + 5, matrix.map(QPointF(0, level)).y() - ROW_GAP), name)

    def _placed(self, spans: list[Span], matrix: QTransform, area: QRectF) -> list[tuple[Span, float, float]]:
        """Each step or phase in view with its left and right in pixels, cut at the edges of the view."""
        scale, shift, now = matrix.m11(), matrix.dx(), self._timeline.now
        placed = [(s, scale * s.start + shift, scale * (now if s.end is None else s.end) + shift) for s in spans]
        return [
            (s, max(left, area.left() - 1), min(right, area.right()))
            for s, left, right in placed
            if left < area.right() and (right > area.left() or s.end is None)
        ]

    def _write(self, painter: QPainter, placed: list[tuple[Span, float, float]], y: float) -> None:
        """Write the names that fit; the current one always does, as nothing is to the right of it."""
        metrics = painter.fontMetrics()
        for span, left, right in placed:
            if span.name and (span.end is None or metrics.horizontalAdvance(span.name) <= right - left - 7):
                painter.drawText(QPointF(left + 5, y), span.name)
