"""Lanes over one time axis: which are shown, what is pointed at, which stretch is in view, and all of it in words."""

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
from ..theme import palette
from ..widgets.parts import Elided
from ..words import text
from . import sensor_lanes
from .lane import Lane, Look
from .lane_backdrop import Timeline
from .lane_choice import LaneChoice
from .time_pointer import WHEEL, Pointer

FOLLOW_MS, CALM_MS = 16, 60
"""The mouse may say more often than a screen can show where it is; while a training is measured, less will do."""
THROUGHPUT = "throughput"
HEIGHTS = {
    THROUGHPUT: (120, 5),
    sensor_lanes.UTILISATION: (72, 3),
    sensor_lanes.CORES: (72, 3),
    sensor_lanes.SLOWED: (52, 1),
}
"""Least height and share of the room; all other lanes are small: with all that a GPU has they fit into 768 pixels."""
SMALL = (57, 2)
ORDER = (THROUGHPUT, *sensor_lanes.LANES)
STEP, LEAP = 0.01, 0.1
"""How far an arrow key moves what is pointed at, alone and with Ctrl, as a share of what is shown."""


class Lanes(QWidget):
    """The mouse, or Left and Right, point at a moment, and every key shows the values that it had; Escape ends that.

    Where the pointer is `free`, wheel and drag, or + - and 0, change the stretch of time in view.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lanes: dict[str, Lane] = {}
        self._timeline = Timeline()
        self._summary, self._ranged = "", False
        self.pointer = Pointer(self)
        self.choice = LaneChoice()
        self.choice.chosen.connect(self._choose)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(4)
        self.missing = Elided("", "small")
        """What is not reported, and why."""
        self.missing.hide()
        self._column.addWidget(self.choice)
        self._column.addWidget(self.missing)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Throughput and sensors over time"))
        self._moved = QTimer(self, interval=CALM_MS, singleShot=True)
        self._moved.timeout.connect(self.catch_up)
        self.pointer.pointed.connect(self._moved.start)
        self.pointer.ranged.connect(self._show_range)

    def lane(self, name: str) -> Lane | None:
        """A lane by its name, once it is there."""
        return self._lanes.get(name)

    def clear(self) -> None:
        """No lanes, and nothing that happened."""
        for lane in self._lanes.values():
            self._column.removeWidget(lane)
            lane.hide()
            lane.deleteLater()
        self._lanes, self._timeline = {}, Timeline()
        self.pointer.free = False
        self._moved.setInterval(CALM_MS)
        self.pointer.point(None)
        self.pointer.show_whole(axis_ticks.span(0))
        self.choice.clear()
        self.tell_missing("")
        self.summarise("")

    def release(self, end: float) -> None:
        """Nothing more will come: show all up to `end`, and let the reader zoom and move it."""
        self.pointer.free = True
        self._moved.setInterval(FOLLOW_MS)
        self.pointer.show_whole(end)
        self.draw()

    def add_lane(self, name: str, look: Look) -> Lane:
        """A lane at its place in `ORDER`, hidden where the reader does not want it."""
        lane = Lane(look, self._timeline, self.pointer)
        least, share = HEIGHTS.get(name, SMALL)
        lane.setMinimumHeight(least)
        self._lanes[name] = lane
        self._column.insertWidget(1 + [n for n in ORDER if n in self._lanes].index(name), lane, share)
        self.offer(name)
        lane.setHidden(not self.choice.wants(name))
        self._mark_lowest()
        return lane

    def offer(self, name: str) -> None:
        """A lane that may be shown."""
        self.choice.offer(name)

    def draw(self, lanes: Iterable[Lane] | None = None) -> None:
        """Bring these lanes (all, where none are named) up to date; those that are hidden wait until they are shown."""
        when = self._when()
        for lane in self._lanes.values() if lanes is None else lanes:
            if not lane.isHidden():
                lane.draw()
                lane.tell(when if lane is self._lanes.get(THROUGHPUT) else "")

    def tell_missing(self, sentence: str) -> None:
        """Say below the lanes what is not reported; nothing where it is empty."""
        self.missing.show_text(sentence)
        self.missing.setVisible(bool(sentence))

    def summarise(self, summary: str | None = None) -> None:
        """Say in words what is to be seen, for those who do not see it: every curve's range and median."""
        if summary is None:
            lines = (
                self.tr("{curve} ({lane}): {low} to {high}, median {median}").format(
                    curve=c.name,
                    lane=lane.look.title,
                    low=c.write(c.series.trough),
                    high=c.write(c.series.peak),
                    median=c.write(median),
                )
                for lane in self._lanes.values()
                for c in ([] if lane.look.marks else lane.curves.values())
                if c.series.trough is not None and c.series.peak is not None
                if (median := c.series.median()) is not None
            )
            slowed = (c.name for lane in self._lanes.values() if lane.look.marks for c in lane.curves.values())
            marks = [self.tr("GPU slowed down by {causes}").format(causes=", ".join(slowed))] if slowed else []
            summary = "\n".join([*lines, *marks])
        self._summary = summary
        self.setAccessibleDescription(summary)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows point at a moment; + and - zoom, 0 shows all."""
        key, pointer = event.key(), self.pointer
        share = LEAP if event.modifiers() & Qt.KeyboardModifier.ControlModifier else STEP
        around = (pointer.left + pointer.right) / 2 if pointer.moment is None else pointer.moment
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            pointer.step(share if key == Qt.Key.Key_Right else -share)
            self._say_values()
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
        """Escape is ours while something is pointed at, before it is Cancel's."""
        ours = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.pointer.moment is not None
        if ours and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame that shows where the keyboard is."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.of(self).accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Curves have as many points as there is room for."""
        super().resizeEvent(event)
        self._show_range()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show it."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.update()

    def catch_up(self) -> None:
        """Draw what has been pointed at, or chosen to be in view, since the last time. A timer calls it by itself."""
        self._moved.stop()
        if self._ranged:
            self._ranged = False
            self.draw()
        when = self._when()
        for lane in self._lanes.values():
            lane.point(when if lane is self._lanes.get(THROUGHPUT) else "")

    def fill(self, name: str) -> None:
        """A lane is wanted for the first time: add it, with all that it shows."""

    def _choose(self, name: str, on: bool) -> None:
        if on and name not in self._lanes:
            self.fill(name)
        if lane := self._lanes.get(name):
            lane.setHidden(not on)
        self._mark_lowest()
        self._moved.start()
        self._ranged = True  # drawn once the layout has given it a width

    def _mark_lowest(self) -> None:
        shown = [self._lanes[name] for name in ORDER if name in self._lanes and not self._lanes[name].isHidden()]
        for lane in shown:
            lane.show_times(lane is shown[-1])

    def _show_range(self) -> None:
        self._ranged = True
        self._moved.start()

    def _when(self) -> str:
        return "" if self.pointer.moment is None else axis_ticks.moment(self.pointer.moment, text.words.marked)

    def _say_values(self) -> None:
        """What is pointed at, to a screen reader."""
        values = [said for lane in self._lanes.values() if not lane.isHidden() for said in lane.said()]
        self.setAccessibleDescription("\n".join([self._when(), *values]))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
