"""The live plots: the throughput of every device, and below it the sensors on the same time axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import Qt, QTimer

from ...core.check.updates import Concluded, MachineSeen, RunEnded, Sampled, StepStarted, Update, WorkerSaid
from ...core.records.bounds import MAX_SECONDS
from ...core.records.events import Phase, Trial, Window
from ...core.records.machine import Machine, Sample
from ...core.records.result import Result
from ...core.report import axis_ticks
from ...core.words.language import _
from ..words import text
from . import sensor_lanes, stored_series
from .lane import Curve, Lane, LaneStyle
from .lane_backdrop import Span
from .lanes import THROUGHPUT, Lanes
from .sensor_lanes import Sensor
from .series import Array

FRAME_MS = 500
"""Milliseconds between two frames. Where the training keeps every core busy, a frame takes a core from it, and the
other threads wait: ten frames a second cost 2 to 9 % of the throughput on two cores. Windows arrive four times a
second."""
FRAMES_PER_SENSOR = 2
"""The sensors' lanes are drawn in every second frame: each takes milliseconds, and nobody reads numbers faster."""
SHORTEST_S = 5.0
"""The shortest time axis of a check that has ended."""


class Target(NamedTuple):
    """The lane and the curve of a sensor; its values are divided by `scale`."""

    lane: Lane
    curve: Curve
    scale: float


class LivePlots(Lanes):
    """The plots of a check: give it every update, or show a whole result.

    It redraws at most twice a second, or as often as `set_frames` says, and only when something has arrived. After the
    check the user may zoom and move the time axis.
    """

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._targets: dict[str, Target | None] = {}
        self._samples: list[Sample] = []
        self._silent: Mapping[str, str] = {}
        self._frame = 0
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._tick)

    def set_frames(self, per_second: int) -> None:
        """Redraw at most so many times a second."""
        self._timer.setInterval(1000 // per_second)

    def begin(self, log: bool) -> None:
        """Start with empty plots. A `log` axis suits networks whose rates differ a lot."""
        self.clear()
        self._targets, self._samples, self._silent = {}, [], {}
        title = _("Throughput · samples/s, logarithmic") if log else _("Throughput · images/s")
        self.add_lane(THROUGHPUT, LaneStyle(title, log=log, named=True, smooth=True, latest=False))
        self._lane_named(sensor_lanes.UTILISATION)
        self._timer.start()

    def handle(self, update: Update) -> None:
        """Take one update of a check. Cheap: drawing waits for the next frame."""
        if isinstance(update, MachineSeen):
            self._machine = update.machine
        elif not self._lanes:
            return
        elif isinstance(update, Sampled):
            self._advance(update.sample.t)
            self._samples.append(update.sample)
            if update.silent != self._silent:
                self._show_silent(update.silent)
            for key, value in update.sample.values.items():
                self._add_sample(key, update.sample.t, value)
        elif isinstance(update, WorkerSaid):
            self._handle_worker(update)
        elif isinstance(update, StepStarted):
            self._step(update)
        elif isinstance(update, RunEnded):
            self._end_spans(update.run.ended)
        elif isinstance(update, Concluded):
            self.finish()

    def finish(self) -> None:
        """Draw everything over the whole width and stop redrawing: the check has ended."""
        self._timer.stop()
        self._end_spans(self._timeline.now)
        self.release(max(self._timeline.now, SHORTEST_S))
        self.describe()

    def show_result(self, result: Result) -> None:
        """Show a check that has ended."""
        self._machine = result.machine
        self.begin(log="jobs" in result.plan.steps)
        for device, (t, rate) in stored_series.throughput(result).items():
            self._device(device).series.extend(t, rate)
        for run in result.runs:
            if name := text.band(run.task, run.plan.model):
                self._timeline.steps.append(Span(run.started, name))
            for phase in run.phases:
                self._phase(phase)
            self._end_spans(run.ended)
            self._advance(min(run.ended, MAX_SECONDS))
        self._samples = list(result.telemetry)
        telemetry = stored_series.Telemetry(self._samples)
        if len(telemetry.t):
            self._advance(float(telemetry.t[-1]))
        self._read(telemetry)
        self._show_silent(result.silent)
        self.finish()

    def fill(self, name: str) -> None:
        """Read the sensors of a lane that is wanted for the first time; until then none of its curves is made."""
        self._read(stored_series.Telemetry(self._samples), name)

    def _show_silent(self, silent: Mapping[str, str]) -> None:
        self._silent = silent
        self.show_missing(sensor_lanes.missing(silent, self._machine))

    def _handle_worker(self, update: WorkerSaid) -> None:
        event = update.event
        self._advance(event.t)
        if isinstance(event, Window):
            curve = self._device(update.device)
            curve.last = event.rate
            curve.series.add(event.t + event.seconds / 2, curve.last)
            self._lanes[THROUGHPUT].stale = True
            self._advance(event.t + event.seconds)
        elif isinstance(event, Phase):
            self._phase(event)
        elif isinstance(event, Trial):
            self._gap(event.t)  # the next windows have other settings

    def _device(self, name: str) -> Curve:
        """The throughput curve of a torch device, added where it is new."""
        lane = self._lanes[THROUGHPUT]
        known = lane.curves.get(name)
        return known or lane.add(name, text.device(self._machine, name), sensor_lanes.colour(name, self._machine))

    def _step(self, update: StepStarted) -> None:
        self._advance(update.t)
        self._gap(update.t)
        self._end_spans(update.t)
        name = text.band(update.step, update.model)
        if name:
            self._timeline.steps.append(Span(update.t, name))
        self._show_until(axis_ticks.span(update.t + min(update.remaining_s or 60, 60)))

    def _phase(self, phase: Phase) -> None:
        phases = self._timeline.phases
        if phases and phases[-1].end is None:
            phases[-1].end = phase.t
        names = {"warm-up": _("warm-up"), "measure": _("measuring"), "evaluate": _("test")}
        phases.append(Span(phase.t, names.get(phase.name, ""), shaded=phase.name in ("warm-up", "evaluate")))

    def _end_spans(self, t: float) -> None:
        for spans in (self._timeline.steps, self._timeline.phases):
            if spans and spans[-1].end is None:
                spans[-1].end = t

    def _gap(self, t: float) -> None:
        for curve in self._lanes[THROUGHPUT].curves.values():
            curve.series.gap(t)

    def _add_sample(self, key: str, t: float, value: float | None) -> None:
        if key.endswith(sensor_lanes.THROTTLE):
            self._add_mask(key, t, 0 if value is None else int(value))
            return
        if key not in self._targets:
            if value is None:
                return  # no curve before the first value
            self._targets[key] = self._target(key, sensor_lanes.sensor(key, self._machine))
        if target := self._targets[key]:
            target.curve.last = None if value is None else value / target.scale
            target.curve.series.add(t, target.curve.last)
            target.lane.stale = True

    def _add_mask(self, key: str, t: float, mask: int) -> None:
        """Add the values of a mask of throttle causes: each cause gets a row of marks when it first occurs."""
        for code, bits in sensor_lanes.CAUSES.items():
            name, on = f"{key}.{code}", bool(mask & bits)
            if on and name not in self._targets:
                self._targets[name] = self._target(name, sensor_lanes.cause(key, code, self._machine))
            if target := self._targets.get(name):
                row = float(list(target.lane.curves).index(name))
                if target.curve.last is not None:
                    target.curve.series.add(t, row)  # a sample holds until the next one
                target.curve.last = row if on else None
                target.curve.series.add(t, target.curve.last)
                target.lane.stale = True

    def _read(self, telemetry: stored_series.Telemetry, name: str = "") -> None:
        """Add all samples at once: those of one lane, or of all lanes that are shown."""
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
            elif not np.isnan(values).all() and (target := self._target(key, sensor)):
                self._targets[key] = target
                target.curve.series.extend(telemetry.t, values / sensor.scale)

    def _read_mask(self, key: str, t: Array, values: Array) -> None:
        mask = np.clip(np.nan_to_num(values), 0, 2**53).astype(np.int64)
        for code, bits in sensor_lanes.CAUSES.items():
            name, on = f"{key}.{code}", (mask & bits) != 0
            if on.any() and (target := self._target(name, sensor_lanes.cause(key, code, self._machine))):
                self._targets[name] = target
                row = float(len(target.lane.curves) - 1)
                target.curve.last = row if on[-1] else None
                target.curve.series.extend(*stored_series.mark_line(t, on, row))

    def _target(self, key: str, sensor: Sensor | None) -> Target | None:
        """A new curve for a sensor; None where it has no lane, or its lane has never been shown."""
        if sensor is None:
            return None
        if sensor.lane not in self._lanes and not self.choice.wants(sensor.lane):
            self.offer(sensor.lane)
            return None
        lane = self._lane_named(sensor.lane)
        return Target(lane, lane.add(key, sensor.name, sensor.colour, sensor.write), sensor.scale)

    def _lane_named(self, name: str) -> Lane:
        return self._lanes.get(name) or self.add_lane(
            name,
            LaneStyle(
                sensor_lanes.title(name),
                top=sensor_lanes.TOPS.get(name),
                marks=name == sensor_lanes.SLOWED,
                thickness=sensor_lanes.THICKNESS.get(name, 2.0),
            ),
        )

    def _advance(self, t: float) -> None:
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
        between = self._frame % FRAMES_PER_SENSOR != 0
        self.draw([lane for name, lane in self._lanes.items() if lane.stale and not (between and name != THROUGHPUT)])
