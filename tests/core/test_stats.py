"""Medians and their intervals: do they cover what they promise?"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.stats import autocorrelation, interval, steady

RATES = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=80)


@given(RATES)
def test_the_median_is_inside(values):
    rate = interval(values)
    assert rate.low <= rate.median <= rate.high
    assert rate.windows == len(values)


@given(RATES, st.floats(0.01, 100))
def test_a_unit_changes_nothing(values, factor):
    rate, scaled = interval(values), interval([v * factor for v in values])
    assert scaled.median == pytest.approx(rate.median * factor)
    assert scaled.half_width == pytest.approx(rate.half_width, abs=1e-6)


def covered(make, count=400) -> float:
    """How often the interval holds the true median, 100."""
    source = random.Random(7)
    hits = 0
    for _ in range(count):
        rate = interval(make(source))
        hits += rate.low <= 100 <= rate.high
    return hits / count


def test_independent_windows_are_covered_as_promised():
    assert covered(lambda r: [r.gauss(100, 5) for _ in range(25)]) >= 0.93


def test_neighbours_that_share_their_noise_widen_the_interval():
    def shared(source, r=0.5):
        values, x = [], 0.0
        for _ in range(40):
            x = r * x + source.gauss(0, 1)
            values.append(100 + x)
        return values

    assert covered(shared) >= 0.88, "method: 77 % without the correction"


def test_autocorrelation_is_clipped():
    assert autocorrelation([1.0, 2.0] * 10) == 0.0
    assert autocorrelation([float(n) for n in range(100)]) == 0.9
    assert autocorrelation([5.0] * 10) == 0.0


def test_steady():
    assert steady([100.0] * 8)
    assert not steady([100.0] * 7), "eight windows are asked for"
    assert not steady([100.0] * 4 + [101.5] * 4), "the halves drift"
    assert not steady([100, 112, 100, 100, 100, 112, 100, 100]), "the spread is over a tenth"
    assert steady([1.0] * 20 + [100.0] * 8), "only the last ones count"
