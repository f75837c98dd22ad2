"""The live plots: throughput of every device and, on the same time axis, what the sensors say."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from .theme import Colours

REDRAW_MS = 100
"""Ten redraws a second cost the training nothing that can be told from noise; thirty cost 9 % of a core."""
MIN_SPAN_S = 10.0


class Series:
    """One curve's points, in arrays that double when full. A gap is a NaN."""

    def __init__(self) -> None:
        self._data = np.empty((2, 256))
        self.count = 0

    def add(self, t: float, value: float | None) -> None:
        """Append one point; None makes a gap."""
        if self.count == self._data.shape[1]:
            self._data = np.concatenate([self._data, np.empty_like(self._data)], axis=1)
        self._data[:, self.count] = t, np.nan if value is None else value
        self.count += 1

    @property
    def t(self) -> np.ndarray:
        """Times in seconds, shape (count,)."""
        return self._data[0, : self.count]

    @property
    def values(self) -> np.ndarray:
        """Values, shape (count,), NaN where there is a gap."""
        return self._data[1, : self.count]


class Lane:
    """One plot with its curves; several lanes share the time axis."""

    def __init__(self, item: pg.PlotItem, colours: Colours, log: bool = False) -> None:
        self.item, self._colours = item, colours
        self.series: dict[str, Series] = {}
        self._curves: dict[str, pg.PlotDataItem] = {}
        self._dirty: set[str] = set()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.showGrid(x=True, y=True, alpha=0.15)
        item.setLogMode(False, log)
        self.legend = item.addLegend(offset=(8, 4), labelTextColor=colours.text, colCount=4, verSpacing=-4)

    def add(self, name: str, t: float, value: float | None, width: float = 2) -> None:
        """Append a point to the curve of this name, making it on first use."""
        if name not in self.series:
            if value is None:
                return  # a sensor that has not yet spoken gets no curve
            self.series[name] = Series()
            pen = pg.mkPen(self._colours.curves[len(self._curves) % len(self._colours.curves)], width=width)
            self._curves[name] = self.item.plot(pen=pen, name=name, connect="finite")
        self.series[name].add(t, value)
        self._dirty.add(name)

    def gap(self, t: float) -> None:
        """Break every curve: what follows is another thing."""
        for name in self.series:
            self.add(name, t, None)

    def draw(self) -> None:
        """Hand the new points to the curves."""
        for name in self._dirty:
            series = self.series[name]
            self._curves[name].setData(series.t, series.values)
        self._dirty.clear()


class LivePlots(QWidget):
    """Throughput on top, utilisation below it, other sensors where they answer; one time axis for all."""

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = colours
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._timer = QTimer(self, interval=REDRAW_MS)
        self._timer.timeout.connect(self._draw)
        self.setAccessibleName(self.tr("Live plots of throughput and utilisation over time"))
        self.clear()

    def clear(self) -> None:
        """Empty plots for a new run."""
        self._timer.stop()
        self._view.clear()
        self._view.setBackground(self._colours.card)
        self._lanes: dict[str, Lane] = {}
        self._bands: list[tuple[float, str]] = []
        self._open: list[pg.LinearRegionItem] = []
        self._now = 0.0
        self._drawn = (-1.0, -1.0)
        self._lane("throughput", self.tr("samples/s"), log=True)
        self._lane("utilisation", self.tr("processor %")).item.setYRange(0, 100, padding=0.05)
        self._view.ci.layout.setRowStretchFactor(0, 3)
        self._view.ci.layout.setRowStretchFactor(1, 2)

    def recolour(self, colours: Colours) -> None:
        """Take another scheme; curves drawn so far are drawn anew."""
        self._colours = colours
        before = {name: lane.series for name, lane in self._lanes.items()}
        bands = self._bands
        self.clear()
        for t, label in bands:
            self.begin(t, label)
        for name, many in before.items():
            lane = self._lanes.get(name) or self._lane(name, name)
            for curve, series in many.items():
                for t, value in zip(series.t, series.values, strict=True):
                    lane.add(curve, float(t), None if np.isnan(value) else float(value))
        self._draw()

    def begin(self, t: float, label: str) -> None:
        """A new step: a shaded band with its name, and a gap in the throughput."""
        self._lanes["throughput"].gap(t)
        self._close_band(t)
        self._bands.append((t, label))
        alpha = 26 if len(self._bands) % 2 else 8
        colour = pg.mkColor(self._colours.band)
        colour.setAlpha(alpha)
        for name, lane in self._lanes.items():
            region = pg.LinearRegionItem((t, t), movable=False, brush=colour, pen=pg.mkPen(None))
            region.setZValue(-10)
            lane.item.addItem(region, ignoreBounds=True)
            self._open.append(region)
            if name == "throughput":
                text = pg.InfLineLabel(
                    pg.InfiniteLine(t, angle=90, pen=pg.mkPen(self._colours.border)),
                    text=label,
                    position=0.03,
                    color=self._colours.muted,
                    anchors=[(0, 0), (0, 0)],
                )
                lane.item.addItem(text.line, ignoreBounds=True)
        self._awake(t)

    def rate(self, device: str, t: float, samples_per_s: float) -> None:
        """One measured window of a device."""
        self._lanes["throughput"].add(device, t, samples_per_s, width=3)
        self._awake(t)

    def sample(self, t: float, values: dict[str, float | None]) -> None:
        """One look at the sensors."""
        lane = self._lanes["utilisation"]
        names = {"cpu.total": self.tr("all"), "cpu.own": self.tr("training"), "cpu.others": self.tr("other programs")}
        for key, name in names.items():
            lane.add(name, t, values.get(key))
        self._sensors(t, values, "clock", self.tr("clock GHz"), ("cpu.clock", "sm_clock"), 1e-3)
        self._sensors(t, values, "temperature", self.tr("temperature °C"), ("cpu.temperature", "temperature"), 1)
        self._sensors(t, values, "power", self.tr("power W"), ("power",), 1)
        for key, value in values.items():
            if key.startswith("gpu.") and key.endswith(".utilization"):
                lane.add(key.rsplit(".", 1)[0].replace("gpu.", "GPU "), t, value)
        self._awake(t)

    def end(self, t: float) -> None:
        """The run is over: close the last band and stop redrawing."""
        self._awake(t)
        self._close_band(t)
        self._draw()
        self._timer.stop()

    def points(self, lane: str) -> int:
        """Points that a lane holds, gaps not counted; tests and the text summary ask for it."""
        found = self._lanes.get(lane)
        return sum(int(np.isfinite(s.values).sum()) for s in found.series.values()) if found else 0

    def _sensors(
        self, t: float, values: dict[str, float | None], name: str, label: str, ends: Iterable[str], factor: float
    ) -> None:
        """Points for a lane that appears only once a sensor has answered."""
        ends = tuple(ends)
        for key, value in values.items():
            device, _, gauge = key.rpartition(".")
            if not (key in ends or (device.startswith("gpu.") and gauge in ends)):
                continue
            if name not in self._lanes:
                if value is None:
                    continue
                self._lane(name, label)
            curve = "CPU" if device == "cpu" else device.replace("gpu.", "GPU ")
            self._lanes[name].add(curve, t, None if value is None else value * factor)

    def _lane(self, name: str, label: str, log: bool = False) -> Lane:
        item = self._view.addPlot(row=len(self._lanes), col=0)
        axis = item.getAxis("left")
        axis.setWidth(62)
        axis.setLabel(label, color=self._colours.muted)
        for side in ("left", "bottom"):
            item.getAxis(side).setPen(self._colours.border)
            item.getAxis(side).setTextPen(self._colours.muted)
        if self._lanes:
            item.setXLink(next(iter(self._lanes.values())).item)
            previous = list(self._lanes.values())[-1].item.getAxis("bottom")
            previous.setStyle(showValues=False)
            previous.setLabel(None)
        item.getAxis("bottom").setLabel(self.tr("seconds"), color=self._colours.muted)
        item.setXRange(0, MIN_SPAN_S, padding=0)
        lane = Lane(item, self._colours, log)
        self._lanes[name] = lane
        return lane

    def _close_band(self, t: float) -> None:
        for region in self._open:
            region.setRegion((region.getRegion()[0], t))
        self._open.clear()

    def _awake(self, t: float) -> None:
        self._now = max(self._now, t)
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        for region in self._open:
            region.setRegion((region.getRegion()[0], self._now))
        for lane in self._lanes.values():
            lane.draw()
        # The axis grows in steps: moving it at each redraw would lay out all its ticks anew.
        span = MIN_SPAN_S
        while span < self._now:
            span *= 1.5
        if span != self._drawn[0]:
            self._drawn = (span, 0.0)
            next(iter(self._lanes.values())).item.setXRange(0, span, padding=0)
