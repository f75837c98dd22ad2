"""What every test shares: a data folder of its own, and a Qt without a screen."""

from __future__ import annotations

import os
import tempfile

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["RIGDYNO_HOME"] = tempfile.mkdtemp(prefix="rigdyno-tests-")
os.environ.setdefault("PYTHONWARNINGS", "default")  # a child's warnings must not turn into its errors

import pytest


@pytest.fixture()
def home(tmp_path, monkeypatch):
    """A fresh data folder for one test."""
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
