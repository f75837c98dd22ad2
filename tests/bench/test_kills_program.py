"""Fifteen kills of the terminal program, the window and their workers; `python -m tests.bench.kills` does 300."""

from __future__ import annotations

import sys

import pytest

from .kills import rounds

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes by their environment"),
]


@pytest.mark.timeout(600)
def test_kills_at_random_moments_lose_nothing_that_was_told(tmp_path):
    found = rounds(15, 11, ("terminal", "window"), tmp_path / "home", pace=0.5)
    assert not found.wrong
    assert found.recovered
