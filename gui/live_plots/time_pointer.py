"""What a reader of the live picture looks at: one moment, and one stretch of the time axis that all lanes share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ...core.report import axis_ticks

SHORTEST_S = 5.0
"""No shorter stretch is shown: sensors answer four times a second."""
WHEEL = 0.8
"""How much of the stretch is left after one notch of a mouse wheel."""


class Pointer(QObject):
    """The time axis runs from `left` to `right`; `moment` is what is pointed at, None mostly. All in seconds.

    `free` lets the reader zoom and move; a picture that grows shows all of it.
    """

    pointed = Signal()
    """Another moment, or none."""
    ranged = Signal()
    """The reader has chosen another stretch."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.moment: float | None = None
        self.left, self.right = 0.0, axis_ticks.span(0)
        self.end = self.right
        self.free = False

    def show_whole(self, end: float) -> None:
        """Everything up to `end`. Whoever calls it draws."""
        self.left, self.right, self.end = 0.0, end, end

    def point(self, t: float | None) -> None:
        """At this moment, where it is in view; at none."""
        inside = t if t is not None and self.left <= t <= self.right else None
        if inside != self.moment:
            self.moment = inside
            self.pointed.emit()

    def step(self, share: float) -> None:
        """Further by a share of what is shown; first at the middle. What is shown follows where it may."""
        length = self.right - self.left
        middle = (self.left + self.right) / 2
        t = middle if self.moment is None else self.moment + share * length
        if self.free and not self.left <= t <= self.right:
            self.move(share * length)
        self.point(min(self.right, max(self.left, t)))

    def zoom(self, factor: float, around: float) -> bool:
        """Show `factor` times as much, `around` staying where it is; False where nothing changes."""
        length = min(self.end, max(min(SHORTEST_S, self.end), factor * (self.right - self.left)))
        share = (around - self.left) / (self.right - self.left)
        return self._show(around - share * length, length)

    def move(self, seconds: float) -> bool:
        """Show what is so much later; False where nothing changes."""
        return self._show(self.left + seconds, self.right - self.left)

    def _show(self, left: float, length: float) -> bool:
        left = max(0.0, min(self.end - length, left))
        if not self.free or (left, left + length) == (self.left, self.right):
            return False
        self.left, self.right = left, left + length
        self.ranged.emit()
        return True
