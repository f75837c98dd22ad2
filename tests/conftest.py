"""What every test shares: a data folder of its own, and a Qt without a screen."""

from __future__ import annotations

import os
import tempfile

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["RIGDYNO_HOME"] = tempfile.mkdtemp(prefix="rigdyno-tests-")
os.environ.setdefault("PYTHONWARNINGS", "default")  # a child's warnings must not turn into its errors

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)  # a busy machine is no failure
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
