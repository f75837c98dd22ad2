"""Fifteen other kills than `test_kills_program`: a file of its own, so that two processes share them."""

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
    found = rounds(15, 12, ("terminal", "window"), tmp_path / "home", pace=0.5)
    assert not found.wrong
    assert found.recovered
