"""The moment that the user points at, and the range of the time axis in view, which all lanes share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ...core.report import axis_ticks

SHORTEST_S = 5.0
"""The shortest range that can be shown: about 20 samples of a sensor."""
WHEEL = 0.8
"""The share of the range that is left after one notch of a mouse wheel."""


class TimePointer(QObject):
    """The time axis is shown from `left` to `right`; `moment` is what the user points at, or None. All in seconds.

    Where `free` is set the user may zoom and move the range. During a check it is not: the whole time is shown.
    """

    pointed = Signal()
    """`moment` has changed."""
    ranged = Signal()
    """The user has chosen another range."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.moment: float | None = None
        self.left, self.right = 0.0, axis_ticks.span(0)
        self.end = self.right
        self.free = False

    def show_whole(self, end: float) -> None:
        """Set the range to everything up to `end`, without a signal: the caller draws."""
        self.left, self.right, self.end = 0.0, end, end

    def point(self, t: float | None) -> None:
        """Point at a moment; at none where it is None or out of view."""
        inside = t if t is not None and self.left <= t <= self.right else None
        if inside != self.moment:
            self.moment = inside
            self.pointed.emit()

    def step(self, share: float) -> None:
        """Move the moment by a share of the range; start in the middle. The range follows where it is `free`."""
        length = self.right - self.left
        middle = (self.left + self.right) / 2
        t = middle if self.moment is None else self.moment + share * length
        if self.free and not self.left <= t <= self.right:
            self.move(share * length)
        self.point(min(self.right, max(self.left, t)))

    def zoom(self, factor: float, around: float) -> bool:
        """Show `factor` times as much time, keeping `around` in place. Returns whether the range has changed."""
        length = min(self.end, max(min(SHORTEST_S, self.end), factor * (self.right - self.left)))
        share = (around - self.left) / (self.right - self.left)
        return self._show(around - share * length, length)

    def move(self, seconds: float) -> bool:
        """Move the range by so many seconds. Returns whether it has changed."""
        return self._show(self.left + seconds, self.right - self.left)

    def _show(self, left: float, length: float) -> bool:
        left = max(0.0, min(self.end - length, left))
        if not self.free or (left, left + length) == (self.left, self.right):
            return False
        self.left, self.right = left, left + length
        self.ranged.emit()
        return True
