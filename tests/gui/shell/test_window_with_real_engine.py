"""The whole window with the real engine: it trains in a child, shows it live, stops, breaks and goes on."""

from __future__ import annotations

import functools
import subprocess
import sys
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from rigdyno.core.check import check
from rigdyno.core.check.updates import Concluded, MachineSeen, WorkerSaid
from rigdyno.core.records.events import Window
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.store.history import History
from rigdyno.gui.shell.main_window import CHECK, VERDICT
from rigdyno.gui.theme import palette

LONG = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=60, threads=1))
SHORT = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=0.5, threads=1, data="synthetic"))


def is_window(update) -> bool:
    return isinstance(update, WorkerSaid) and isinstance(update.event, Window)


def wait_for(qtbot, window, check, act):
    """Do `act` and wait for the update that `check` is for; returns it."""
    with qtbot.waitSignal(window.bridge.updated, check_params_cb=check) as blocker:
        act()
    return blocker.args[0]


def wait_for_end(qtbot, window, act):
    """Do `act` and wait until the check is over; returns its result."""
    concluded = []
    window.bridge.updated.connect(lambda u: concluded.append(u.result) if isinstance(u, Concluded) else None)
    with qtbot.waitSignal(window.bridge.running_changed, check_params_cb=lambda on: not on):
        act()
    return concluded[0]


def shown(page) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def points(window, lane: str, key: str) -> int:
    found = window.check_page.plots.lane(lane)
    return len(found.curves[key].series) if found and key in found.curves else 0


def test_the_machine_is_there_before_torch_answers(window, qtbot):
    first = wait_for(qtbot, window, lambda u: isinstance(u, MachineSeen), window.bridge.inspect)
    assert first.machine.torch is None
    qtbot.waitUntil(lambda: "Asking the training process" in shown(window.check_page.machine))
    wait_for(qtbot, window, lambda u: isinstance(u, MachineSeen) and u.machine.torch is not None, lambda: None)
    qtbot.waitUntil(lambda: "Asking" not in shown(window.check_page.machine))
    assert list(window.check_page.start_card.form.devices) == ["cpu"]


@pytest.mark.slow
def test_a_training_is_shown_live_and_cancelled(window, qtbot, home):
    page = window.check_page
    page.start_card.choose("custom")
    page.start_card.form.inputs["seconds"].setValue(60)
    page.start_card.form.inputs["threads"].setValue(1)
    wait_for(qtbot, window, is_window, lambda: qtbot.mouseClick(page.start_card.start, Qt.MouseButton.LeftButton))
    assert page.run_panel.isVisible()
    assert not page.start_card.isVisible()
    qtbot.waitUntil(lambda: points(window, "throughput", "cpu") > 3 and points(window, "utilisation", "cpu.own") > 3)
    qtbot.waitUntil(lambda: "images/s" in page.run_panel.speeds["cpu"].number.text)
    qtbot.waitUntil(lambda: "left" in page.run_panel.left.text)
    qtbot.waitUntil(lambda: len(page.plots.lane("throughput").curves["cpu"].item.yData) > 3)

    asked = time.perf_counter()
    result = wait_for_end(qtbot, window, lambda: qtbot.mouseClick(page.run_panel.cancel, Qt.MouseButton.LeftButton))
    assert time.perf_counter() - asked < 30, "long before the 60 s that it would have trained"
    assert result.status == "partial"
    assert result.runs[0].windows
    assert History(home).entries()[0].status == "partial"
    qtbot.waitUntil(lambda: "You stopped this check" in shown(page))
    assert page.start_card.start.isVisible()
    assert window.page == CHECK

    again = wait_for_end(qtbot, window, lambda: window.start(SHORT))
    assert again.status == "complete"
    qtbot.waitUntil(lambda: "images/s" in shown(page.outcome))


@pytest.mark.faults
@pytest.mark.parametrize(
    "fault",
    ["killed", *(pytest.param(f, marks=pytest.mark.slow) for f in ("out of memory", "garbage", "never answers"))],
)
def test_a_broken_worker_leaves_a_message_and_a_window_that_works(window, qtbot, home, faulty, fault):
    broken = faulty(fault)
    result = wait_for_end(qtbot, window, lambda: window.start(LONG))
    assert result.status == "partial"
    assert result.runs[0].failure.code == broken.code
    assert len(result.runs[0].windows) == 3
    qtbot.waitUntil(lambda: broken.said in shown(window.check_page.outcome))
    assert History(home).load(result.id) == result
    broken.mend()
    assert wait_for_end(qtbot, window, lambda: window.start(SHORT)).status == "complete"


def test_a_plan_that_cannot_run_is_refused_in_words(window, qtbot):
    plan = CheckPlan("custom", ("train",), ("cpu",), Plan(depth=7))
    with qtbot.waitSignals([window.bridge.running_changed, window.bridge.refused]):
        window.start(plan)
    qtbot.waitUntil(lambda: "Depth: 7 blocks" in shown(window.check_page.outcome))
    assert window.check_page.start_card.start.isVisible()


def test_a_failure_in_the_engine_is_told_and_survived(window, qtbot, monkeypatch, capsys):
    from rigdyno.core.check import check

    def broken(self):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(check.Check, "run", broken)
    with qtbot.waitSignal(window.bridge.broke):
        window.start(SHORT)
    qtbot.waitUntil(lambda: "the disk is on fire" in shown(window.check_page.outcome))
    assert window.check_page.start_card.start.isVisible()
    assert not window.bridge.running
    assert "Traceback" in capsys.readouterr().err, "the trace is for the terminal"


def test_a_look_without_an_answer_is_told(window, qtbot, monkeypatch):
    from rigdyno.core.check import inspection
    from rigdyno.core.records.events import Failure
    from rigdyno.core.session.worker_session import SessionError

    def silent(listener):
        raise SessionError(Failure("torch-missing", "No module named 'torch'"))

    monkeypatch.setattr(inspection, "look", silent)
    with qtbot.waitSignal(window.bridge.unanswered):
        window.bridge.inspect()
    qtbot.waitUntil(lambda: "No module named 'torch'" in shown(window.check_page))


def test_closing_in_the_middle_keeps_what_was_measured(window, qtbot, home):
    wait_for(qtbot, window, is_window, lambda: window.start(LONG))
    result = wait_for_end(qtbot, window, window.close_without_asking)
    assert result.status == "partial"
    assert History(home).entries()[0].id == result.id
    assert not window.isVisible()


def test_the_keyboard_turns_pages(window, qtbot):
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page == VERDICT)
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page == CHECK)


def test_nothing_is_cut_off_on_a_small_screen(window, qtbot):
    window.check_page.start_card.choose("custom")
    window.resize(683, 384)  # 1366x768 at 200 %
    qtbot.waitUntil(lambda: window.width() == 683)
    for page in (CHECK, VERDICT):
        window.show_page(page)
        area = window.check_page._area if page == CHECK else window.verdict_page._area
        qtbot.waitUntil(lambda area=area: area.horizontalScrollBar().maximum() == 0)


def test_the_window_changes_its_colours_as_it_runs(window, qapp):
    from rigdyno.gui.shell import app

    app.dress(qapp, palette.DARK)
    assert palette.of(window.check_page) is palette.DARK
    image = window.grab().toImage()
    assert image.pixelColor(image.width() - 3, image.height() // 2).name() == palette.DARK.window


def test_the_windows_process_loads_only_what_it_shows():
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from rigdyno.gui.shell import app\n"
        "from rigdyno.gui.bridge.user_settings import Settings\n"
        "from rigdyno.gui.bridge.check_bridge import Bridge\n"
        "from rigdyno.gui.shell.main_window import MainWindow\n"
        "settings = Settings(None)\n"
        "application = app.prepare(QApplication([]), settings)\n"
        "window = MainWindow(Bridge(), settings)\n"
        "window.show()\n"
        "window.grab()\n"
        "print(*sys.modules, sep='\\n')\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.splitlines())
    assert "rigdyno.gui.shell.main_window" in loaded
    assert not loaded & {
        "torch",
        "numpy",
        "pyqtgraph",
        "msgspec",
        "sqlite3",
        "psutil",
        "pynvml",
        "rigdyno.core.check.check",
    }


@pytest.mark.slow
def test_the_windows_process_imports_no_torch_even_while_it_trains(home):
    """In a process of its own: other tests have imported torch into this one."""
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from rigdyno.core.records.plan import CheckPlan, Plan\n"
        "from rigdyno.core.check.updates import RunEnded\n"
        "from rigdyno.gui.shell import app\n"
        "from rigdyno.gui.bridge.user_settings import Settings\n"
        "settings = Settings(None)\n"
        "application = app.prepare(QApplication([]), settings)\n"
        "window = app.open_window(settings)\n"
        "ended = []\n"
        "window.bridge.updated.connect(lambda u: ended.append(u.run) if isinstance(u, RunEnded) else None)\n"
        "window.bridge.running_changed.connect(lambda on: None if on else application.quit())\n"
        "plan = Plan(seconds=0.5, threads=1, data='synthetic')\n"
        "window.start(CheckPlan('custom', ('train',), ('cpu',), plan))\n"
        "application.exec()\n"
        "assert ended and ended[0].failure is None and ended[0].windows\n"
        "print('torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=200, check=False)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_second_device_is_drawn_beside_the_processor(window, qtbot, home, dyno, monkeypatch):
    """The processor and another device that torch trains on: two curves over one axis, each with its name."""
    command = dyno.command(LAUNCH_US=100, NAME="Test GPU")
    monkeypatch.setattr(check, "Check", functools.partial(check.Check, command=command))
    page = window.check_page
    plan = CheckPlan("custom", ("train",), ("cpu", "dyno:0"), Plan(seconds=1, threads=1, data="synthetic", depth=1))
    result = wait_for_end(qtbot, window, lambda: window.start(plan))
    assert [run.plan.device for run in result.runs if not run.failure] == ["cpu", "dyno:0"]
    assert result.machine.device("dyno:0").name == "Test GPU"
    lane = page.plots.lane("throughput")
    assert set(lane.curves) == {"cpu", "dyno:0"}
    assert min(points(window, "throughput", device) for device in lane.curves) > 3
    assert lane.curves["dyno:0"].name == "Test GPU"
    colours = {lane.curves[device].colour(palette.of(lane)) for device in lane.curves}
    assert len(colours) == 2
