"""The live picture: throughput of every device on top, and under it, on the same time axis, what the machine felt."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ..core import ticks
from ..core.model import Machine, Phase, Trial, Window
from ..core.updates import Concluded, MachineSeen, RunEnded, Sampled, StepStarted, Update, WorkerSaid
from . import sensors, text
from .backdrop import Stretch, Timeline
from .lane import Lane

FRAME_MS = 500
"""Where the training keeps every core busy, each frame takes a core from it and makes its other threads wait too:
ten frames a second cost 2 to 9 % of the throughput on two cores. Windows arrive four times a second, two to a frame."""
FRAMES_PER_SENSOR = 2
"""The sensors' lanes are drawn once a second: their numbers could not be read faster, and each costs milliseconds."""
SHORTEST_S = 5.0
"""A finished picture shows at least so much."""
HEIGHTS = {"throughput": (150, 5), sensors.UTILISATION: (96, 3)}
"""Least height and share of the room; all other lanes are small."""
SMALL = (72, 2)


class LivePlots(QWidget):
    """Feed it every update. It redraws twice a second at most, or as often as told, and only when something came."""

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._lanes: dict[str, Lane] = {}
        self._timeline = Timeline()
        self._end, self._frame = 0.0, 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._tick)

    def set_frames(self, per_second: int) -> None:
        """Redraw so many times a second, at most."""
        self._timer.setInterval(1000 // per_second)

    def begin(self, log: bool) -> None:
        """A new check: an empty picture. With `log`, rates of very different networks share the axis."""
        for lane in self._lanes.values():
            self._column.removeWidget(lane)
            lane.hide()
            lane.deleteLater()
        self._lanes, self._timeline = {}, Timeline()
        self._end = ticks.span(0)
        title = self.tr("Throughput · samples/s, logarithmic") if log else self.tr("Throughput · images/s")
        self._add_lane("throughput", Lane(title, self._timeline, log=log, named=True, smooth=True))
        name = sensors.UTILISATION
        self._add_lane(name, Lane(sensors.title(name), self._timeline, top=sensors.TOPS[name]))
        self._timer.start()

    def hear(self, update: Update) -> None:
        """Take one update; cheap."""
        if isinstance(update, MachineSeen):
            self._machine = update.machine
        elif not self._lanes:
            return
        elif isinstance(update, Sampled):
            self._now(update.sample.t)
            for key, value in update.sample.values.items():
                self._sense(key, update.sample.t, value)
        elif isinstance(update, WorkerSaid):
            self._relay(update)
        elif isinstance(update, StepStarted):
            self._step(update)
        elif isinstance(update, RunEnded):
            self._close(update.run.ended)
        elif isinstance(update, Concluded):
            self.finish()

    def finish(self) -> None:
        """Nothing more will come: draw what there is, over the whole width, and rest."""
        self._close(self._timeline.now)
        self._end = max(self._timeline.now, SHORTEST_S)
        self._draw(self._lanes.values())
        self._timer.stop()

    def lane(self, name: str) -> Lane | None:
        """A lane by its name, once it is there."""
        return self._lanes.get(name)

    def _relay(self, said: WorkerSaid) -> None:
        event = said.event
        self._now(event.t)
        if isinstance(event, Window):
            lane = self._lanes["throughput"]
            curve = lane.curves.get(said.device)
            if curve is None:
                name = text.device(self._machine, said.device)
                curve = lane.add(said.device, name, sensors.colour(said.device, self._machine))
            curve.last = event.rate
            curve.series.add(event.t + event.seconds / 2, curve.last)
            lane.stale = True
            self._now(event.t + event.seconds)
        elif isinstance(event, Phase):
            self._phase(event)
        elif isinstance(event, Trial):
            self._lift(event.t)  # the next windows are of other settings

    def _step(self, update: StepStarted) -> None:
        self._now(update.t)
        self._lift(update.t)
        self._close(update.t)
        name = text.band(update.step, update.model)
        if name:
            self._timeline.steps.append(Stretch(update.t, name))
        self._end = max(self._end, ticks.span(update.t + min(update.remaining_s or 60, 60)))

    def _phase(self, phase: Phase) -> None:
        phases = self._timeline.phases
        if phases and phases[-1].end is None:
            phases[-1].end = phase.t
        names = {"warm-up": self.tr("warm-up"), "measure": self.tr("measuring"), "evaluate": self.tr("test")}
        phases.append(Stretch(phase.t, names.get(phase.name, ""), shaded=phase.name in ("warm-up", "evaluate")))

    def _close(self, t: float) -> None:
        for stretches in (self._timeline.steps, self._timeline.phases):
            if stretches and stretches[-1].end is None:
                stretches[-1].end = t

    def _lift(self, t: float) -> None:
        for curve in self._lanes["throughput"].curves.values():
            curve.series.gap(t)

    def _sense(self, key: str, t: float, value: float | None) -> None:
        for lane in self._lanes.values():
            if curve := lane.curves.get(key):
                curve.last = value
                curve.series.add(t, value)
                lane.stale = True
                return
        if value is not None and self._welcome(key):
            self._sense(key, t, value)

    def _welcome(self, key: str) -> bool:
        """Make a curve for a sensor that has answered for the first time; False where it has no place here."""
        sensor = sensors.sensor(key, self._machine)
        if sensor is None:
            return False
        name = sensor.lane
        if name not in self._lanes:
            self._add_lane(name, Lane(sensors.title(name), self._timeline, top=sensors.TOPS.get(name)))
        self._lanes[sensor.lane].add(key, sensor.name, sensor.colour, sensor.write)
        return True

    def _add_lane(self, name: str, lane: Lane) -> None:
        least, share = HEIGHTS.get(name, SMALL)
        lane.setMinimumHeight(least)
        self._lanes[name] = lane
        self._column.addWidget(lane, share)
        lanes = list(self._lanes.values())
        for each in lanes:
            each.show_times(each is lanes[-1])

    def _now(self, t: float) -> None:
        self._timeline.now = max(self._timeline.now, t)

    def _tick(self) -> None:
        self._frame += 1
        if not self.isVisible():
            return
        if self._timeline.now > self._end:
            self._end = ticks.span(self._timeline.now)
            self._draw(self._lanes.values())
            return
        calm = self._frame % FRAMES_PER_SENSOR != 0
        self._draw([lane for name, lane in self._lanes.items() if lane.stale and not (calm and name != "throughput")])

    def _draw(self, lanes: Iterable[Lane]) -> None:
        for lane in lanes:
            lane.draw(self._end)
            lane.tell()
