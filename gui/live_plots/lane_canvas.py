"""The drawing area of a lane: axes, and a mouse that points at a moment, drags and zooms the time axis of all lanes."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from .time_pointer import WHEEL, Pointer

AXIS_WIDTH = 52
NOTCH = 120.0
"""A notch of the wheel, in Qt's eighths of a degree."""


class Canvas(pg.PlotWidget):  # type: ignore[misc]
    """pyqtgraph's own mouse is switched off: it would zoom each lane by itself."""

    def __init__(self, pointer: Pointer) -> None:
        super().__init__(enableMenu=False)
        self._pointer = pointer
        self._held: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFrameShape(self.Shape.NoFrame)
        self.disableAutoRange()
        for side in ("left", "bottom", "right", "top"):
            self.getAxis(side).enableAutoSIPrefix(False)  # it would write the label of every axis anew at each move
        left, bottom = self.getAxis("left"), self.getAxis("bottom")
        left.setWidth(AXIS_WIDTH)
        left.setStyle(tickLength=0, tickTextOffset=8)
        bottom.setStyle(tickLength=0, tickTextOffset=4)

    def time_at(self, x: float) -> float:
        """The time at a place of the widget, in pixels from its left."""
        area = self.getViewBox().sceneBoundingRect()
        pointer = self._pointer
        return float(pointer.left + (x - area.left()) / max(1.0, area.width()) * (pointer.right - pointer.left))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point, or drag what is held."""
        t = self.time_at(event.position().x())
        self._show_hand()
        if self._held is not None:
            self._pointer.move(self._held - t)
            t = self.time_at(event.position().x())
        self._pointer.point(t)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the time axis."""
        if event.button() == Qt.MouseButton.LeftButton and self._pointer.free:
            self._held = self.time_at(event.position().x())
            self._show_hand()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let it go."""
        self._held = None
        self._show_hand()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """All of it again."""
        self._pointer.zoom(float("inf"), self._pointer.left)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse, or move sideways; where that changes nothing the page scrolls."""
        turned = event.angleDelta()
        pointer = self._pointer
        if abs(turned.x()) > abs(turned.y()):
            used = pointer.move(-turned.x() / NOTCH / 10 * (pointer.right - pointer.left))
        else:
            used = pointer.zoom(WHEEL ** (turned.y() / NOTCH), self.time_at(event.position().x()))
        event.setAccepted(used)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._pointer.point(None)

    def _show_hand(self) -> None:
        """An open hand where the time axis can be taken, a closed one while it is held."""
        shape = Qt.CursorShape.ClosedHandCursor if self._held is not None else Qt.CursorShape.OpenHandCursor
        if not self._pointer.free:
            shape = Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
