"""The drawing area of a lane: its axes, and the mouse, which points at a moment, drags and zooms all lanes together."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from .time_pointer import WHEEL, TimePointer

AXIS_WIDTH = 52
"""Pixels; the same for all lanes, so that their time axes are aligned."""
NOTCH = 120.0
"""One notch of a mouse wheel in Qt's unit, eighths of a degree."""


class LaneCanvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot without pyqtgraph's own handling of the mouse, which would zoom each lane by itself."""

    def __init__(self, pointer: TimePointer) -> None:
        super().__init__(enableMenu=False)
        self._pointer = pointer
        self._dragged: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFrameShape(self.Shape.NoFrame)
        self.disableAutoRange()
        for side in ("left", "bottom", "right", "top"):
            self.getAxis(side).enableAutoSIPrefix(False)  # it rewrites the label of every axis at each move
        left, bottom = self.getAxis("left"), self.getAxis("bottom")
        left.setWidth(AXIS_WIDTH)
        left.setStyle(tickLength=0, tickTextOffset=8)
        bottom.setStyle(tickLength=0, tickTextOffset=4)

    def time_at(self, x: float) -> float:
        """The time, in seconds, at `x` pixels from the left of the widget."""
        area = self.getViewBox().sceneBoundingRect()
        pointer = self._pointer
        return float(pointer.left + (x - area.left()) / max(1.0, area.width()) * (pointer.right - pointer.left))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a moment, or drag the time axis."""
        t = self.time_at(event.position().x())
        self._set_cursor()
        if self._dragged is not None:
            self._pointer.move(self._dragged - t)
            t = self.time_at(event.position().x())
        self._pointer.point(t)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the time axis."""
        if event.button() == Qt.MouseButton.LeftButton and self._pointer.free:
            self._dragged = self.time_at(event.position().x())
            self._set_cursor()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._dragged = None
        self._set_cursor()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show the whole time again."""
        self._pointer.zoom(float("inf"), self._pointer.left)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse, or move sideways; where that changes nothing, the page scrolls instead."""
        turned = event.angleDelta()
        pointer = self._pointer
        if abs(turned.x()) > abs(turned.y()):
            used = pointer.move(-turned.x() / NOTCH / 10 * (pointer.right - pointer.left))
        else:
            used = pointer.zoom(WHEEL ** (turned.y() / NOTCH), self.time_at(event.position().x()))
        event.setAccepted(used)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop pointing."""
        super().leaveEvent(event)
        self._pointer.point(None)

    def _set_cursor(self) -> None:
        """An open hand where the time axis can be dragged, a closed one during the drag."""
        shape = Qt.CursorShape.ClosedHandCursor if self._dragged is not None else Qt.CursorShape.OpenHandCursor
        if not self._pointer.free:
            shape = Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
