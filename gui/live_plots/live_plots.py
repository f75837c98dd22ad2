"""The live picture: throughput of every device on top, and under it, on the same time axis, what the machine felt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import Qt, QTimer

from ...core.check.updates import Concluded, MachineSeen, RunEnded, Sampled, StepStarted, Update, WorkerSaid
from ...core.records.events import MAX_SECONDS, Phase, Trial, Window
from ...core.records.machine import Machine, Sample
from ...core.records.result import Result
from ...core.report import axis_ticks
from ..words import text
from . import sensor_lanes, stored_series
from .lane import Curve, Lane, Look
from .lane_backdrop import Stretch
from .lanes import THROUGHPUT, Lanes
from .sensor_lanes import Sensor
from .series import Array

FRAME_MS = 500
"""Where the training keeps every core busy, each frame takes a core from it and makes its other threads wait too:
ten frames a second cost 2 to 9 % of the throughput on two cores. Windows arrive four times a second, two to a frame."""
FRAMES_PER_SENSOR = 2
"""The sensors' lanes are drawn once a second: their numbers could not be read faster, and each costs milliseconds."""
SHORTEST_S = 5.0
"""A finished picture shows at least so much."""


class Home(NamedTuple):
    """Where a sensor's values go, divided by `scale`."""

    lane: Lane
    curve: Curve
    scale: float


class LivePlots(Lanes):
    """Feed it every update, or show a whole result. It redraws twice a second at most, or as often as told, and only
    when something came. Once it is finished the reader may zoom and move it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._homes: dict[str, Home | None] = {}
        self._samples: list[Sample] = []
        self._silent: Mapping[str, str] = {}
        self._frame = 0
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._tick)

    def set_frames(self, per_second: int) -> None:
        """Redraw so many times a second, at most."""
        self._timer.setInterval(1000 // per_second)

    def begin(self, log: bool) -> None:
        """A new check: an empty picture. With `log`, rates of very different networks share the axis."""
        self.clear()
        self._homes, self._samples, self._silent = {}, [], {}
        title = self.tr("Throughput · samples/s, logarithmic") if log else self.tr("Throughput · images/s")
        self.add_lane(THROUGHPUT, Look(title, log=log, named=True, smooth=True, latest=False))
        self._lane_of(sensor_lanes.UTILISATION)
        self._timer.start()

    def hear(self, update: Update) -> None:
        """Take one update; cheap."""
        if isinstance(update, MachineSeen):
            self._machine = update.machine
        elif not self._lanes:
            return
        elif isinstance(update, Sampled):
            self._now(update.sample.t)
            self._samples.append(update.sample)
            if update.silent != self._silent:
                self._miss(update.silent)
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
        self._timer.stop()
        self._close(self._timeline.now)
        self.release(max(self._timeline.now, SHORTEST_S))
        self.summarise()

    def show_result(self, result: Result) -> None:
        """The picture of a check that has ended, however long it was."""
        self._machine = result.machine
        self.begin(log="jobs" in result.plan.steps)
        for device, (t, rate) in stored_series.throughput(result).items():
            self._device(device).series.extend(t, rate)
        for run in result.runs:
            if name := text.band(run.task, run.plan.model):
                self._timeline.steps.append(Stretch(run.started, name))
            for phase in run.phases:
                self._phase(phase)
            self._close(run.ended)
            self._now(min(run.ended, MAX_SECONDS))
        self._samples = list(result.telemetry)
        telemetry = stored_series.Telemetry(self._samples)
        if len(telemetry.t):
            self._now(float(telemetry.t[-1]))
        self._read(telemetry)
        self._miss(result.silent)
        self.finish()

    def fill(self, name: str) -> None:
        """Nothing is drawn of a lane before it is wanted for the first time: now read all that its sensors said."""
        self._read(stored_series.Telemetry(self._samples), name)

    def _miss(self, silent: Mapping[str, str]) -> None:
        self._silent = silent
        self.tell_missing(sensor_lanes.missing(silent, self._machine))

    def _relay(self, said: WorkerSaid) -> None:
        event = said.event
        self._now(event.t)
        if isinstance(event, Window):
            curve = self._device(said.device)
            curve.last = event.rate
            curve.series.add(event.t + event.seconds / 2, curve.last)
            self._lanes[THROUGHPUT].stale = True
            self._now(event.t + event.seconds)
        elif isinstance(event, Phase):
            self._phase(event)
        elif isinstance(event, Trial):
            self._lift(event.t)  # the next windows are of other settings

    def _device(self, name: str) -> Curve:
        """The curve of a torch device's throughput."""
        lane = self._lanes[THROUGHPUT]
        known = lane.curves.get(name)
        return known or lane.add(name, text.device(self._machine, name), sensor_lanes.colour(name, self._machine))

    def _step(self, update: StepStarted) -> None:
        self._now(update.t)
        self._lift(update.t)
        self._close(update.t)
        name = text.band(update.step, update.model)
        if name:
            self._timeline.steps.append(Stretch(update.t, name))
        self._show_until(axis_ticks.span(update.t + min(update.remaining_s or 60, 60)))

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
        for curve in self._lanes[THROUGHPUT].curves.values():
            curve.series.gap(t)

    def _sense(self, key: str, t: float, value: float | None) -> None:
        if key.endswith(sensor_lanes.THROTTLE):
            self._sense_mask(key, t, 0 if value is None else int(value))
            return
        if key not in self._homes:
            if value is None:
                return  # it may answer later
            self._homes[key] = self._home(key, sensor_lanes.sensor(key, self._machine))
        if home := self._homes[key]:
            home.curve.last = None if value is None else value / home.scale
            home.curve.series.add(t, home.curve.last)
            home.lane.stale = True

    def _sense_mask(self, key: str, t: float, mask: int) -> None:
        """Marks are made of each cause from the first time on that it is there."""
        for code, bits in sensor_lanes.CAUSES.items():
            name, on = f"{key}.{code}", bool(mask & bits)
            if on and name not in self._homes:
                self._homes[name] = self._home(name, sensor_lanes.cause(key, code, self._machine))
            if home := self._homes.get(name):
                row = float(list(home.lane.curves).index(name))
                if home.curve.last is not None:
                    home.curve.series.add(t, row)  # a sample stands until the next one
                home.curve.last = row if on else None
                home.curve.series.add(t, home.curve.last)
                home.lane.stale = True

    def _read(self, telemetry: stored_series.Telemetry, name: str = "") -> None:
        """All that the sensors said, at once: of one lane, or of all that are wanted."""
        found: dict[str, Sensor | None] = {}
        for key in telemetry.keys:
            sensor = sensor_lanes.sensor(key, self._machine)
            if key.endswith(sensor_lanes.THROTTLE):
                if name in ("", sensor_lanes.SLOWED):
                    found[key] = None
            elif sensor is None or name not in ("", sensor.lane):
                continue
            elif self.choice.wants(sensor.lane):
                found[key] = sensor
            else:
                self.offer(sensor.lane)
        for key, values in telemetry.values(tuple(found)).items():
            sensor = found[key]
            if sensor is None:
                self._read_mask(key, telemetry.t, values)
            elif not np.isnan(values).all() and (home := self._home(key, sensor)):
                self._homes[key] = home
                home.curve.series.extend(telemetry.t, values / sensor.scale)

    def _read_mask(self, key: str, t: Array, values: Array) -> None:
        mask = np.clip(np.nan_to_num(values), 0, 2**53).astype(np.int64)
        for code, bits in sensor_lanes.CAUSES.items():
            name, on = f"{key}.{code}", (mask & bits) != 0
            if on.any() and (home := self._home(name, sensor_lanes.cause(key, code, self._machine))):
                self._homes[name] = home
                row = float(len(home.lane.curves) - 1)
                home.curve.last = row if on[-1] else None
                home.curve.series.extend(*stored_series.stretches(t, on, row))

    def _home(self, key: str, sensor: Sensor | None) -> Home | None:
        """A curve for a sensor that has answered; None where it has no place, or its lane has not been wanted yet."""
        if sensor is None:
            return None
        if sensor.lane not in self._lanes and not self.choice.wants(sensor.lane):
            self.offer(sensor.lane)
            return None
        lane = self._lane_of(sensor.lane)
        return Home(lane, lane.add(key, sensor.name, sensor.colour, sensor.write), sensor.scale)

    def _lane_of(self, name: str) -> Lane:
        return self._lanes.get(name) or self.add_lane(
            name,
            Look(
                sensor_lanes.title(name),
                top=sensor_lanes.TOPS.get(name),
                marks=name == sensor_lanes.SLOWED,
                thickness=sensor_lanes.THICKNESS.get(name, 2.0),
            ),
        )

    def _now(self, t: float) -> None:
        self._timeline.now = max(self._timeline.now, t)

    def _show_until(self, end: float) -> None:
        if end > self.pointer.end:
            self.pointer.show_whole(end)

    def _tick(self) -> None:
        self._frame += 1
        if not self.isVisible():
            return
        if self._timeline.now > self.pointer.end:
            self._show_until(axis_ticks.span(self._timeline.now))
            self.draw()
            return
        calm = self._frame % FRAMES_PER_SENSOR != 0
        self.draw([lane for name, lane in self._lanes.items() if lane.stale and not (calm and name != THROUGHPUT)])
