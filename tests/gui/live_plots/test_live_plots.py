"""The live picture: what arrives is drawn, what is unknown stays a gap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rigdyno.core.check.updates import MachineSeen, RunEnded, Sampled, StepStarted, WorkerSaid
from rigdyno.core.records.events import Phase, Trial, Window
from rigdyno.core.records.machine import Gpu, Machine, Reading, Sample
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.report import axis_ticks
from rigdyno.gui.live_plots.live_plots import LivePlots
from rigdyno.gui.live_plots.series import Series
from rigdyno.gui.theme import palette


def window(t: float, rate: float) -> WorkerSaid:
    return WorkerSaid("cpu", Window(t, 0.25, 1, int(rate * 0.25), 64, 0.2, warm=False))


def sampled(t: float, **values: float | None) -> Sampled:
    return Sampled(Sample(t, {name.replace("__", "."): value for name, value in values.items()}))


@pytest.fixture
def plots(qtbot, dressed):
    made = LivePlots()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.begin(log=False)
    made.show()
    return made


def drawn(plots: LivePlots, lane: str, key: str) -> tuple[np.ndarray, np.ndarray]:
    item = plots.lane(lane).curves[key].item
    return item.xData, item.yData


def test_a_series_grows_and_keeps_its_gaps():
    series = Series(capacity=4)
    for i in range(100):
        series.add(float(i), None if i == 50 else float(i))
    t, y = series.points(width=1000)
    assert len(series) == len(t) == 100
    assert math.isnan(y[50])
    assert not np.isnan(np.delete(y, 50)).any()
    assert (series.trough, series.peak) == (0.0, 99.0)


def test_a_gap_is_made_once():
    series = Series()
    series.gap(0.0)
    assert len(series) == 0, "nothing to lift the pen from"
    series.add(1.0, 5.0)
    series.gap(2.0)
    series.gap(3.0)
    assert len(series) == 2


def test_a_long_series_is_thinned_and_keeps_its_peaks():
    series = Series()
    for i in range(50_000):
        series.add(float(i), 1000.0 if i == 31_007 else 1.0)
    for i in range(50_000, 60_000):
        series.add(float(i), None)
    t, y = series.points(width=800)
    assert len(t) == len(y) < 2000
    assert np.nanmax(y) == 1000.0
    assert np.isnan(y[-5:]).all(), "a long gap stays one"


def test_an_unknown_value_is_a_gap_and_never_zero(plots):
    for t, value in enumerate((50.0, None, 60.0)):
        plots.handle(sampled(float(t), cpu__total=value))
    plots.finish()
    _, y = drawn(plots, "utilisation", "cpu.total")
    assert list(np.isnan(y)) == [False, True, False]
    assert not (y == 0).any()


def test_only_sensors_that_answer_get_a_lane(plots):
    plots.handle(sampled(0.0, cpu__total=1.0, cpu__clock=None, cpu__temperature=None, gpu__0__power=None))
    assert plots.lane("clock") is plots.lane("temperature") is plots.lane("power") is None
    plots.handle(sampled(1.0, cpu__temperature=61.0, cpu__core__0=100.0, memory__used=1e9))
    assert set(plots.lane("temperature").curves) == {"cpu.temperature"}


def test_a_gpu_has_one_colour_and_its_own_name(plots):
    plots.handle(MachineSeen(Machine({}, (Gpu("u", "p", {"gpu.name": Reading("RTX 9090", "NVML")}),))))
    plots.handle(sampled(0.0, gpu__0__utilization=98.0, gpu__0__power=320.0))
    curves = [plots.lane("utilisation").curves["gpu.0.utilization"], plots.lane("power").curves["gpu.0.power"]]
    assert {c.name for c in curves} == {"RTX 9090"}
    assert {c.colour(palette.LIGHT) for c in curves} == {palette.LIGHT.curves[1]}


def test_throughput_arrives_by_itself_and_runs_are_not_joined(plots, qtbot):
    plots.handle(StepStarted(0.0, "train", "cpu", 10.0, "small-cnn"))
    plots.handle(WorkerSaid("cpu", Phase(0.1, "warm-up")))
    for i in range(4):
        plots.handle(window(i / 4, 1000.0))
    plots.handle(WorkerSaid("cpu", Trial(1.0, 2, False, "fp32", 1000.0, 0.5)))
    plots.handle(window(1.25, 2000.0))
    qtbot.waitUntil(lambda: len(drawn(plots, "throughput", "cpu")[1]) == 6)
    t, y = drawn(plots, "throughput", "cpu")
    assert y[0] == pytest.approx(1000.0)
    assert list(np.isnan(y)) == [False] * 4 + [True, False]
    assert t[0] == pytest.approx(0.125), "a window stands at its middle"
    run = Run("train", Plan(), Rules(), 0.0, 1.5, "time-limit", "ACTIVE")
    plots.handle(RunEnded(run))
    assert plots._timeline.steps[-1].end == plots._timeline.phases[-1].end == 1.5


def test_a_new_check_begins_with_an_empty_picture(plots):
    plots.handle(window(0.0, 1000.0))
    plots.begin(log=True)
    assert not plots.lane("throughput").curves
    plots.handle(window(0.0, 10.0))
    plots.handle(window(1.0, 1e5))
    plots.finish()
    low, high = plots.lane("throughput").plot.getViewBox().viewRange()[1]
    assert low < 1
    assert high > 5, "powers of ten"


def test_ticks_are_round():
    assert [name for _, name in axis_ticks.linear(100, most=6)] == ["0", "20", "40", "60", "80", "100"]
    assert [name for _, name in axis_ticks.linear(100, most=2)] == ["0", "100"]
    assert [name for _, name in axis_ticks.decades(9, 117_000)[2]] == ["10", "100", "1,000", "10k", "100k"]
    assert axis_ticks.times(60)[-1] == (60.0, "60 s")
    assert axis_ticks.times(3600)[-1] == (3600.0, "60 min")
    assert len(axis_ticks.times(1e6)) <= 12
    assert axis_ticks.ceiling(0) == 1
    assert axis_ticks.ceiling(1700) == 2000
    assert axis_ticks.span(16) == 20


def test_dark_reaches_every_lane(plots, qapp):
    from rigdyno.gui.shell import app

    plots.handle(window(0.0, 1000.0))
    app.dress(qapp, palette.DARK)
    assert plots.lane("throughput").plot.backgroundBrush().color().name() == palette.DARK.surface
    pen = plots.lane("throughput").curves["cpu"].item.opts["pen"]
    assert pen.color().name() == palette.DARK.curves[0]
