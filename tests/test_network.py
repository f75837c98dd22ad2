"""Nothing is ever sent: everything works where there is no network at all, and nobody even tries to reach one."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("block_internet.c")
HASTY = """
import sys
from rigdyno.core.check import step_durations
from rigdyno.core.records.plan import Rules
rules = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=2)
for name in ("QUICK", "FULL"):
    setattr(step_durations, name, dict.fromkeys(getattr(step_durations, name), step_durations.Pace(rules, 0.3)))
step_durations.SEEDS = 1
"""
TERMINAL = HASTY + "from rigdyno.gui.launch import main\nsys.exit(main(sys.argv[1:]))"
WINDOW = (
    HASTY
    + """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from rigdyno.core.check.step_durations import whole
from rigdyno.core.check.updates import Concluded
from rigdyno.gui.shell.app import open_window, prepare
from rigdyno.gui.bridge.user_settings import Settings

app = QApplication([])
window = open_window(Settings(None))
codes = []

def hear(update):
    if isinstance(update, Concluded):
        codes.append(0 if update.result.verdict and not update.unsaved else 1)
        QTimer.singleShot(0, app.quit)

window.bridge.updated.connect(hear)
window.painted.connect(lambda: QTimer.singleShot(0, lambda: window.start(whole("full"))))
app.exec()
window.bridge.close()
sys.exit(codes[0])
"""
)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Run a script without a network: gives its end, and whom it or its children tried to talk to."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform != "linux" or not compiler:
        pytest.skip("network namespaces and preloading are Linux', and need a C compiler")
    if subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this user may not make a network namespace")
    folder = tmp_path_factory.mktemp("network")
    library = folder / "network.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, SOURCE, "-ldl"], check=True)

    def run(script: str, *arguments: str, loopback: bool = False) -> tuple[subprocess.CompletedProcess[str], set[str]]:
        log = folder / "log"
        log.unlink(missing_ok=True)
        env = os.environ | {"LD_PRELOAD": str(library), "NETWORK_LOG": str(log), "RIGDYNO_HOME": str(folder / "home")}
        inner = [sys.executable, "-P", "-c", script, *arguments]
        begin = 'ip link set lo up && exec "$@"' if loopback else 'exec "$@"'
        done = subprocess.run(
            ["unshare", "-n", "sh", "-c", begin, "sh", *inner], env=env, capture_output=True, text=True, check=False
        )
        return done, set(log.read_text().splitlines()) if log.exists() else set()

    return run


def test_the_watch_sees_an_attempt(watched):
    """What notices nothing proves nothing."""
    script = "import socket; socket.socket().connect_ex(('192.0.2.1', 9)); socket.getaddrinfo('example.org', 80)"
    done, said = watched(script)
    assert said >= {"connect 192.0.2.1", "getaddrinfo example.org"}
    assert "socket.gaierror" in done.stderr, "there is no network to ask"


CHECKED = str(Path(__file__).parent / "results" / "full_check.json")


@pytest.mark.parametrize(
    "words",
    [
        ["train", "--seconds", "0.5", "--data", "synthetic"],
        ["judge", CHECKED],
        ["report", CHECKED, "-o", "out.html"],
    ],
    ids=lambda words: words[0],
)
def test_the_terminal_needs_none(watched, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done, said = watched(TERMINAL, *words)
    assert (done.returncode, said) == (0, set()), done.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["--quick", "--full"])
def test_a_check_in_the_terminal(watched, kind, tmp_path):
    done, said = watched(TERMINAL, "check", kind, "--json", str(tmp_path / "out.json"))
    assert (done.returncode, said) == (0, set()), done.stderr
    assert json.loads((tmp_path / "out.json").read_bytes())["status"] == "complete"


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["report", CHECKED, "-o", "out.pdf"],
        ["engine"],
        ["inspect"],
        ["gpu", "--seconds", "1"],
        ["doctor"],
        ["--selftest"],
    ],
    ids=lambda words: words[0],
)
def test_the_other_commands(watched, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done, said = watched(TERMINAL, *words)
    assert done.returncode in (0, 4), done.stderr
    assert said == set()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_full_check_in_the_window(watched):
    done, said = watched(WINDOW)
    assert done.returncode == 0, done.stderr
    assert said == set()


@pytest.mark.slow
def test_several_processes_meet_on_this_computer_alone(watched):
    """torch.distributed has no other way to let its ranks meet than TCP: all connections are to 127.0.0.1.

    Its store listens on every interface meanwhile, which no option of torchrun's changes.
    """
    done, said = watched(TERMINAL, "scaling", "--ranks", "2", loopback=True)
    assert done.returncode == 0, done.stderr
    here = {"127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "-", socket.gethostname()}
    reached = {line for line in said if not line.startswith("bind ")}
    assert {line.split()[1] for line in reached} <= here, sorted(said)
