"""Faults around the window, done for real in programs of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from rigdyno.core.check.interrupted_checks import interrupted_checks, keep
from rigdyno.core.reference import scenarios
from rigdyno.core.store.history import History

from .x_server import x_server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="done with Linux's means"),
]

PROGRAM = """
import sys
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.records.events import Window
from rigdyno.core.check.updates import Concluded, WorkerSaid
from rigdyno.gui.shell import app

opened = app.open_window

def begin(settings):
    window = opened(settings)
    def tell(update):
        if isinstance(update, WorkerSaid) and isinstance(update.event, Window):
            print("measuring", flush=True)
        elif isinstance(update, Concluded):
            print("unsaved:", update.unsaved, flush=True)
            window.bridge.running_changed.connect(lambda _: window.close_without_asking())
    window.bridge.updated.connect(tell)
    plan = Plan(threads=1, seconds=float(sys.argv[1]), data="synthetic")
    window.painted.connect(lambda: window.start(CheckPlan("custom", ("train",), ("cpu",), plan)))
    return window

app.open_window = begin
sys.exit(app.run())
"""


def program(seconds: float, **environment: str) -> subprocess.Popen[str]:
    """The window, with a check that measures for so long and then closes it."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-P", "-c", PROGRAM, str(seconds)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
        stdout=pipe,
        stderr=pipe,
        text=True,
    )


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_a_screen_that_is_unplugged_in_the_middle(home):
    """Real: the X server ends in the middle of a check that would last for ten minutes."""
    with x_server() as (server, display), program(600, QT_QPA_PLATFORM="xcb", DISPLAY=display) as window:
        for _ in range(4):
            assert window.stdout.readline() == "measuring\n"
        children = psutil.Process(window.pid).children(recursive=True)
        server.terminate()
        window.communicate(timeout=200)
    alive = psutil.wait_procs(children, timeout=30)[1]
    assert [c for c in alive if c.status() != psutil.STATUS_ZOMBIE] == [], "the worker ends with it"
    kept = keep(*interrupted_checks(home), home, scenarios.load_rules())
    assert len(kept.runs[0].windows) >= 4


@pytest.mark.slow
def test_a_system_without_fonts_opens_the_window(home, tmp_path):
    """Real: the font library is told of an empty folder alone."""
    (tmp_path / "fonts").mkdir()
    settings = tmp_path / "fonts.conf"
    settings.write_text(f"<fontconfig><dir>{tmp_path / 'fonts'}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    with program(0.5, FONTCONFIG_FILE=str(settings)) as window:
        out, err = window.communicate(timeout=200)
    assert window.returncode == 0, err
    assert "unsaved: \n" in out
    assert "Traceback" not in err


@pytest.mark.slow
def test_the_locale_of_the_system_changes_no_result(home, tmp_path):
    """Real: Qt makes the C library write commas in the window's process, where the system has such a locale."""
    locale = "de_DE.UTF-8"
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / locale)], capture_output=True, check=False
    )
    if not made or not (tmp_path / locale).exists():
        pytest.skip("no localedef with the sources of de_DE here")
    with program(0.5, LOCPATH=str(tmp_path), LC_ALL=locale, LANG=locale) as window:
        _, err = window.communicate(timeout=200)
    assert window.returncode == 0, err
    (entry,) = History(home).entries()
    assert entry.status == "complete"
    assert History(home).load(entry.id).runs[0].windows


@pytest.mark.slow
def test_a_data_folder_that_cannot_be_made_is_told(tmp_path):
    """Real: a file is in its way."""
    (tmp_path / "file").write_text("in the way")
    with program(0.5, RIGDYNO_HOME=str(tmp_path / "file" / "home")) as window:
        out, err = window.communicate(timeout=200)
    assert window.returncode == 0, err
    assert "a file is in its way" in out


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_fifty_starts_and_cancels_leave_nothing():
    """Real: the window; an hour of it is `python -m tests.bench.cycles`."""
    script = Path(__file__).parents[2] / "bench" / "cycles.py"
    command = [sys.executable, "-P", str(script), "--count", "50", "--latest", "0.7"]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=390, check=False)
    assert done.returncode == 0, done.stderr
    assert '"cycles": 50' in done.stdout
