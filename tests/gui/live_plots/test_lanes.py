"""What a reader does with the picture: hides lanes, points at a moment, zooms a stored result, reads it as text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from rigdyno.core.check.updates import Concluded, MachineSeen, Sampled, StepStarted, WorkerSaid
from rigdyno.core.records.events import Phase, Trial, Window
from rigdyno.core.records.machine import Gpu, Machine, Reading, Sample
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import Result, Run
from rigdyno.core.report import axis_ticks
from rigdyno.gui.live_plots import sensor_lanes
from rigdyno.gui.live_plots.live_plots import LivePlots
from rigdyno.gui.live_plots.series import Series
from rigdyno.gui.words import text

GIB = 2.0**30
GPU = Machine({}, (Gpu("u", "p", {"gpu.name": Reading("RTX 9090", "NVML")}),))


def telemetry(count: int, silent: range = range(0)) -> tuple[Sample, ...]:
    """Four samples a second of two cores and a GPU, which is hot from the tenth to the nineteenth sample."""
    made = []
    for i in range(count):
        values = {
            "cpu.total": 50.0 + i % 2, "cpu.core.0": 100.0, "cpu.core.1": float(i % 2), "memory.used": 4 * GIB,
            "cpu.clock": None, "gpu.0.power": None if i in silent else 100.0 + i % 7,
            "gpu.0.throttle": float(0x20 if 10 <= i < 20 else 0),
        }  # fmt: skip
        made.append(Sample(i / 4, values))
    return tuple(made)


def result(samples: tuple[Sample, ...]) -> Result:
    """Two runs of the CPU, ten windows each, with a setting tried in the middle of the first."""
    runs = []
    for number, task in enumerate(("tune", "train")):
        begin = 3.0 * number
        windows = tuple(Window(begin + i / 4, 0.25, 1, 250 * (number + 1), 64, 0.2, False) for i in range(10))
        phases = (Phase(begin, "warm-up"), Phase(begin + 1, "measure"))
        trials = (Trial(begin + 1.25, 2, False, "fp32", 1000.0, None),) if task == "tune" else ()
        run = Run(task, Plan(), Rules(), begin, begin + 2.5, "time-limit", "ACTIVE", windows, trials, phases=phases)
        runs.append(run)
    plan = CheckPlan("custom", ("train",))
    return Result(1, "id", "2026-11-23T05:48:41+00:00", "0.1.0", "complete", GPU, plan, tuple(runs), samples)


@pytest.fixture
def plots(qtbot, dressed):
    made = LivePlots()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def said(plots: LivePlots, lane: str) -> list[str]:
    return [words for _, words in plots.lane(lane).legend.entries]


def middle(plots: LivePlots, lane: str = "throughput") -> QPoint:
    """A pixel in the middle of the time axis."""
    plot = plots.lane(lane).plot
    area = plot.getViewBox().sceneBoundingRect()
    return QPoint(round(area.center().x()), plot.height() // 2)


def turn(plots: LivePlots, notches: float) -> bool:
    """Turn the wheel over the middle; returns whether the picture used it."""
    viewport = plots.lane("throughput").plot.viewport()
    at = QPointF(middle(plots))
    event = QWheelEvent(
        at, QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
    return event.isAccepted()


def test_a_stored_result_is_drawn_as_the_live_check_was(plots):
    stored = result(telemetry(40, silent=range(20, 24)))
    live = LivePlots()
    live.resize(900, 700)
    live._machine = GPU
    live.begin(log=False)
    for run in stored.runs:
        live.handle(StepStarted(run.started, run.task, "cpu", 5.0))
        for event in sorted((*run.windows, *run.trials, *run.phases), key=lambda e: e.t):
            live.handle(WorkerSaid("cpu", event))
    for sample in stored.telemetry:
        live.handle(Sampled(sample))
    live.handle(Concluded(stored, ""))
    plots.show_result(stored)
    assert plots._lanes.keys() == live._lanes.keys() == {"throughput", "utilisation", "memory", "power", "slowed"}
    for name, lane in plots._lanes.items():
        other = live.lane(name)
        assert lane.curves.keys() == other.curves.keys()
        for key, curve in lane.curves.items():
            t, y = curve.series.points(10_000)
            kept = ~np.isnan(y)
            seen_t, seen = other.curves[key].series.points(10_000)
            assert np.array_equal(y[kept], seen[~np.isnan(seen)]), (name, key)
            assert np.array_equal(t[kept], seen_t[~np.isnan(seen)]), (name, key)
    assert [s.name for s in plots._timeline.steps] == [s.name for s in live._timeline.steps] == ["Settings", "Training"]
    assert plots.accessibleDescription() == live.accessibleDescription()
    live.deleteLater()


def test_runs_settings_and_silence_are_gaps_in_a_stored_result(plots):
    plots.show_result(result(telemetry(40, silent=range(20, 24))))
    rate = plots.lane("throughput").curves["cpu"].series
    assert rate.at(1.0) == 1000.0
    assert rate.at(2.8) is None, "between the runs"
    assert rate.at(3.5) == 2000.0
    assert plots.lane("power").curves["gpu.0.power"].series.at(5.4) is None


def test_a_result_without_sensors_or_with_broken_times_is_shown(plots):
    plots.show_result(result(()))
    assert plots.lane("memory") is None
    shuffled = list(telemetry(40))
    shuffled.reverse()
    shuffled += [replace(shuffled[0], t=1e300), replace(shuffled[0], t=-5.0)]
    plots.show_result(result(tuple(shuffled)))
    t, _ = plots.lane("utilisation").curves["cpu.total"].series.points(10_000)
    assert len(t) == 40
    assert (np.diff(t) > 0).all()
    assert plots.pointer.end == pytest.approx(39 / 4)


def test_what_slows_a_gpu_down_is_marked_with_its_name(plots):
    plots.show_result(result(telemetry(40)))
    lane = plots.lane("slowed")
    assert [c.name for c in lane.curves.values()] == ["heat"]
    (heat,) = lane.curves.values()
    assert [heat.series.at(t) for t in (2.4, 2.6, 4.9, 5.1)] == [None, 0.0, 0.0, None]
    assert lane.backdrop.rows == [(0.0, "heat")]
    assert "GPU slowed down by heat" in plots.accessibleDescription()


def test_the_bits_of_a_mask_have_their_rows():
    t = np.array([0.0, 1.0, 2.0])
    series = Series()
    from rigdyno.gui.live_plots import stored_series

    series.extend(*stored_series.mark_line(t, np.array([True, False, True]), 1.0))
    assert [series.at(x) for x in (0.5, 1.5)] == [1.0, None]
    assert sensor_lanes.CAUSES["heat"] == 0x60
    assert set(sensor_lanes.CAUSES) == {"power-limit", "hardware", "heat", "power-brake"}
    named = sensor_lanes.cause("gpu.1.throttle", "heat", replace(GPU, gpus=GPU.gpus * 2))
    assert named.name == "RTX 9090 (1): heat", "which one, where there are several"


def test_a_lane_is_hidden_and_comes_back_with_what_it_missed(plots, qtbot):
    plots.begin(log=False)
    chips = plots.choice.buttons
    assert chips["utilisation"].isVisible()
    assert not chips["memory"].isVisible(), "nothing to show"
    assert not chips["cores"].isChecked(), "only on demand"
    for sample in telemetry(8):
        plots.handle(Sampled(sample))
    assert plots.lane("cores") is None, "costs nothing before it is wanted"
    assert chips["cores"].isVisible()
    qtbot.mouseClick(chips["cores"], Qt.MouseButton.LeftButton)
    for sample in telemetry(12)[8:]:
        plots.handle(Sampled(sample))
    cores = plots.lane("cores")
    assert set(cores.curves) == {"cpu.core.0", "cpu.core.1"}
    assert len(cores.curves["cpu.core.1"].series) == 12, "also what came before"
    assert cores.isVisible()

    qtbot.keyClick(chips["memory"], Qt.Key.Key_Space)
    assert not plots.lane("memory").isVisible()
    plots.begin(log=False)
    plots.handle(Sampled(telemetry(1)[0]))
    assert plots.lane("memory") is None, "the choice outlives the check"
    assert plots.lane("cores") is not None


def test_what_a_gpu_does_not_report_is_said_with_its_reason(plots):
    lost = {f"gpu.{n}.{key}": "the GPU is lost" for n in (0, 1) for key in ("power", "throttle", "margin")}
    split = {"gpu.1.utilization": "not reported while the GPU is split (MIG)"}
    plots.handle(MachineSeen(replace(GPU, gpus=GPU.gpus * 2)))
    plots.begin(log=False)
    plots.handle(Sampled(telemetry(1)[0]))
    assert not plots.missing.isVisible()
    plots.handle(Sampled(telemetry(1)[0], lost))
    assert plots.missing.text() == "RTX 9090 (0), RTX 9090 (1) · Power, GPU slowed down by: the GPU is lost"
    assert plots.missing.isVisible()
    assert plots._column.indexOf(plots.missing) == plots._column.count() - 1, "below all lanes"
    plots.show_result(replace(result(telemetry(8)), machine=plots._machine, silent=lost | split))
    assert "; RTX 9090 (1) · Utilisation: not reported while the GPU is split (MIG)" in plots.missing.text()
    plots.show_result(result(telemetry(8)))
    assert not plots.missing.isVisible(), "another check, of which all is known"


def test_a_choice_is_taken_over(plots):
    plots.choice.hidden = {"power", "clock"}
    assert plots.choice.hidden == {"power", "clock"}
    plots.show_result(result(telemetry(8)))
    assert plots.lane("power") is None
    assert plots.lane("cores") is not None


def test_the_order_of_the_lanes_does_not_depend_on_who_answers_first(plots):
    plots.begin(log=False)
    plots.handle(
        Sampled(Sample(0.0, {"cpu.temperature": 50.0, "gpu.0.power": 9.0, "memory.used": GIB, "cpu.clock": 1e3}))
    )
    lanes = [plots._lanes[n] for n in ("throughput", "utilisation", "memory", "power", "clock", "temperature")]
    places = [plots._column.indexOf(lane) for lane in lanes]
    assert places == sorted(places)
    assert [lane.plot.getAxis("bottom").style["showValues"] for lane in lanes] == [False] * 5 + [True]
    plots.choice.buttons["temperature"].click()
    assert plots.lane("clock").plot.getAxis("bottom").style["showValues"], "now the lowest"


def test_memory_is_in_the_unit_that_was_chosen(plots, monkeypatch):
    monkeypatch.setattr(text.words, "decimal_memory", True)
    plots.show_result(result(telemetry(4)))
    lane = plots.lane("memory")
    assert lane.lane_style.title == "Memory · GB"
    assert lane.curves["memory.used"].series.peak == pytest.approx(4 * GIB / 1e9)


def test_the_mouse_shows_the_values_of_its_moment(plots, qtbot):
    plots.show_result(result(telemetry(41)))
    viewport = plots.lane("power").plot.viewport()
    assert said(plots, "power") == ["RTX 9090"], "nothing is the latest value of a stored result"
    qtbot.mouseMove(viewport, middle(plots, "power"))
    qtbot.waitUntil(lambda: plots.lane("throughput").line.isVisible())
    t = plots.pointer.moment
    assert t == pytest.approx(5.0, abs=0.02)
    assert said(plots, "power") == [f"RTX 9090  {100 + round(4 * t) % 7} W"]
    assert said(plots, "utilisation") == ["whole processor  50 %"]
    assert said(plots, "throughput")[0].endswith("2,000")
    assert said(plots, "slowed") == ["heat"] or t >= 5.0
    assert plots.lane("throughput").legend.moment == axis_ticks.moment(t)
    assert {lane.line.value() for lane in plots._lanes.values()} == {t}, "one line through all of them"
    qtbot.mouseMove(viewport, QPoint(2, 5))
    qtbot.waitUntil(lambda: not plots.lane("power").line.isVisible())
    assert said(plots, "power") == ["RTX 9090"]


def test_nothing_is_done_while_nobody_points(plots, qtbot):
    plots.show_result(result(telemetry(8)))
    qtbot.waitUntil(lambda: not plots._moved.isActive())  # it may have become higher
    assert not plots._timer.isActive()
    assert not any(lane.line.isVisible() for lane in plots._lanes.values())


def test_the_keyboard_points_too_and_escape_is_not_cancel(qtbot, dressed):
    window = QWidget()
    plots, cancel = LivePlots(), QPushButton("Cancel")
    cancel.setShortcut(Qt.Key.Key_Escape)
    column = QVBoxLayout(window)
    column.addWidget(plots)
    column.addWidget(cancel)
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    plots.show_result(result(telemetry(41)))
    summary = plots.accessibleDescription()
    cancelled = []
    cancel.clicked.connect(lambda: cancelled.append(True))
    with qtbot.waitActive(window):
        window.activateWindow()
    plots.setFocus()
    qtbot.keyClick(plots, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: plots.lane("power").line.isVisible())
    first = plots.pointer.moment
    assert "RTX 9090  10" in plots.accessibleDescription(), "a screen reader hears the values"
    qtbot.keyClick(plots, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert plots.pointer.moment < first
    qtbot.keyClick(plots, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not plots.lane("power").line.isVisible())
    assert plots.accessibleDescription() == summary
    assert not cancelled
    qtbot.keyClick(plots, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(cancelled))


def test_wheel_and_drag_move_all_lanes_of_a_finished_picture(plots, qtbot):
    plots.show_result(result(telemetry(401)))
    whole = (plots.pointer.left, plots.pointer.right)
    assert whole == (0.0, 100.0)
    assert not turn(plots, -1), "all of it is there already: the page may scroll"
    assert turn(plots, 3)
    left, right = plots.pointer.left, plots.pointer.right
    assert right - left == pytest.approx(100 * 0.8**3)
    assert (left + right) / 2 == pytest.approx(50, abs=0.5), "what is under the mouse stays there"
    viewport = plots.lane("throughput").plot.viewport()
    start = middle(plots)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    assert viewport.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    qtbot.mouseMove(viewport, start + QPoint(100, 0))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton)
    assert viewport.cursor().shape() == Qt.CursorShape.OpenHandCursor
    assert plots.pointer.left < left, "dragged to the right, what is earlier comes into view"
    qtbot.waitUntil(lambda: plots.lane("power").plot.viewRange()[0][0] == pytest.approx(plots.pointer.left))
    views = {tuple(lane.plot.viewRange()[0]) for lane in plots._lanes.values()}
    assert len(views) == 1
    qtbot.keyClick(plots, Qt.Key.Key_0)
    assert (plots.pointer.left, plots.pointer.right) == whole
    for _ in range(40):
        qtbot.keyClick(plots, Qt.Key.Key_Plus)
    assert plots.pointer.right - plots.pointer.left == pytest.approx(5.0), "no shorter than sensors can tell"


def test_a_picture_that_grows_cannot_be_moved(plots):
    plots.begin(log=False)
    assert not turn(plots, 3)
    assert (plots.pointer.left, plots.pointer.right) == (0.0, axis_ticks.span(0))


def test_a_zoomed_series_has_its_own_points_and_one_beyond_each_end():
    series = Series()
    t = np.arange(100_000) / 4
    series.extend(t, np.where(t == 20_000, 1000.0, 1.0))
    whole, peaks = series.points(800)
    assert len(whole) < 2000
    assert peaks.max() == 1000.0
    near, values = series.points(800, 19_990.0, 20_010.0)
    assert (near[0], near[-1]) == (19_989.75, 20_010.0)
    assert values.max() == 1000.0
    assert len(near) < 90
    assert series.median() == 1.0


def test_times_are_written_as_people_read_them():
    assert [name for _, name in axis_ticks.times(20, 10)] == [f"{n} s" for n in range(10, 21)]
    assert [name for _, name in axis_ticks.times(5420, 5395)][:2] == ["89:55 min", "90:00 min"]
    assert [name for _, name in axis_ticks.times(20_000, 17_000)][:2] == ["4:45 h", "4:50 h"]
    assert axis_ticks.moment(7.25) == "7.2 s"
    assert axis_ticks.moment(125) == "2:05 min"
    assert axis_ticks.moment(3725) == "1:02:05 h"
    assert [name for _, name in axis_ticks.linear(6, most=2)] == ["0", "5"], "an axis with one number tells nothing"


def test_a_result_of_100_000_samples_draws_no_more_than_the_screen_shows(plots):
    plots.show_result(result(tuple(Sample(i / 4, {"cpu.total": float(i % 97)}) for i in range(100_000))))
    curve = plots.lane("utilisation").curves["cpu.total"]
    assert len(curve.series) == 100_000
    for share in (1.0, 0.5, 0.01):
        plots.pointer.zoom(float("inf"), 0.0)
        plots.pointer.zoom(share, 12_500.0)
        plots.catch_up()
        assert 100 < len(curve.item.xData) < 2 * plots.width()
        assert curve.item.xData[0] <= plots.pointer.left
        assert curve.item.xData[-1] >= plots.pointer.right - 60


def test_drawing_again_and_again_leaves_nothing_behind(plots):
    """The benchmark (i) looks at the memory itself."""
    plots.show_result(result(telemetry(400)))
    plots.pointer.zoom(0.2, 0.0)

    def held() -> tuple[int, int]:
        return (
            sum(len(lane.plot.scene().items()) for lane in plots._lanes.values()),
            sum(len(lane.curves) for lane in plots._lanes.values()),
        )

    before = held()
    for _ in range(200):
        if not plots.pointer.move(1.0):
            plots.pointer.move(-100.0)
        plots.pointer.point(plots.pointer.left + 1)
        plots.catch_up()
    assert held() == before


def test_a_picture_that_grows_wider_shows_more(plots, qtbot):
    plots.resize(400, 700)
    plots.show_result(result(tuple(Sample(i / 4, {"cpu.total": float(i % 97)}) for i in range(100_000))))
    narrow = len(plots.lane("utilisation").curves["cpu.total"].item.xData)
    plots.resize(1200, 700)
    qtbot.waitUntil(lambda: len(plots.lane("utilisation").curves["cpu.total"].item.xData) > 2 * narrow)
