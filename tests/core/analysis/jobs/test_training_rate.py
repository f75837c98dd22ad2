"""The rate of a training: the median of intervals, whatever has come between steps."""

from __future__ import annotations

import random

import pytest
from rigdyno.core.analysis.jobs.training_rate import training_rate
from rigdyno.core.reference.training_logs.training_log import LoggedStep, TrainingLog, TrainingSummary

RATE = 64.0
"""Of 32 samples a step, two steps a second."""


def elapsed(*pairs: tuple[int, float]) -> TrainingLog:
    return TrainingLog(tuple(LoggedStep(*pair) for pair in pairs), "elapsed")


def even(first: int = 10, last: int = 1200, start: float = 0.0) -> list[tuple[int, float]]:
    """Rows of every 10th step, with times that are not rounded."""
    return [(n, start + n / 2 + 0.00123 * (n // 10 % 2)) for n in range(first, last + 1, 10)]


def rate(log: TrainingLog) -> float:
    return training_rate(log, 32).samples_per_s


def test_steps_and_rate_of_a_steady_training():
    found = training_rate(elapsed(*even()), 32)
    assert (found.samples_per_s, found.steps, found.intervals) == (pytest.approx(RATE, rel=1e-3), 1200, 58)
    assert found.idle == pytest.approx(0, abs=1e-3)


def test_a_slow_beginning_does_not_count():
    rows = [(0, 0.0), *((n, 60 + t) for n, t in even(last=60))]
    assert rate(elapsed(*rows)) == pytest.approx(RATE, rel=1e-3)


def test_pauses_and_evaluations_do_not_count_and_are_told():
    rows = [(n, t + 50 * (n // 100)) for n, t in even()]
    found = training_rate(elapsed(*rows), 32)
    assert found.samples_per_s == pytest.approx(RATE, rel=1e-3)
    assert found.idle == pytest.approx(600 / (595 + 600), rel=0.01)


def test_an_evaluation_with_a_row_of_its_own_is_no_part_of_a_step():
    rows = [pair for n, t in even() for pair in ((n, t + n), (n, t + n + 9))]  # ten seconds more for every ten steps
    assert rate(elapsed(*rows)) == pytest.approx(32 * 10 / (5 + 1))


@pytest.mark.parametrize("reset", [True, False])
def test_a_restart_repeats_steps_and_is_no_interval(reset):
    """`reset`: the clock begins anew, as it does where it counts from the start; a date goes on."""
    again = even(first=310, start=-155 if reset else 4000)
    found = training_rate(elapsed(*even(last=600), *again), 32)
    assert found.samples_per_s == pytest.approx(RATE, rel=1e-3)
    assert found.steps == 600 + 890


def test_rows_out_of_order_and_backwards():
    rows = even()
    rows[10], rows[11] = rows[11], rows[10]
    assert rate(elapsed(*rows)) == pytest.approx(RATE, rel=1e-3)
    assert rate(elapsed(*even()[::-1])) == pytest.approx(RATE, rel=1e-3)
    mixed = even()
    random.Random(1).shuffle(mixed)
    assert rate(elapsed(*mixed)) == pytest.approx(RATE, rel=1e-3)


def test_a_clock_of_whole_seconds_is_read_over_longer_intervals():
    fast = [(n, float(int(n * 0.07))) for n in range(0, 3000)]  # 14 steps a second, of which most take "0 s"
    assert rate(elapsed(*fast)) == pytest.approx(32 / 0.07, rel=0.03)


def test_a_log_that_begins_in_the_middle_has_only_its_own_steps():
    assert training_rate(elapsed(*even(first=1000)), 32).steps == 200


def test_seconds_of_single_steps_and_of_intervals():
    times = [30.0] + [0.5] * 30 + [9.0] * 3
    steps = tuple(LoggedStep(n, t) for n, t in enumerate(times, 1))
    assert rate(TrainingLog(steps, "step")) == pytest.approx(RATE, rel=1e-3)
    parts = tuple(LoggedStep(10 * n, 10 * t) for n, t in enumerate(times, 1))
    found = training_rate(TrainingLog(parts, "interval"), 32)
    assert (found.samples_per_s, found.steps) == (pytest.approx(RATE, rel=1e-3), 340)
    assert found.idle > 0.5


def test_rates_are_taken_as_they_are():
    rows = tuple(LoggedStep(n, 2.0) for n in range(1, 20))
    assert rate(TrainingLog(rows, rate="samples")) == 2
    assert rate(TrainingLog(rows, rate="steps")) == 64


def test_of_a_whole_only_the_mean_is_known():
    found = training_rate(TrainingLog(summary=TrainingSummary(600.0, 1200)), 32)
    assert (found.samples_per_s, found.steps, found.intervals, found.idle) == (64, 1200, 0, None)
    assert training_rate(TrainingLog(summary=TrainingSummary(600.0, 1200, 80.0)), 32).samples_per_s == 80
    assert training_rate(TrainingLog(summary=TrainingSummary(600.0, 0)), 32) is None


@pytest.mark.parametrize(
    "rows",
    [(), ((1, 1.0),), ((1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)), ((1, 5.0),) * 9, tuple((n, 5.0) for n in range(9))],
)
def test_too_little_tells_nothing(rows):
    assert training_rate(elapsed(*rows), 32) is None


def test_batches_that_come_several_at_once_are_not_each_taken_for_a_step():
    """Four processes read: four steps follow at once, and then all wait."""
    rows, now = [], 0.0
    for n in range(1, 1201):
        now += 0.1 if n % 4 else 1.7
        rows.append((n, now + 0.00123 * (n % 2)))
    assert rate(elapsed(*rows)) == pytest.approx(RATE, rel=0.02)
    assert rate(
        TrainingLog(tuple(LoggedStep(n, 0.1 if n % 4 else 1.7) for n in range(1, 1201)), "step")
    ) == pytest.approx(RATE, rel=0.02)
