"""One lane of the live picture: a heading with its key, and curves over the time axis that all lanes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ..core import ticks
from . import theme
from .backdrop import Backdrop, Timeline
from .series import Series
from .theme import Theme

AXIS_WIDTH = 52


@dataclass(slots=True)
class Curve:
    """A series with its name, its colour in each theme, and how its last value is written in the key."""

    name: str
    colour: Callable[[Theme], str]
    write: Callable[[float], str] | None
    series: Series
    item: pg.PlotCurveItem
    last: float | None = None


class Key(QWidget):
    """The heading of a lane: its title, and each curve's colour, name and latest value."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self._entries: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: list[tuple[str, str]]) -> None:
        """Colour and text of each curve."""
        if entries != self._entries:
            self._entries = entries
            self.update()

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The title on the left, the curves from the right."""
        scheme = theme.of(self)
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(scheme.dim))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.title)
        taken = metrics.horizontalAdvance(self.title) + 24
        right = self.width()
        for colour, text in reversed(self._entries):
            right -= metrics.horizontalAdvance(text)
            if right - 16 < taken:
                break
            painter.setPen(QColor(scheme.text))
            painter.drawText(right, 0, self.width(), self.height(), Qt.AlignmentFlag.AlignVCenter, text)
            painter.fillRect(right - 16, self.height() // 2 - 2, 11, 4, QColor(colour))
            right -= 34


class Lane(QWidget):
    """Curves of one unit. `top` fixes the upper end of the axis; without it the axis follows the curves.

    `named` writes the names of steps and phases; `smooth` lines cost twice the time to draw.
    """

    def __init__(
        self,
        title: str,
        timeline: Timeline,
        top: float | None = None,
        log: bool = False,
        named: bool = False,
        smooth: bool = False,
    ) -> None:
        super().__init__()
        self.curves: dict[str, Curve] = {}
        self.stale = True
        """Whether something has arrived since it was drawn."""
        self._top, self._log, self._smooth = top, log, smooth
        self._range: tuple[float, float, int] | None = None
        self.key = Key(title)
        self.plot = pg.PlotWidget(enableMenu=False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.hideButtons()
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.disableAutoRange()
        self.backdrop = Backdrop(timeline, named, theme.of(self))
        self.plot.addItem(self.backdrop, ignoreBounds=True)
        left, bottom = self.plot.getAxis("left"), self.plot.getAxis("bottom")
        left.setWidth(AXIS_WIDTH)
        left.setStyle(tickLength=0, tickTextOffset=8)
        bottom.setStyle(tickLength=0, tickTextOffset=4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.key)
        column.addWidget(self.plot, 1)
        self.restyle()

    def changeEvent(self, event: QEvent) -> None:
        """Light has become dark, or dark light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "backdrop"):
            self.restyle()

    def sizeHint(self) -> QSize:
        """As little as it needs: pyqtgraph would ask for 480 pixels."""
        return self.minimumSize()

    def add(
        self,
        key: str,
        name: str,
        colour: Callable[[Theme], str],
        write: Callable[[float], str] | None = None,
    ) -> Curve:
        """A new curve; `write` says how its latest value stands in the key."""
        item = pg.PlotCurveItem(connect="finite", antialias=self._smooth)
        item.setZValue(1 + len(self.curves))
        curve = Curve(name, colour, write, Series(), item)
        self.curves[key] = curve
        self.plot.addItem(item, ignoreBounds=True)
        self._dress(curve)
        return curve

    def draw(self, end: float) -> None:
        """Bring the curves, and the axis where it has to, up to date. The time axis runs from 0 to `end`."""
        self.stale = False
        self._fit()
        left, right = self.plot.getViewBox().viewRange()[0]
        if (left, right) != (0, end):
            self.plot.setXRange(0, end, padding=0)
            self.plot.getAxis("bottom").setTicks([ticks.times(end)])
        width = self.plot.width() - AXIS_WIDTH
        for curve in self.curves.values():
            t, y = curve.series.points(width)
            curve.item.setData(t, np.log10(y) if self._log else y)
        self.backdrop.update()

    def tell(self) -> None:
        """Bring the key up to date."""
        scheme = theme.of(self)
        self.key.show_entries(
            [
                (
                    c.colour(scheme),
                    c.name + (f"  {c.write(c.last)}" if c.write and c.last is not None else ""),
                )
                for c in self.curves.values()
            ]
        )

    def show_times(self, shown: bool) -> None:
        """Only the lowest lane has the times written under it."""
        self.plot.getAxis("bottom").setStyle(showValues=shown)
        self.plot.getAxis("bottom").setHeight(22 if shown else 4)

    def restyle(self) -> None:
        """Take the colours of the theme."""
        scheme = theme.of(self)
        self.plot.setBackground(scheme.surface)
        for name in ("left", "bottom"):
            self.plot.getAxis(name).setPen(scheme.surface)  # pyqtgraph gives a clear pen its opacity back
            self.plot.getAxis(name).setTextPen(scheme.dim)
        self.backdrop.scheme = scheme
        self.backdrop.update()
        for curve in self.curves.values():
            self._dress(curve)
        self.tell()

    def _dress(self, curve: Curve) -> None:
        curve.item.setPen(pg.mkPen(curve.colour(theme.of(self)), width=2))

    def _fit(self) -> None:
        peaks = [c.series.peak for c in self.curves.values() if c.series.peak]
        troughs = [c.series.trough for c in self.curves.values() if c.series.trough]
        if self._log and peaks and troughs:
            bottom, top, levels = ticks.decades(min(troughs), max(peaks))
        elif self._log:
            bottom, top, levels = ticks.decades(100, 1000)
        else:
            bottom, top = 0.0, self._top or ticks.ceiling(1.12 * max(peaks, default=1.0))
            levels = ticks.linear(top, most=max(2, min(6, self.plot.height() // 26)))
        if (bottom, top, len(levels)) != self._range:
            self._range = (bottom, top, len(levels))
            self.plot.setYRange(bottom, top, padding=0 if self._log else 0.06)
            self.plot.getAxis("left").setTicks([levels])
            self.backdrop.levels = [level for level, _ in levels]
