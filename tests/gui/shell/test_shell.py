"""The program around its pages: first start, one instance, closing, errors, and pages that are built anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from rigdyno.core.check.updates import Concluded, MachineSeen, WorkerSaid
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.store import error_log, result_files
from rigdyno.core.store.history import History
from rigdyno.gui.bridge.check_bridge import Bridge
from rigdyno.gui.bridge.user_settings import Settings
from rigdyno.gui.shell import error_dialog
from rigdyno.gui.shell.main_window import CHECK, COMPARE, VERDICT, WELCOME, MainWindow
from rigdyno.gui.shell.single_instance import SingleInstance
from rigdyno.gui.widgets.input_fields import RealEdit

from tests.core.builders import result
from tests.gui.builders import shown

SECOND = (
    "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication; "
    "from rigdyno.gui.shell.single_instance import SingleInstance; app = QCoreApplication([]); "
    "folder, *files = map(Path, sys.argv[1:]); "
    "sys.stdout.write(str(SingleInstance(folder).alone(files)))"
)
LONG = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=60, threads=1))
PATIENCE_S = 200


# --- the first start


def test_the_first_start_says_what_will_happen_and_only_once(qtbot, dressed, home):
    fresh = Settings(home / "fresh")
    window = MainWindow(Bridge(), fresh)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    assert window.page == WELCOME
    assert "About a minute" in shown(window.welcome_page)
    assert "Rigdyno opens no connection" in shown(window.welcome_page)
    qtbot.waitUntil(lambda: window.welcome_page.begin.height() > 10)
    qtbot.mouseClick(window.welcome_page.begin, Qt.MouseButton.LeftButton)
    assert window.page == CHECK
    again = MainWindow(Bridge(), Settings(home / "fresh"))
    qtbot.addWidget(again)
    assert again.page == CHECK


# --- pages that are built anew


def change_language(window, qtbot) -> None:
    window.settings.choose("language", "es")
    qtbot.waitUntil(lambda: "¿Para qué basta este equipo?" in shown(window.check_page))


def test_a_training_by_itself_is_still_shown_in_another_language(window, qtbot, machine, judged):
    alone = replace(judged, verdict=None, plan=CheckPlan("custom", ("train",)))
    window.bridge.updated.emit(MachineSeen(machine))
    window.bridge.updated.emit(Concluded(judged))
    window.bridge.updated.emit(Concluded(alone))
    window.show_page(CHECK)
    change_language(window, qtbot)
    qtbot.waitUntil(lambda: "imágenes/s" in shown(window.check_page.outcome))
    window.show_page(VERDICT)
    qtbot.waitUntil(lambda: "Escenario 1 de 4" in shown(window.verdict_page)), "the verdict of the check before"
    assert window.explore_page.result == alone


def test_a_silent_engine_is_still_told_in_another_language(window, qtbot, machine):
    window.bridge.updated.emit(MachineSeen(replace(machine, torch=None)))
    window.bridge.unanswered.emit("PyTorch did not answer: it is gone")
    change_language(window, qtbot)
    assert "it is gone" in shown(window.check_page)


def test_what_was_typed_is_still_there_in_another_language(window, qtbot, machine, judged):
    window.bridge.updated.emit(MachineSeen(machine))
    window.bridge.updated.emit(Concluded(judged))
    window.show_page(CHECK)
    card = window.check_page.start_card
    card.choose("custom")
    card.form.inputs["batch"].setValue(96)
    card.form.inputs["optimizer"].set_value("sgd")
    window.verdict_page.price_card.fields["price"].setValue(1234)
    plan = card.plan()
    with qtbot.waitActive(window):
        window.activateWindow()
    card.form.inputs["batch"].setFocus()
    change_language(window, qtbot)
    assert window.check_page.start_card.plan() == plan
    assert window.verdict_page.price_card.fields["price"].value() == 1234
    assert window.check_page.start_card.form.inputs["batch"].hasFocus()


def test_a_window_that_has_gone_is_not_built_anew(dressed, home):
    window = MainWindow(Bridge(), Settings(home / "fresh"))
    window.settings.choose("memory", "GB")
    shiboken6.delete(window)
    QApplication.processEvents()  # an error in a call that was still to come fails the test


# --- closing


@pytest.fixture
def busy(window, qtbot):
    """A window in the middle of a training."""
    with qtbot.waitSignal(window.bridge.updated, check_params_cb=lambda u: isinstance(u, WorkerSaid)):
        window.start(LONG)
    return window


def test_closing_in_the_middle_asks_and_escape_goes_on(busy, qtbot):
    busy.close()
    question = busy.question
    qtbot.waitUntil(question.isVisible)
    assert "Stop it and close?" in question.text()
    busy.close()
    assert busy.question is question, "one question is enough"
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: busy.question is None)
    assert busy.bridge.running
    assert busy.isVisible()
    with qtbot.waitSignal(busy.bridge.running_changed, check_params_cb=lambda on: not on):
        busy.bridge.cancel()


def test_closing_in_the_middle_stops_the_child_when_told_so(busy, qtbot):
    busy.close()
    stop = next(b for b in busy.question.buttons() if busy.question.buttonRole(b) == QMessageBox.ButtonRole.AcceptRole)
    with qtbot.waitSignal(busy.bridge.running_changed, check_params_cb=lambda on: not on):
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not busy.isVisible()


def test_the_end_of_the_session_asks_nothing(busy, qtbot):
    with qtbot.waitSignal(busy.bridge.running_changed, check_params_cb=lambda on: not on):
        busy.close_without_asking()
    assert busy.question is None
    assert not busy.isVisible()


# --- one instance


PROGRAM = (
    "import sys; from pathlib import Path; "
    "from rigdyno.gui.shell.app import run; sys.exit(run([*map(Path, sys.argv[1:])]))"
)


@pytest.fixture
def started(home):
    """Starts the real program; what is left of it is ended."""
    running: list[subprocess.Popen] = []
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "RIGDYNO_HOME": str(home)}

    def start(*files: Path) -> subprocess.Popen:
        command = [sys.executable, "-c", PROGRAM, *map(str, files)]
        running.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE))
        return running[-1]

    yield start
    for child in running:
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
        child.communicate()


@pytest.mark.faults
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_second_start_raises_the_first_and_a_killed_one_is_no_obstacle(started, home, qtbot, qapp):
    first = started()
    wait_for_server(home, qtbot)
    assert started().wait(PATIENCE_S) == 0, "the first one answers"
    assert first.poll() is None
    file = home.parent / "of a friend.rigdyno"
    file.write_bytes(result_files.to_json(result(7)))
    assert started(file).wait(PATIENCE_S) == 0, "as a file manager opens it"
    qtbot.waitUntil(lambda: [entry.id for entry in History(home).entries()] == ["id7"])
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE_S)
    third = started()
    wait_for_server(home, qtbot)
    assert third.poll() is None, "the lock of the dead one is taken over"
    third.send_signal(signal.SIGTERM)
    assert third.wait(PATIENCE_S) == 0


def wait_for_server(folder: Path, qtbot) -> None:
    """Until the window of this folder answers."""
    qtbot.waitUntil(lambda: (folder / "window.lock").exists() and SingleInstance(folder)._raise_other([]))


def test_the_window_comes_to_the_front(window, qtbot):
    window.showMinimized()
    window.bring_to_front()
    qtbot.waitUntil(lambda: window.isVisible() and not window.isMinimized())


def test_files_of_a_second_start_are_shown_in_the_first(window, home, qtbot, tmp_path):
    first = SingleInstance(home)
    assert first.alone()
    first.listen()
    first.asked.connect(window.bring_to_front)
    good, bad = tmp_path / "a friend's ñ.rigdyno", tmp_path / "no result.json"
    good.write_bytes(result_files.to_json(result(7)))
    bad.write_text("[]")
    with qtbot.waitSignal(first.asked) as asked:
        # from a process of its own: both ends in one thread would wait for each other
        told = [sys.executable, "-c", SECOND, str(home), str(good), str(bad)]
        second = subprocess.Popen(told, stdout=subprocess.PIPE)
    assert second.communicate()[0] == b"False"
    assert asked.args == [[good, bad]]
    assert window.page == COMPARE
    assert [entry.id for entry in History(home).entries()] == ["id7"]
    assert "no result.json" in window.compare_page.said.text()


def test_a_double_click_on_macos_is_an_event():
    script = (
        "from PySide6.QtCore import QUrl; from PySide6.QtGui import QFileOpenEvent; "
        "from rigdyno.gui.shell.app import Application; app = Application([]); "
        "app.opened.connect(lambda f: print(*f)); "
        "app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile('/tmp/a b.rigdyno')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert told.stdout == "/tmp/a b.rigdyno\n"


def test_without_a_folder_every_start_has_its_window(qapp):
    assert SingleInstance(None).alone()
    assert SingleInstance(None).alone()


# --- errors


@pytest.fixture
def caught(qapp, tmp_path, qtbot, monkeypatch, capsys):
    """The program's own hooks, as `run` installs them."""
    made = error_dialog.ErrorHandler(tmp_path)
    monkeypatch.setattr(sys, "excepthook", made._handle)
    yield made
    if made.dialog:
        made.dialog.reject()


def fail() -> None:
    raise RuntimeError("ups <b>ß</b>")


def raised(hook) -> None:
    try:
        fail()
    except RuntimeError:
        hook(*sys.exc_info())


def test_an_error_is_told_once_logged_each_time_and_the_program_goes_on(caught, qtbot, tmp_path):
    for _ in range(3):
        raised(sys.excepthook)
    qtbot.waitUntil(lambda: caught.dialog is not None and caught.dialog.isVisible())
    assert "RuntimeError: ups <b>ß</b>" in caught.dialog.details.toPlainText()
    assert sum(isinstance(w, error_dialog.ErrorDialog) for w in QApplication.topLevelWidgets()) == 1
    log = (tmp_path / error_dialog.LOG).read_text(encoding="utf-8")
    assert log.count("RuntimeError: ups <b>ß</b>") == 3
    assert str(tmp_path) in shown(caught.dialog)
    qtbot.mouseClick(caught.dialog.copy, Qt.MouseButton.LeftButton)
    assert "in fail" in QGuiApplication.clipboard().text()
    qtbot.keyClick(caught.dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: caught.dialog is None)
    raised(sys.excepthook)
    qtbot.waitUntil(lambda: caught.dialog is not None)


def test_the_log_is_never_larger_than_it_may_be(caught, tmp_path, monkeypatch):
    monkeypatch.setattr(error_log, "SIZE", 5000)
    for _ in range(60):
        raised(sys.excepthook)
    files = list(tmp_path.glob("rigdyno.log*"))
    assert len(files) == 1 + error_log.KEPT
    assert sum(f.stat().st_size for f in files) < 4 * 5000


def test_a_log_that_cannot_be_written_is_no_second_error(qapp, tmp_path, capsys):
    (tmp_path / error_dialog.LOG).mkdir()
    made = error_dialog.ErrorHandler(tmp_path)
    raised(made._handle)
    assert "ups" in capsys.readouterr().err
    made.deleteLater()


SLOT = """
import sys
from PySide6.QtCore import QTimer
from rigdyno.gui.shell import app, error_dialog
def burst():
    window = next(w for w in app.QApplication.topLevelWidgets() if isinstance(w, app.MainWindow))
    QTimer.singleShot(0, lambda: 1 / 0)
    def look():
        shown = (w for w in app.QApplication.topLevelWidgets() if w.isVisible())
        found = [w for w in shown if isinstance(w, error_dialog.ErrorDialog)]
        if found:
            print(len(found), window.isVisible(), flush=True)
            window.close_without_asking()
            timer.stop()
    timer = QTimer(window, interval=20)
    timer.timeout.connect(look)
    timer.start()
before = app.open_window
def opened(settings):
    window = before(settings)
    window.painted.connect(burst)
    return window
app.open_window = opened
sys.exit(app.run())
"""


def test_an_error_in_a_slot_of_the_real_program(home):
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "RIGDYNO_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", SLOT], env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.stdout == "1 True\n", done.stderr
    assert "ZeroDivisionError" in (home / error_dialog.LOG).read_text(encoding="utf-8")


# --- numbers as the language writes them


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("en", "1,500", 1500),
        ("en", "1,500.5", 1500.5),
        ("en", "0.25", 0.25),
        ("en", "0,25", 0.25),
        ("en", "1e-3", 1e-3),
        ("es", "1.500", 1500),
        ("es", "1.500,5", 1500.5),
        ("es", "0,25", 0.25),
        ("es", "0.25", 0.25),
        ("es", "1e-3", 1e-3),
    ],
)
def test_a_real_number_is_read_as_the_language_writes_it(qtbot, qapp, language, typed, value):
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    try:
        field = RealEdit(0, 1e9)
        qtbot.addWidget(field)
        field.selectAll()
        qtbot.keyClicks(field.lineEdit(), typed)
        assert field.value() == pytest.approx(value)
        field.setValue(0.25)
        assert field.text() == ("0.25" if language == "en" else "0,25")
    finally:
        QLocale.setDefault(before)
