"""Lanes over one time axis: which are shown, the moment pointed at, the range in view, and a description in words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ...core.report import axis_ticks
from ...core.words.language import _
from ..theme import palette
from ..widgets.labels import ElidedLabel
from ..words import text
from . import sensor_lanes
from .lane import Lane, LaneStyle
from .lane_backdrop import Timeline
from .lane_choice import LaneChoice
from .time_pointer import WHEEL, TimePointer

AFTER_CHECK_MS, DURING_CHECK_MS = 16, 60
"""Least milliseconds between two redraws for the mouse: after a check, and during one, which redraws slow down."""
THROUGHPUT = "throughput"
HEIGHTS = {
    THROUGHPUT: (120, 5),
    sensor_lanes.UTILISATION: (72, 3),
    sensor_lanes.CORES: (72, 3),
    sensor_lanes.SLOWED: (52, 1),
}
"""Least height in pixels and share of the room. With those of `SMALL` all lanes of a GPU fit into 768 pixels."""
SMALL = (57, 2)
"""The same for all other lanes."""
ORDER = (THROUGHPUT, *sensor_lanes.LANES)
"""From top to bottom."""
STEP, LEAP = 0.01, 0.1
"""How far an arrow key moves the moment, alone and with Ctrl, as a share of the range in view."""


class Lanes(QWidget):
    """The mouse, or Left and Right, point at a moment, whose values every legend then shows; Escape ends that.

    Where the pointer is `free`, the wheel and dragging, or the keys + - and 0, change the range of time in view.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lanes: dict[str, Lane] = {}
        self._timeline = Timeline()
        self._summary, self._ranged = "", False
        self.pointer = TimePointer(self)
        self.choice = LaneChoice()
        self.choice.chosen.connect(self._show_lane)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self.missing = ElidedLabel("", "small")
        """A line below the lanes: what is not reported, and why."""
        self.missing.hide()
        self._column.addWidget(self.choice)
        self._column.addWidget(self.missing)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Throughput and sensors over time"))
        self._moved = QTimer(self, interval=DURING_CHECK_MS, singleShot=True)
        self._moved.timeout.connect(self.catch_up)
        self.pointer.pointed.connect(self._moved.start)
        self.pointer.ranged.connect(self._redraw_soon)

    def lane(self, name: str) -> Lane | None:
        """A lane by its name; None where it has not been added."""
        return self._lanes.get(name)

    def clear(self) -> None:
        """Remove all lanes, steps and phases."""
        for lane in self._lanes.values():
            self._column.removeWidget(lane)
            lane.hide()
            lane.deleteLater()
        self._lanes, self._timeline = {}, Timeline()
        self.pointer.free = False
        self._moved.setInterval(DURING_CHECK_MS)
        self.pointer.point(None)
        self.pointer.show_whole(axis_ticks.span(0))
        self.choice.clear()
        self.show_missing("")
        self.describe()

    def release(self, end: float) -> None:
        """Show everything up to `end` (seconds) and let the user zoom and move: the check has ended."""
        self.pointer.free = True
        self._moved.setInterval(AFTER_CHECK_MS)
        self.pointer.show_whole(end)
        self.draw()

    def add_lane(self, name: str, style: LaneStyle) -> Lane:
        """Add and return a lane at its place in `ORDER`, hidden where the user does not want it."""
        lane = Lane(style, self._timeline, self.pointer)
        least, share = HEIGHTS.get(name, SMALL)
        lane.setMinimumHeight(least)
        self._lanes[name] = lane
        self._column.insertWidget(1 + [n for n in ORDER if n in self._lanes].index(name), lane, share)
        self.offer(name)
        lane.setHidden(not self.choice.wants(name))
        self._show_times_below_lowest()
        return lane

    def offer(self, name: str) -> None:
        """Let the user choose a lane, as it has values."""
        self.choice.offer(name)

    def draw(self, lanes: Iterable[Lane] | None = None) -> None:
        """Draw these lanes, or all; hidden ones are drawn when they are shown."""
        when = self._when()
        for lane in self._lanes.values() if lanes is None else lanes:
            if not lane.isHidden():
                lane.draw()
                lane.update_legend(when if lane is self._lanes.get(THROUGHPUT) else "")

    def show_missing(self, sentence: str) -> None:
        """Show below the lanes what is not reported; hide the line where the sentence is empty."""
        self.missing.show_text(sentence)
        self.missing.setVisible(bool(sentence))

    def describe(self) -> None:
        """Describe the lanes for screen readers: the range and the median of each curve."""
        lines = [
            _("{curve} ({lane}): {low} to {high}, median {median}").format(
                curve=c.name,
                lane=lane.lane_style.title,
                low=c.write(c.series.trough),
                high=c.write(c.series.peak),
                median=c.write(median),
            )
            for lane in self._lanes.values()
            for c in ([] if lane.lane_style.marks else lane.curves.values())
            if c.series.trough is not None and c.series.peak is not None
            if (median := c.series.median()) is not None
        ]
        slowed = [c.name for lane in self._lanes.values() if lane.lane_style.marks for c in lane.curves.values()]
        if slowed:
            lines.append(_("GPU slowed down by {causes}").format(causes=", ".join(slowed)))
        self._summary = "\n".join(lines)
        self.setAccessibleDescription(self._summary)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right point at a moment, + and - zoom, 0 shows the whole time."""
        key, pointer = event.key(), self.pointer
        share = LEAP if event.modifiers() & Qt.KeyboardModifier.ControlModifier else STEP
        around = (pointer.left + pointer.right) / 2 if pointer.moment is None else pointer.moment
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            pointer.step(share if key == Qt.Key.Key_Right else -share)
            self._announce_values()
        elif key == Qt.Key.Key_Escape and pointer.moment is not None:
            pointer.point(None)
            self.setAccessibleDescription(self._summary)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            pointer.zoom(1 / WHEEL if key == Qt.Key.Key_Minus else WHEEL, around)
        elif key == Qt.Key.Key_0:
            pointer.zoom(float("inf"), around)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Escape for this widget while a moment is pointed at, before it is the shortcut of Cancel."""
        ours = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.pointer.moment is not None
        if ours and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a frame while it has the keyboard focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.of(self).accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the curves anew, as their points are thinned to the width."""
        super().resizeEvent(event)
        self._redraw_soon()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the focus frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Remove the focus frame."""
        super().focusOutEvent(event)
        self.update()

    def catch_up(self) -> None:
        """Draw the changes of moment and range since the last call. A timer calls it after each change."""
        self._moved.stop()
        if self._ranged:
            self._ranged = False
            self.draw()
        when = self._when()
        for lane in self._lanes.values():
            lane.update_pointer(when if lane is self._lanes.get(THROUGHPUT) else "")

    def fill(self, name: str) -> None:
        """Add a lane that the user wants for the first time, with its curves. For subclasses."""

    def _show_lane(self, name: str, on: bool) -> None:
        if on and name not in self._lanes:
            self.fill(name)
        if lane := self._lanes.get(name):
            lane.setHidden(not on)
        self._show_times_below_lowest()
        self._moved.start()
        self._ranged = True  # draw it once the layout has given it a width

    def _show_times_below_lowest(self) -> None:
        shown = [self._lanes[name] for name in ORDER if name in self._lanes and not self._lanes[name].isHidden()]
        for lane in shown:
            lane.show_times(lane is shown[-1])

    def _redraw_soon(self) -> None:
        self._ranged = True
        self._moved.start()

    def _when(self) -> str:
        return "" if self.pointer.moment is None else axis_ticks.moment(self.pointer.moment, text.words.marked)

    def _announce_values(self) -> None:
        """Tell a screen reader the values of the moment that is pointed at."""
        values = [entry for lane in self._lanes.values() if not lane.isHidden() for entry in lane.values()]
        self.setAccessibleDescription("\n".join([self._when(), *values]))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
