"""One lane of the live picture: a heading with its key, and curves over the time axis that all lanes share."""

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
from .lane_canvas import AXIS_WIDTH, Canvas
from .lane_legend import Key
from .series import Series
from .time_pointer import Pointer

ROW_HEIGHT, ROWS_MORE = 22, 46
"""Pixels of each row of marks, and of what is around them: the key and the times."""
SPARSE = 3
"""Where points are nearer than so many pixels, a smooth line looks no better, and takes ten times as long to draw."""
HALF_LINE = 9
"""Pixels that half of a number on the axis needs beyond its height."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a lane is drawn. `top` fixes the upper end of the axis; without it the axis follows the curves.

    `named` writes the names of steps and phases; `smooth` lines cost more time to draw; `latest` values stand in
    the key. With `marks`, curves are bars on rows of their own, drawn where they have a value.
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
    """A series with its name, its colour in each theme, and how its values are written in the key."""

    name: str
    colour: Callable[[Theme], str]
    write: Callable[[float], str]
    series: Series
    item: pg.PlotCurveItem
    last: float | None = None


class Lane(QWidget):
    """Curves of one unit, drawn over the stretch of time that the pointer has."""

    def __init__(self, look: Look, timeline: Timeline, pointer: Pointer) -> None:
        super().__init__()
        self.curves: dict[str, Curve] = {}
        self.look, self._pointer = look, pointer
        self.stale = True
        """Whether something has arrived since it was drawn."""
        self._range: tuple[float, float, int] | None = None
        self._shown: tuple[float, float] | None = None
        self._ratio = 1.0
        self.key = Key(look.title)
        self.plot = Canvas(pointer)
        self.backdrop = Backdrop(timeline, look.named, palette.of(self))
        self.plot.addItem(self.backdrop, ignoreBounds=True)
        self.line = pg.InfiniteLine(angle=90)
        self.line.setZValue(1000)
        self.line.hide()
        self.plot.addItem(self.line, ignoreBounds=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.key)
        column.addWidget(self.plot, 1)
        self.restyle()

    def changeEvent(self, event: QEvent) -> None:
        """Light has become dark, or dark light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "line"):
            self.restyle()

    def sizeHint(self) -> QSize:
        """As little as it needs: pyqtgraph would ask for 480 pixels."""
        return self.minimumSize()

    def minimumSizeHint(self) -> QSize:
        """No more than that."""
        return self.minimumSize()

    def add(
        self, key: str, name: str, colour: Callable[[Theme], str], write: Callable[[float], str] = text.rate
    ) -> Curve:
        """A new curve; `write` says how a value stands in the key."""
        item = pg.PlotCurveItem(connect="finite")
        item.setZValue(1 + len(self.curves))
        curve = Curve(name, colour, write, Series(), item)
        self.curves[key] = curve
        self.plot.addItem(item, ignoreBounds=True)
        self._dress(curve)
        if self.look.marks:
            self.setMinimumHeight(max(self.minimumHeight(), ROW_HEIGHT * len(self.curves) + ROWS_MORE))
        return curve

    def draw(self) -> None:
        """Bring the curves, and the axes where they have to, up to date."""
        self.stale = False
        if self._ratio != self.devicePixelRatioF():
            self.restyle()  # it has come to another screen
        self._fit()
        shown = self._pointer.left, self._pointer.right
        if shown != self._shown:
            self._shown = shown
            self.plot.setXRange(*shown, padding=0)
            self.plot.getAxis("bottom").setTicks([axis_ticks.times(shown[1], shown[0])])
        width = self.plot.width() - AXIS_WIDTH
        for curve in self.curves.values():
            t, y = curve.series.points(width, *shown)
            smooth = self.look.smooth and len(t) < width / SPARSE
            curve.item.setData(t, np.log10(y) if self.look.log else y, antialias=smooth)
        self.backdrop.update()
        self.plot.getViewBox().prepareForPaint()  # what moves while it is painted would be painted a second time

    def tell(self, when: str = "") -> None:
        """Bring the key up to date: the latest values, or those of the moment that is pointed at, called `when`."""
        scheme = palette.of(self)
        self.key.show_entries([(c.colour(scheme), said) for c in self.curves.values() if (said := self._say(c))], when)

    def said(self) -> list[str]:
        """What the key says, in words alone."""
        return [said for curve in self.curves.values() if (said := self._say(curve))]

    def point(self, when: str = "") -> None:
        """Bring the line at the moment that is pointed at, and the key, up to date."""
        moment = self._pointer.moment
        if moment is not None:
            self.line.setPos(moment)
        self.line.setVisible(moment is not None)
        self.tell(when)

    def show_times(self, shown: bool) -> None:
        """Only the lowest lane has the times written under it."""
        self.plot.getAxis("bottom").setStyle(showValues=shown)
        self.plot.getAxis("bottom").setHeight(22 if shown else 4)

    def restyle(self) -> None:
        """Take the colours of the theme."""
        scheme, self._ratio = palette.of(self), self.devicePixelRatioF()
        self.plot.setBackground(scheme.surface)
        for name in ("left", "bottom"):
            self.plot.getAxis(name).setPen(scheme.surface)  # pyqtgraph gives a clear pen its opacity back
            self.plot.getAxis(name).setTextPen(scheme.dim)
        self.line.setPen(pg.mkPen(scheme.text, width=self._ratio, style=Qt.PenStyle.DashLine))
        self.backdrop.scheme = scheme
        self.backdrop.update()
        for curve in self.curves.values():
            self._dress(curve)
        self.tell()

    def _dress(self, curve: Curve) -> None:
        pen = pg.mkPen(curve.colour(palette.of(self)), width=self.look.thickness * self._ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        curve.item.setPen(pen)

    def _say(self, curve: Curve) -> str:
        """What the key says of a curve; nothing of a mark that is not there."""
        moment = self._pointer.moment
        value = curve.last if moment is None else curve.series.at(moment)
        if self.look.marks:
            return curve.name if moment is not None and value is not None else ""
        if moment is None and (value is None or not self.look.latest):
            return curve.name
        return f"{curve.name}  {'—' if value is None else curve.write(value)}"

    def _fit(self) -> None:
        peaks = [c.series.peak for c in self.curves.values() if c.series.peak]
        troughs = [c.series.trough for c in self.curves.values() if c.series.trough]
        levels: axis_ticks.Ticks = []
        if self.look.marks:
            bottom, top = -0.3, len(self.curves) - 0.2
            self.backdrop.rows = [(float(row), c.name) for row, c in enumerate(self.curves.values())]
        elif self.look.log and peaks and troughs:
            bottom, top, levels = axis_ticks.decades(min(troughs), max(peaks), text.words.marked)
        elif self.look.log:
            bottom, top, levels = axis_ticks.decades(100, 1000, text.words.marked)
        else:
            bottom, top = 0.0, self.look.top or axis_ticks.ceiling(1.12 * max(peaks, default=1.0))
            most = max(2, min(6, self.plot.height() // 26))
            levels = axis_ticks.linear(top, most, text.words.marked)
            beyond = max(0.06, HALF_LINE / max(30, self.plot.getViewBox().height())) * top
            bottom, top = -beyond, top + beyond
        if (bottom, top, len(levels)) != self._range:
            self._range = (bottom, top, len(levels))
            self.plot.setYRange(bottom, top, padding=0)
            self.plot.getAxis("left").setTicks([levels])
            self.backdrop.levels = [level for level, _ in levels]
