"""Boosted trees: what fewer trees on fewer rows tell of all of them, and what published times tell of a machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.boosting_time import (
    BYTES_OF_A_LEAF,
    GUESS_RANGE,
    PUBLISHED,
    PUBLISHED_CORES,
    PUBLISHED_S,
    boosting_forecast,
    guessed_seconds,
)
from rigdyno.core.analysis.jobs.job_estimate import boosting_estimate, job_estimates
from rigdyno.core.check.job_plans import job_alone
from rigdyno.core.records.events import Failure
from rigdyno.core.records.experiment_events.boosting import NO_LIBRARY, BoostingTiming
from rigdyno.core.records.plan import Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.workload import BoostedTrees
from rigdyno.core.reference import job_catalogue
from rigdyno.core.reference.published_jobs import PublishedJob, published_jobs

from tests.core.builders import machine, result

JOB = BoostedTrees(rows=1_000_000, columns=8, trees=100, depth=10, classes=2)
AIRLINE = job_catalogue.job("boosting-airline")


def truth(rows: int, trees: int) -> float:
    """Seconds: 0.1 s and 2 us for each row at first, then 10 ms and 0.1 us for each row of every tree."""
    return 0.1 + 2e-6 * rows + trees * (0.01 + 1e-7 * rows)


def timing(rows: int, trees: int, memory: int | None = None, noise: float = 0.0) -> BoostingTiming:
    told = truth(rows, trees)
    return BoostingTiming(1.0, "lightgbm", "4.6.0", rows, trees, (told, told, told * (1 + noise)), memory)


def corners(*rows: int, trees=(4, 8), **more) -> list[BoostingTiming]:
    return [timing(r, n, **more) for r in rows for n in trees]


def trained(timings, **more) -> Run:
    plan = job_alone(AIRLINE.workload, AIRLINE.work).train
    return Run("boosting", plan, Rules(), 0.0, 1.0, "time-limit", "ACTIVE", boosted=tuple(timings), **more)


def on_processors() -> list[PublishedJob]:
    return [r for r in published_jobs() if r.unit == "s to train" and "CPU" in r.hardware]


@pytest.mark.parametrize("timings", [corners(100_000, 200_000), corners(1_000_000), corners(200_000, 1_000_000)])
def test_what_is_linear_in_truth_is_found_exactly(timings):
    told = boosting_forecast(timings, JOB)
    assert told.seconds == pytest.approx(truth(JOB.rows, JOB.trees))
    assert not told.measured


def test_the_whole_job_is_a_measurement():
    told = boosting_forecast([timing(JOB.rows, JOB.trees, 5000)], JOB)
    assert (told.measured, told.memory) == (True, 5000)
    assert told.seconds == pytest.approx(truth(JOB.rows, JOB.trees))


def test_a_job_of_one_tree_needs_only_the_rows():
    single = replace(JOB, trees=1)
    told = boosting_forecast(corners(100_000, 200_000, trees=(1,)), single)
    assert told.seconds == pytest.approx(truth(JOB.rows, 1))


def test_one_slow_training_of_three_changes_nothing():
    told = boosting_forecast(corners(100_000, 200_000, noise=3.0), JOB)
    assert told.seconds == pytest.approx(truth(JOB.rows, JOB.trees))


def test_the_range_is_wider_the_further_it_goes():
    errors = [boosting_forecast(corners(rows // 2, rows), JOB).error for rows in (100_000, 400_000)]
    whole_table = boosting_forecast(corners(1_000_000), JOB).error
    assert errors[0] > errors[1] > whole_table > boosting_forecast([timing(JOB.rows, JOB.trees)], JOB).error


def test_memory_is_linear_in_the_rows_and_grows_with_the_trees():
    known = [timing(r, n, 10**6 + 100 * r) for r in (100_000, 200_000) for n in (4, 8)]
    told = boosting_forecast(known, JOB)
    of_trees = 92 * 2**10 * BYTES_OF_A_LEAF
    assert told.memory == 10**6 + 100 * JOB.rows + of_trees
    assert boosting_forecast(corners(100_000, 200_000), JOB).memory is None


def test_nothing_measured_tells_nothing():
    assert boosting_forecast([], JOB) is None


def test_the_guess_rests_on_the_row_that_is_published():
    row = next(r for r in on_processors() if r.model == "XGBoost" and r.seq_or_size == "1M rows")
    assert (row.rate, row.unit) == (PUBLISHED_S, "s to train")
    assert f"{PUBLISHED_CORES} physical cores" in row.hardware
    assert "100 trees, depth 10" in row.source
    assert AIRLINE.workload.boosting == PUBLISHED


def test_a_guess_follows_the_cores_and_the_size():
    same, quarter = machine(cpu_physical_cores=16), machine(cpu_physical_cores=16, cpu_usable_cores=4)
    assert guessed_seconds(JOB, same) == pytest.approx(PUBLISHED_S)
    assert PUBLISHED_S * 2 < guessed_seconds(JOB, quarter) < PUBLISHED_S * 4
    assert guessed_seconds(replace(JOB, rows=2 * JOB.rows), same) == pytest.approx(2 * PUBLISHED_S)
    assert guessed_seconds(JOB, machine()) is None


def test_published_times_of_other_sizes_and_libraries_are_within_the_guess():
    """The other rows of the same server."""
    ten = replace(PUBLISHED, rows=10 * PUBLISHED.rows)
    told = guessed_seconds(ten, machine(cpu_physical_cores=PUBLISHED_CORES))
    rows = [r for r in on_processors() if r.seq_or_size == "10M rows"]
    assert len(rows) == 3
    assert all(told / GUESS_RANGE < r.rate < told * GUESS_RANGE for r in rows)


def test_an_estimate_says_by_which_library_and_whether_it_fits():
    here = machine(memory_available=16 * 10**9)
    told = boosting_estimate(JOB, here, trained(corners(100_000, 200_000, memory=10**9)))
    assert (told.device, told.kind, told.library, told.version) == ("cpu", "extrapolated", "lightgbm", "4.6.0")
    assert told.low < told.seconds < told.high
    assert told.fits is True
    assert boosting_estimate(JOB, here, trained([timing(JOB.rows, JOB.trees, 10**13)])).fits is False


def test_without_a_library_there_is_a_guess_with_the_reason():
    failed = trained((), failure=Failure(NO_LIBRARY, "lightgbm"))
    told = boosting_estimate(JOB, machine(cpu_physical_cores=4), failed)
    assert (told.kind, told.failure, told.library) == ("guess", NO_LIBRARY, "")
    assert told.high == pytest.approx(GUESS_RANGE**2 * told.low)
    unknown = boosting_estimate(JOB, machine(), failed)
    assert (unknown.seconds, unknown.failure) == (None, NO_LIBRARY)
    assert boosting_estimate(JOB, machine()) is None


def test_a_result_tells_of_the_trees_that_it_asked_for():
    plan = job_alone(AIRLINE.workload, AIRLINE.work, ("cuda:0",))
    assert plan.devices == ("cpu",)
    (told,) = job_estimates(replace(result(), plan=plan, runs=(trained(corners(1_000_000)),)))
    assert told.seconds == pytest.approx(truth(JOB.rows, JOB.trees))
    assert job_estimates(replace(result(), plan=plan, runs=())) == []
