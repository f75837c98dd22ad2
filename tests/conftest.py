"""What every test shares: a data folder of its own, and a Qt without a screen where none is asked for."""

from __future__ import annotations

import functools
import gc
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

os.environ["QT_QPA_PLATFORM"] = os.environ.get("RIGDYNO_TEST_SCREEN", "offscreen")  # "xcb" under a real X server
FOLDER, KEEP = "RIGDYNO_TESTS_FOLDER", "RIGDYNO_TESTS_KEEP"
OWNER = FOLDER not in os.environ  # else a process of pytest-xdist, whose parent has made the folder
if OWNER:
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="rigdyno-tests-")
    Path(os.environ[FOLDER]).chmod(0o1777)  # some tests run programs as another user
# Whatever a test, a child or a library leaves in the temporary folder lies in this one, and goes with it.
os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = tempfile.tempdir = os.environ[FOLDER]
os.environ["RIGDYNO_HOME"] = tempfile.mkdtemp(prefix="home-")
os.environ.setdefault("PYTHONWARNINGS", "default")  # a child's warnings must not turn into its errors
os.environ.setdefault("RIGDYNO_PRIORITY", "normal")  # a training in one process of tests must not starve the other

import pytest
from hypothesis import settings

gc.disable()  # a collection inside of Qt's code would delete widgets of earlier tests there, and end the process

settings.register_profile("steady", deadline=None, derandomize=True, database=None)  # a busy machine is no failure
settings.load_profile("steady")


YOUNG_OBJECTS = 20_000
"""After a test that leaves so many new objects, garbage is collected."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol():
    """Free the windows of a test after it: `app.prepare` would style each widget that is left again, for every test.

    A hook, because pytest holds what a test's fixtures gave until the whole test is over.
    """
    done = yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = widgets.QApplication.instance() if widgets else None
    if widgets and isinstance(application, widgets.QApplication) and application.topLevelWidgets():
        from PySide6.QtCore import QEvent

        application.processEvents()  # a change of the language builds the pages again in a moment
        gc.collect()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    elif gc.get_count()[0] > YOUNG_OBJECTS:
        gc.collect(1)
    return done


def pytest_unconfigure() -> None:
    """Remove the folder of this session; with the variable RIGDYNO_TESTS_KEEP it stays."""
    if OWNER and KEEP not in os.environ:
        shutil.rmtree(os.environ[FOLDER], ignore_errors=True)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A fresh data folder for one test."""
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def hasty(monkeypatch):
    """A quick check whose every step is real and over in moments."""
    from rigdyno.core.check import step_durations
    from rigdyno.core.records.plan import Rules
    from rigdyno.core.reference import scenarios

    rules = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=3)
    for table in ("QUICK", "WORKLOAD"):
        pace = step_durations.Pace(rules, 0.5)
        monkeypatch.setattr(step_durations, table, dict.fromkeys(getattr(step_durations, table), pace))
    shipped = scenarios.load_rules()
    small = replace(shipped, jobs=tuple(replace(job, batch=min(job.batch, 4)) for job in shipped.jobs))
    monkeypatch.setattr(scenarios, "load_rules", lambda: small)


FAULTS = {
    "killed": ("os.kill(os.getpid(), 9)", "died", "ended without an answer"),
    "out of memory": ("import torch; torch.empty(1 << 46)", "out-of-memory", "not enough memory"),
    "garbage": (
        "wire[0].write('Segmentation what?\\n'); wire[0].flush(); time.sleep(60)",
        "protocol",
        "Segmentation what?",
    ),
    "never answers": ("time.sleep(60)", "silent", "has not answered for 1 s"),
}
"""What goes wrong in a real worker after three windows; the failure's code, and words that the user must see."""


def impatient_after_three_windows():
    """WorkerSession's `_next` that waits a second for what comes after the third window, and as ever until then."""
    from rigdyno.core.records.events import Window
    from rigdyno.core.session.worker_session import WorkerSession

    real, windows = WorkerSession._next, []

    def following(self, patience):
        at, event = real(self, 1.0 if len(windows) >= 3 else patience)
        if isinstance(event, Window):
            windows.append(event)
        return at, event

    return following


@pytest.fixture
def faulty():
    """Call it with a name of FAULTS: until its `mend`, every check's real worker breaks after three windows."""
    patch = pytest.MonkeyPatch()

    def install(name: str) -> SimpleNamespace:
        from rigdyno.core.check import check
        from rigdyno.core.session import worker_session

        act, code, said = FAULTS[name]
        script = (
            "import os, time\n"
            "import rigdyno.core.worker.measurement as measure, rigdyno.core.worker.request_loop as worker\n"
            "import rigdyno.core.records.child_channel as channel\n"
            "wire, claim, window = [], channel.reserve_stdout, measure.ThroughputMeter.window\n"
            "def claimed():\n"
            "    wire.append(claim())\n"
            "    return wire[0]\n"
            "def broken(self, warm):\n"
            "    if len(self.windows) == 3:\n"
            f"        {act}\n"
            "    return window(self, warm)\n"
            "channel.reserve_stdout, measure.ThroughputMeter.window = claimed, broken\n"
            "worker.main()\n"
        )
        command = (sys.executable, "-P", "-c", script)
        patch.setattr(check, "Check", functools.partial(check.Check, command=command))
        if name == "never answers":
            patch.setattr(worker_session.WorkerSession, "_next", impatient_after_three_windows())
        return SimpleNamespace(code=code, said=said, mend=patch.undo)

    yield install
    patch.undo()


class FakeNvml:
    """A folder with a fake libnvidia-ml.so.1 that plays a scripted machine; see tests/core/nvml/fake_nvml.c."""

    SOURCE = Path(__file__).parent / "core" / "nvml" / "fake_nvml.c"
    _built: ClassVar[dict[tuple[str, ...], Path]] = {}

    def __init__(self, folder: Path) -> None:
        self.folder, self.script, self.log = folder, folder / "script", folder / "log"
        self.script.touch()

    def play(self, machine: str, *more: str) -> None:
        """What the driver answers from now on: the machine's script, and lines that go before it."""
        told = (self.SOURCE.with_name(f"{machine}.nvml")).read_bytes() if machine else b""
        written = b"\n".join([told, *(os.fsencode(line) for line in more), b""])
        self.script.with_suffix(".new").write_bytes(written)
        self.script.with_suffix(".new").replace(self.script)  # never half a file

    def environment(self, *missing: str, broken: bool = False) -> dict[str, str]:
        """The variables with which a child loads the library, which lacks the functions named as `missing`."""
        place = self.folder / "broken" if broken else self._build(missing)
        if broken:  # hides a real one: the loader stops at the first of that name
            place.mkdir(exist_ok=True)
            (place / "libnvidia-ml.so.1").touch()
        return {"LD_LIBRARY_PATH": str(place), "FAKE_NVML": str(self.script), "FAKE_NVML_LOG": str(self.log)}

    def said(self) -> list[str]:
        """Each init and shutdown so far."""
        return self.log.read_text().split() if self.log.exists() else []

    def _build(self, missing: tuple[str, ...]) -> Path:
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if sys.platform != "linux" or compiler is None:
            pytest.skip("the fake NVML is a Linux library, and needs a C compiler to make it with")
        if missing not in self._built:
            place = Path(tempfile.mkdtemp(prefix="nvml-"))
            hidden = "".join(f" {name};" for name in missing)
            (place / "symbols").write_text(f"{{ global: nvml*; local:{hidden} *; }};" if missing else "{ global: *; };")
            options = [
                "-shared",
                "-fPIC",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                f"-Wl,--version-script={place / 'symbols'}",
            ]
            made = place / "libnvidia-ml.so.1"
            subprocess.run([compiler, *options, "-o", made, self.SOURCE], check=True)
            self._built[missing] = place
        return self._built[missing]


@pytest.fixture
def driver(tmp_path):
    """An NVIDIA driver to be scripted."""
    folder = tmp_path / "nvml"
    folder.mkdir()
    return FakeNvml(folder)


@pytest.fixture
def cpu_torch():
    """Skips the test where PyTorch is built for CUDA, as PyPI's is on Linux: other sentences are right there."""
    import torch

    if torch.version.cuda:
        pytest.skip(f"the PyTorch here is built for CUDA {torch.version.cuda}")


class Dyno:
    """The torch device of tests/device: `command` starts a worker on a machine that has it, with these settings."""

    ROOT = Path(__file__).parent.parent

    def __init__(self) -> None:
        needed = ("ninja", "c++")
        self.path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        if lacking := [name for name in needed if not shutil.which(name, path=self.path)]:
            pytest.skip(f"no {lacking[0]} to build the test device with")
        if not Path(sysconfig.get_path("include"), "Python.h").exists():
            pytest.skip("no headers of Python to build the test device with (Debian: python3-dev)")
        self.run("import tests.device; tests.device.build()")

    def command(self, **settings: object) -> tuple[str, ...]:
        """LAUNCH_US, GB_PER_S, MEMORY, EXACT, LOST_FILE, UUID, PCI, NAME; see tests/device/__init__.py."""
        given = {"PATH": self.path} | {f"DYNO_{name}": str(value) for name, value in settings.items()}
        begin = f"import os, sys; os.environ.update({given!r}); sys.path.insert(0, {str(self.ROOT)!r})"
        return (sys.executable, "-P", "-c", f"{begin}; import tests.device; tests.device.serve()")

    def run(self, script: str, *arguments: str) -> str:
        """What a script that uses the device prints, in a process of its own."""
        env = os.environ | {"PATH": self.path, "PYTHONPATH": str(self.ROOT)}
        done = subprocess.run(
            [sys.executable, "-P", "-c", script, *arguments], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="session")
def dyno():
    """A second device for torch; it is built in half a minute where it has not been before."""
    return Dyno()
