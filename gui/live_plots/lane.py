"""One lane of the live plots: a heading with its legend, and curves over the time axis that all lanes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...core.report import axis_ticks
from ..theme import palette
from ..theme.palette import Theme
from ..words import text
from .lane_backdrop import Backdrop, Timeline
from .lane_canvas import AXIS_WIDTH, LaneCanvas
from .lane_legend import Legend
from .series import Series
from .time_pointer import TimePointer

ROW_HEIGHT, AROUND_ROWS = 22, 46
"""Pixels: the height of a row of marks, and of the legend and the times around all rows."""
SPARSE = 3
"""Least distance of points, in pixels, for smooth lines: nearer ones look the same without, in a tenth of the time."""
HALF_LINE = 9
"""Pixels beyond the ends of the axis for half of the number written there."""


@dataclass(frozen=True, slots=True)
class LaneStyle:
    """How a lane is drawn.

    `top` fixes the upper end of the axis, which otherwise follows the curves; `log` makes the axis logarithmic;
    `named` writes the names of steps and phases; `smooth` draws antialiased lines, which takes more time; `latest`
    writes the latest values in the legend. With `marks` each curve is a bar on a row of its own, drawn while it has a
    value. `thickness` of the lines is in pixels.
    """

    title: str
    top: float | None = None
    log: bool = False
    named: bool = False
    smooth: bool = False
    latest: bool = True
    marks: bool = False
    thickness: float = 2.0


@dataclass(slots=True)
class Curve:
    """A series with its name, its colour in each theme, and the function that writes its values in the legend."""

    name: str
    colour: Callable[[Theme], str]
    write: Callable[[float], str]
    series: Series
    item: pg.PlotCurveItem
    last: float | None = None


class Lane(QWidget):
    """Curves of one unit, drawn over the range of time that the pointer holds."""

    def __init__(self, style: LaneStyle, timeline: Timeline, pointer: TimePointer) -> None:
        super().__init__()
        self.curves: dict[str, Curve] = {}
        self.lane_style, self._pointer = style, pointer
        self.stale = True
        """Whether values have arrived since it was drawn."""
        self._range: tuple[float, float, int] | None = None
        self._shown: tuple[float, float] | None = None
        self._ratio = 1.0
        self.legend = Legend(style.title)
        self.plot = LaneCanvas(pointer)
        self.backdrop = Backdrop(timeline, style.named, palette.of(self))
        self.plot.addItem(self.backdrop, ignoreBounds=True)
        self.line = pg.InfiniteLine(angle=90)
        self.line.setZValue(1000)
        self.line.hide()
        self.plot.addItem(self.line, ignoreBounds=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        self.apply_theme()

    def changeEvent(self, event: QEvent) -> None:
        """Take other colours when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "line"):
            self.apply_theme()

    def sizeHint(self) -> QSize:
        """The minimum size, as pyqtgraph would ask for 480 pixels."""
        return self.minimumSize()

    def minimumSizeHint(self) -> QSize:
        """The minimum size that was set."""
        return self.minimumSize()

    def add(
        self, key: str, name: str, colour: Callable[[Theme], str], write: Callable[[float], str] = text.words.figure
    ) -> Curve:
        """Add and return a curve; `write` writes its values in the legend."""
        item = pg.PlotCurveItem(connect="finite")
        item.setZValue(1 + len(self.curves))
        curve = Curve(name, colour, write, Series(), item)
        self.curves[key] = curve
        self.plot.addItem(item, ignoreBounds=True)
        self._set_pen(curve)
        if self.lane_style.marks:
            self.setMinimumHeight(max(self.minimumHeight(), ROW_HEIGHT * len(self.curves) + AROUND_ROWS))
        return curve

    def draw(self) -> None:
        """Draw the curves, and the axes where their range has changed."""
        self.stale = False
        if self._ratio != self.devicePixelRatioF():
            self.apply_theme()  # the window has moved to a screen with another scale
        self._set_ranges()
        shown = self._pointer.left, self._pointer.right
        if shown != self._shown:
            self._shown = shown
            self.plot.setXRange(*shown, padding=0)
            self.plot.getAxis("bottom").setTicks([axis_ticks.times(shown[1], shown[0])])
        width = self.plot.width() - AXIS_WIDTH
        for curve in self.curves.values():
            t, y = curve.series.points(width, *shown)
            smooth = self.lane_style.smooth and len(t) < width / SPARSE
            curve.item.setData(t, np.log10(y) if self.lane_style.log else y, antialias=smooth)
        self.backdrop.update()
        self.plot.getViewBox().prepareForPaint()  # a change during the paint would cause a second one

    def update_legend(self, when: str = "") -> None:
        """Update the legend: the latest values, or those of the moment pointed at, whose time is written as `when`."""
        scheme = palette.of(self)
        self.legend.show_entries(
            [(c.colour(scheme), entry) for c in self.curves.values() if (entry := self._entry(c))], when
        )

    def values(self) -> list[str]:
        """The entries of the legend as text."""
        return [entry for curve in self.curves.values() if (entry := self._entry(curve))]

    def update_pointer(self, when: str = "") -> None:
        """Update the line at the moment that is pointed at, and the legend."""
        moment = self._pointer.moment
        if moment is not None:
            self.line.setPos(moment)
        self.line.setVisible(moment is not None)
        self.update_legend(when)

    def show_times(self, shown: bool) -> None:
        """Show or hide the times below the lane."""
        self.plot.getAxis("bottom").setStyle(showValues=shown)
        self.plot.getAxis("bottom").setHeight(22 if shown else 4)

    def apply_theme(self) -> None:
        """Take the colours of the current theme."""
        scheme, self._ratio = palette.of(self), self.devicePixelRatioF()
        self.plot.setBackground(scheme.surface)
        for name in ("left", "bottom"):
            self.plot.getAxis(name).setPen(scheme.surface)  # pyqtgraph makes a transparent pen opaque
            self.plot.getAxis(name).setTextPen(scheme.dim)
        self.line.setPen(pg.mkPen(scheme.text, width=self._ratio, style=Qt.PenStyle.DashLine))
        self.backdrop.scheme = scheme
        self.backdrop.update()
        for curve in self.curves.values():
            self._set_pen(curve)
        self.update_legend()

    def _set_pen(self, curve: Curve) -> None:
        pen = pg.mkPen(curve.colour(palette.of(self)), width=self.lane_style.thickness * self._ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        curve.item.setPen(pen)

    def _entry(self, curve: Curve) -> str:
        """A curve's entry in the legend; empty for a mark without a value."""
        moment = self._pointer.moment
        value = curve.last if moment is None else curve.series.at(moment)
        if self.lane_style.marks:
            return curve.name if moment is not None and value is not None else ""
        if moment is None and (value is None or not self.lane_style.latest):
            return curve.name
        return f"{curve.name}  {'—' if value is None else curve.write(value)}"

    def _set_ranges(self) -> None:
        peaks = [c.series.peak for c in self.curves.values() if c.series.peak]
        troughs = [c.series.trough for c in self.curves.values() if c.series.trough]
        levels: axis_ticks.Ticks = []
        if self.lane_style.marks:
            bottom, top = -0.3, len(self.curves) - 0.2
            self.backdrop.rows = [(float(row), c.name) for row, c in enumerate(self.curves.values())]
        elif self.lane_style.log and peaks and troughs:
            bottom, top, levels = axis_ticks.decades(min(troughs), max(peaks), text.words.marked)
        elif self.lane_style.log:
            bottom, top, levels = axis_ticks.decades(100, 1000, text.words.marked)
        else:
            bottom, top = 0.0, self.lane_style.top or axis_ticks.ceiling(1.12 * max(peaks, default=1.0))
            most = max(2, min(6, self.plot.height() // 26))
            levels = axis_ticks.linear(top, most, text.words.marked)
            beyond = max(0.06, HALF_LINE / max(30, self.plot.getViewBox().height())) * top
            bottom, top = -beyond, top + beyond
        if (bottom, top, len(levels)) != self._range:
            self._range = (bottom, top, len(levels))
            self.plot.setYRange(bottom, top, padding=0)
            self.plot.getAxis("left").setTicks([levels])
            self.backdrop.levels = [level for level, _ in levels]
