"""What every test shares: a data folder of its own, and a Qt without a screen where none is asked for."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from types import SimpleNamespace

os.environ["QT_QPA_PLATFORM"] = os.environ.get("RIGDYNO_TEST_SCREEN", "offscreen")  # "xcb" under a real X server
os.environ["RIGDYNO_HOME"] = tempfile.mkdtemp(prefix="rigdyno-tests-")
os.environ.setdefault("PYTHONWARNINGS", "default")  # a child's warnings must not turn into its errors

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)  # a busy machine is no failure
settings.load_profile("steady")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A fresh data folder for one test."""
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def hasty(monkeypatch):
    """A quick check whose every step is real and over in moments."""
    from rigdyno.core import presets
    from rigdyno.core.model import Rules

    rules = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=3)
    monkeypatch.setattr(presets, "QUICK", dict.fromkeys(presets.QUICK, presets.Pace(rules, 0.5)))


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


@pytest.fixture
def faulty():
    """Call it with a name of FAULTS: until its `mend`, every check's real worker breaks after three windows."""
    patch = pytest.MonkeyPatch()

    def install(name: str) -> SimpleNamespace:
        from rigdyno.core import check

        act, code, said = FAULTS[name]
        script = (
            "import os, time\n"
            "import rigdyno.core.measure as measure, rigdyno.core.worker as worker\n"
            "wire, claim, window = [], worker._claim_stdout, measure.Meter.window\n"
            "def claimed():\n"
            "    wire.append(claim())\n"
            "    return wire[0]\n"
            "def broken(self, warm):\n"
            "    if len(self.windows) == 3:\n"
            f"        {act}\n"
            "    return window(self, warm)\n"
            "worker._claim_stdout, measure.Meter.window = claimed, broken\n"
            "worker.main()\n"
        )
        command = (sys.executable, "-P", "-c", script)
        patch.setattr(check, "Check", functools.partial(check.Check, command=command, silence_s=1.0))
        return SimpleNamespace(code=code, said=said, mend=patch.undo)

    yield install
    patch.undo()
