"""How `rigdyno` begins: with a window where one can open, and never with a dump of Qt's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys

import pytest
from rigdyno.core.store.history import History
from rigdyno.gui import launch

from .x_server import x_server

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are a matter of Linux")
CODE = """
import sys
from rigdyno.core.cli import command_line
command_line.main = lambda arguments: print("terminal", arguments) or 7
from rigdyno.gui.launch import main
code = main({arguments!r})
print("qt" if "PySide6" in sys.modules else "no qt")
sys.exit(code)
"""


def run(arguments: list[str] | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """`rigdyno` with these arguments and only these variables about displays."""
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-P", "-c", CODE.format(arguments=arguments or [])],
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=200,
    )


@LINUX
def test_without_a_display_one_line_and_the_terminal():
    done = run()
    assert done.stderr == "No window can open here (there is no display), so Rigdyno does the check in the terminal.\n"
    assert done.stdout == "terminal ['check']\nno qt\n"
    assert done.returncode == 7


@LINUX
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DISPLAY": ":987"}, "display :987 does not answer"),
        ({"DISPLAY": "nonsense"}, "display nonsense does not answer"),
        ({"DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"}, "display :987 does not answer"),
        ({"QT_QPA_PLATFORM": "bogus"}, "Qt has no platform bogus"),
        ({"WAYLAND_DISPLAY": "wayland-987"}, "there is no display"),
        ({"WAYLAND_DISPLAY": "wayland-987", "QT_QPA_PLATFORM": "wayland"}, "the Wayland display does not answer"),
    ],
)
def test_a_display_that_does_not_answer_never_aborts(environment, said):
    done = run(**environment)
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr or "libxcb" in done.stderr  # a system without X at all says so
    assert done.stdout.startswith("terminal ['check']")


def test_arguments_go_to_the_terminal_program():
    done = run(["inspect", "--json"], DISPLAY=":0")
    assert done.stdout == "terminal ['inspect', '--json']\nno qt\n"
    assert done.returncode == 7


def test_platforms_without_a_screen_need_none():
    for platform in ("offscreen", "minimal", "vnc:size=800x600"):
        assert launch.obstacle({"QT_QPA_PLATFORM": platform}) == ""


@LINUX
def test_a_wayland_that_answers_will_do(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "w0"))
        server.listen()
        assert launch.obstacle({"WAYLAND_DISPLAY": "w0", "XDG_RUNTIME_DIR": str(tmp_path)}) == ""
        assert launch.obstacle({"WAYLAND_DISPLAY": str(tmp_path / "w0")}) == ""


@LINUX
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_a_real_x_server_is_recognised():
    with x_server() as (_, display):
        assert launch.obstacle({"DISPLAY": display}) == launch._plugin_obstacle()


def test_without_qts_libraries_the_terminal_is_left(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "rigdyno.gui.shell.app", None)  # importing it fails as on a server without libEGL
    monkeypatch.setattr(launch, "obstacle", lambda environment: "")
    monkeypatch.setattr(launch, "_terminal", lambda arguments: 7 if arguments == ["check"] else 1)
    assert launch.main([]) == 7
    assert len(capsys.readouterr().err.splitlines()) == 1


WINDOW = """
import sys
from PySide6.QtCore import QTimer
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.records.events import Window
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.gui.shell import app
from rigdyno.gui import launch

opened = app.open_window

def begin(settings):
    window = opened(settings)
    def tell(update):
        if isinstance(update, WorkerSaid) and isinstance(update.event, Window) and not update.event.warm:
            print("measuring", flush=True)
    window.bridge.updated.connect(tell)
    window.painted.connect(lambda: print("painted", flush=True))
    if sys.argv[1] == "measuring":
        window.start(CheckPlan("custom", ("train",), ("cpu",), Plan(threads=1, seconds=60)))
    return window

app.open_window = begin
sys.exit(launch.main([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, *(pytest.param(n, marks=pytest.mark.slow) for n in (signal.SIGINT, signal.SIGHUP))]
)
@pytest.mark.parametrize("when", ["painted", "measuring"])
def test_a_signal_closes_the_window_and_keeps_the_result(home, when, number):
    command = [sys.executable, "-P", "-c", WINDOW, when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1) as process:
        for line in process.stdout:
            if line.strip() == when:
                break
        process.send_signal(number)
        _, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    stored = [e.status for e in History(home).entries()] if home.exists() else []
    assert stored == (["partial"] if when == "measuring" else [])


def test_files_of_results_are_told_from_words(tmp_path):
    file, other = tmp_path / "a.json", tmp_path / "b.rigdyno"
    for each in (file, other):
        each.touch()
    assert launch.results_among([str(file), str(other)]) == [file, other]
    assert launch.results_among(["check"]) == launch.results_among([str(tmp_path / "gone.json")]) == []
    assert launch.results_among([str(file), "--json"]) == []
