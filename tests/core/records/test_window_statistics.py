"""Medians and their intervals: do they cover what they promise?"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from math import comb, sqrt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rigdyno.core.records.events import Window
from rigdyno.core.records.plan import Rules
from rigdyno.core.records.window_statistics import (
    autocorrelation,
    chance_of_reaching,
    confidence_interval,
    correction,
    is_decided,
    is_steady,
    measured_windows,
    rate,
    rates,
)
from rigdyno.core.worker.measurement import Clock, ThroughputMeter

from tests.core.builders import train_run

RATES = st.lists(st.floats(1.0, 1e6), min_size=1, max_size=80)


@given(RATES)
@example([1.0, 1e6])
def test_the_median_is_inside(values):
    found = confidence_interval(values)
    assert 0 <= found.low <= found.median <= found.high
    assert found.windows == len(values)


@given(RATES, st.floats(0.01, 100))
def test_a_unit_changes_nothing(values, factor):
    found, scaled = confidence_interval(values), confidence_interval([v * factor for v in values])
    assert scaled.median == pytest.approx(found.median * factor)
    assert scaled.half_width == pytest.approx(found.half_width, abs=1e-6)


@pytest.mark.parametrize("count", [*range(6, 61), 120, 240, 480])
def test_the_ranks_reach_95_per_cent_by_the_binomial_itself(count):
    """The chance that so many of `count` windows are below the true median that the interval misses it."""
    found = confidence_interval([float(v) for v in _alternating(count)])
    low, high = round(found.low), round(found.high)  # values are their own ranks, from 1
    chance = sum(comb(count, k) for k in range(low, high)) / 2**count
    assert chance >= 0.95
    assert low + high == count + 1, "as far from one end as from the other"
    assert chance <= 0.995, "no wider than it must be"


def _alternating(count: int) -> list[int]:
    """1 to count, small and large in turn, so that neighbours share nothing."""
    ordered = list(range(1, count + 1))
    return [ordered[i // 2] if i % 2 else ordered[-1 - i // 2] for i in range(count)]


def test_few_windows_give_their_extremes():
    found = confidence_interval([100.0, 90.0, 105.0, 95.0, 101.0])
    assert (found.low, found.median, found.high) == (90.0, 100.0, 105.0)
    assert confidence_interval([7.0]).half_width == 0


def covered(make, count=600) -> float:
    """How often the interval holds the true median, 100."""
    source = random.Random(7)
    hits = 0
    for _ in range(count):
        found = confidence_interval(make(source))
        hits += found.low <= 100 <= found.high
    return hits / count


@pytest.mark.parametrize("windows", [8, 16, 21, 25, 40])
@pytest.mark.parametrize("make", [lambda r: r.gauss(100, 5), lambda r: 100 * 1.2 ** r.gauss(0, 1)])
def test_independent_windows_are_covered_as_promised(windows, make):
    """8 is what a quick job measures; the second shape is skewed, as a disturbed machine's rates are."""
    assert covered(lambda r: [make(r) for _ in range(windows)]) >= 0.935  # 0.95 less two standard errors of the count


def shared(source, r, count):
    values, x = [], 0.0
    for _ in range(count):
        x = r * x + source.gauss(0, 1)
        values.append(100 + x)
    return values


def test_neighbours_that_share_their_noise_widen_the_interval():
    assert covered(lambda source: shared(source, 0.5, 40)) >= 0.88, "method: 77 % without the correction"


STOPPED = {0.0: 0.92, 0.3: 0.89, 0.5: 0.88, 0.8: 0.80}
"""The least share of 500 runs, stopped by the rule itself, whose interval holds the truth, by lag-1 correlation.

Seen with this seed: 0.950, 0.920, 0.918, 0.846. What is missing from 0.95 is the price of looking at every window and
stopping at a narrow interval; so it is called one for independent windows.
"""


def stopped(r: float, runs: int = 500) -> float:
    """How often the interval of a run that the meter's own rule stopped holds the truth."""
    source = random.Random(11)
    return sum(holds(source, r) for _ in range(runs)) / runs


def holds(source: random.Random, r: float) -> bool:
    """One run of the real meter, on a clock that goes by windows of 2 % noise with this correlation."""
    now, x = 0.0, source.gauss(0, 1)

    def step() -> Callable[[], float]:
        nonlocal now, x
        x = r * x + sqrt(1 - r * r) * source.gauss(0, 1)
        now += 1 / (100 * (1 + 0.02 * x))
        return lambda: 0.0

    clock = Clock(lambda: now, lambda: now, lambda: None)
    meter = ThroughputMeter(step, lambda: None, 1, Rules(window_s=1e-9), lambda _: None, clock)
    meter.measure(1.5)
    found = confidence_interval(rates(meter.windows))
    return found.low <= 100 <= found.high


@pytest.mark.parametrize("r", STOPPED)
def test_coverage_of_what_the_stop_rule_stops(r):
    assert stopped(r) >= STOPPED[r]


def test_the_stretch_is_the_published_one():
    values = [*range(100, 120), *range(120, 100, -1)]
    r = autocorrelation(values)
    apart = confidence_interval([values[i] for i in _scattered(len(values))])
    assert 0.5 < r <= 0.9
    assert autocorrelation([values[i] for i in _scattered(len(values))]) == 0
    stretch = sqrt((1 + r) / (1 - r))
    together = confidence_interval(values)
    assert together.high - together.median == pytest.approx((apart.high - apart.median) * stretch)
    assert together.median - together.low == pytest.approx((apart.median - apart.low) * stretch)


def _scattered(count: int) -> list[int]:
    """Places such that, of a ramp up and down, high and low ones take turns."""
    ordered = sorted(range(count), key=lambda i: min(i, count - i))
    return [ordered[i // 2] if i % 2 else ordered[-1 - i // 2] for i in range(count)]


def test_autocorrelation_is_clipped():
    assert autocorrelation([1.0, 2.0] * 10) == 0.0
    assert autocorrelation([float(n) for n in range(100)]) == 0.9
    assert autocorrelation([5.0] * 10) == 0.0
    assert autocorrelation([1.0, 2.0]) == 0.0


@given(st.lists(st.floats(-1e6, 1e6), max_size=60))
def test_autocorrelation_stays_in_its_range(values):
    assert 0 <= autocorrelation(values) <= 0.9


@pytest.mark.parametrize(
    ("values", "settled"),
    [
        ([100.0] * 8, True),
        ([100.0] * 7, False),  # eight windows are asked for
        ([100.0] * 4 + [100.99] * 4, True),  # the halves differ by a little less than 1 %
        ([100.0] * 4 + [101.1] * 4, False),
        ([101.1] * 4 + [100.0] * 4, False),  # slower is no better than faster
        ([95, 105, 100, 100, 100, 100, 105, 95], True),  # the spread is exactly a tenth of the median
        ([94.9, 105, 100, 100, 100, 100, 105, 95], False),
        ([1.0] * 20 + [100.0] * 8, True),  # only the last ones count
        ([100.0] * 20 + [1.0, 100.0], False),
    ],
)
def test_steady(values, settled):
    assert is_steady(values) is settled


def test_a_rate_is_of_the_windows_that_count():
    """Warm-up and other batches stay out of it."""
    run = train_run(1000)
    batch = run.plan.batch
    strange = (
        Window(1.0, 0.1, 1, batch, batch, 0.1, warm=True),
        Window(2.0, 0.1, 1, 7 * batch, 7 * batch, 0.1, warm=False),
    )
    mixed = replace(run, windows=strange + run.windows)
    assert rate(mixed).median == pytest.approx(1000)
    assert rate(mixed).windows == len(run.windows)
    assert measured_windows(mixed, 7 * batch) == [strange[1]]
    assert rate(replace(run, windows=strange[:1])) is None


def windows_at(rates, batch=100):
    return [
        Window(float(i), batch / rate, 1, batch, batch, batch / rate, warm=False, loss=1.0)
        for i, rate in enumerate(rates)
    ]


@pytest.mark.parametrize(
    ("rates", "borders", "decided"),
    [
        ((50, 50), (10,), True),  # certain
        ((50,), (10,), False),  # a single window tells nothing of its noise
        ((50, 50), (50,), True),  # at the border, but further windows would not tell better
        ((45, 55, 50), (50,), False),  # at the border, and further windows may
        ((45, 55, 50), (10,), True),  # coarse, and still certain
        ((20, 80, 50), (10,), False),  # too coarse for anything
        ((45, 55, 50), (10, 48), False),  # one of two borders is near
        ((200, 200), (10,), False),  # a second of windows
    ],
)
def test_when_further_windows_would_change_no_answer(rates, borders, decided):
    assert is_decided(windows_at(rates), borders) is decided


def test_the_chance_of_reaching_a_border_is_a_half_at_it_and_grows_with_the_rate():
    assert chance_of_reaching(50, 50, 0.1) == pytest.approx(0.5)
    assert chance_of_reaching(55, 50, 0.1) > 0.95
    assert chance_of_reaching(45, 50, 0.1) < 0.05
    assert chance_of_reaching(55, 50, 0.1) > chance_of_reaching(55, 50, 0.3)


def test_a_run_that_left_cores_to_others_is_corrected_within_what_more_threads_may_bring():
    run = train_run(1000.0)
    run = replace(run, plan=replace(run.plan, threads=1))
    assert correction(run) == 1
    assert rate(run).median == pytest.approx(1000)
    left = replace(run, quiet_threads=2)
    assert correction(left) == pytest.approx(1.83, abs=0.01)
    found = rate(left)
    assert found.median == pytest.approx(1830, rel=0.01)
    assert found.low < 1700 < 1990 < found.high
    assert rate(replace(run, plan=replace(run.plan, threads=2), quiet_threads=2)).median == pytest.approx(1000)


def test_a_single_thread_without_a_processor_of_its_own_is_corrected_by_its_share_of_the_time():
    run = replace(train_run(1000.0), plan=replace(train_run(1000.0).plan, threads=1), quiet_threads=2)
    half = replace(run, windows=tuple(replace(w, cpu_s=0.5 * w.seconds) for w in run.windows))
    assert correction(half) == pytest.approx(2 * correction(run))
