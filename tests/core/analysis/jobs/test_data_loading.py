"""Data or arithmetic: which sets the pace, by exact rates, and in which words that is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.data_loading import data_pace, loading_of
from rigdyno.core.analysis.jobs.job_estimate import job_estimate
from rigdyno.core.records.events import Failure, Timing, Window
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.workload import ImageFiles, Workload
from rigdyno.core.verdict.data_answer import data_answer

PHOTOS = Workload("resnet50", batch=4, image_size=224, classes=1000)


def loaded(rates: dict[int, float], way: str = "cold", failure: Failure | None = None) -> Run:
    """A measurement that found these samples/s by numbers of processes."""
    plan = Plan(model="resnet50", batch=4, workload=PHOTOS, files=ImageFiles(115_000, 500, 375))
    reading = Timing(0.0, "read", (0.001,) * 8, 115_000, "byte", way)
    timings = [Timing(0.0, "loading", (4 * n / rate,) * 8, 4 * n, "sample", str(n)) for n, rate in rates.items()]
    made = () if failure else (reading, *timings)
    return Run("loading", plan, Rules(), 0.0, 1.0, "time-limit", "PASSIVE", timings=made, failure=failure)


def trained(rate: float, device: str = "cpu") -> Run:
    plan = Plan(model="resnet50", device=device, batch=4, workload=PHOTOS)
    windows = tuple(Window(i, 40 / rate, 10, 40, 4, 1.0, warm=False, loss=1.0) for i in range(8))
    return Run("workload", plan, Rules(), 0.0, 1.0, "converged", "PASSIVE", windows=windows)


FOUR_CORES = loading_of([loaded({4: 300.0, 1: 100.0, 2: 180.0})])


def test_a_gpu_waits_for_its_data_or_they_for_it():
    slow = data_pace(250.0, 0.1, "cuda:0", FOUR_CORES)
    assert (slow.samples_per_s, slow.error, slow.limited_by, slow.workers) == (250.0, 0.1, "arithmetic", 4)
    fast = data_pace(900.0, 0.1, "cuda:0", FOUR_CORES)
    assert (fast.samples_per_s, fast.limited_by, fast.workers) == (pytest.approx(300.0), "data", 4)
    assert (fast.loading, fast.training, fast.cold) == (pytest.approx(300.0), 900.0, True)


def test_on_a_processor_the_times_of_a_sample_add_up():
    pace = data_pace(100.0, 0.1, "cpu", FOUR_CORES)
    assert pace.samples_per_s == pytest.approx(75)
    assert pace.loading_share == pytest.approx(0.25)
    assert (pace.limited_by, pace.workers) == ("arithmetic", 1)
    assert data_pace(600.0, 0.1, "cpu", FOUR_CORES).limited_by == "data"
    assert data_pace(600.0, 0.1, "cpu", FOUR_CORES).samples_per_s == pytest.approx(200)


@pytest.mark.parametrize(
    ("wanted", "processes"), [(1, 1), (100, 1), (101, 2), (180, 2), (200, 3), (240, 3), (241, 4), (300, 4), (301, 4)]
)
def test_processes_between_the_measured_numbers_lie_on_a_line(wanted, processes):
    assert FOUR_CORES.processes_for(wanted) == processes


def test_more_processes_may_help_less():
    crowded = loading_of([loaded({1: 100.0, 2: 150.0, 4: 120.0})])
    assert data_pace(900.0, 0.1, "cuda:0", crowded).workers == 2
    assert data_pace(900.0, 0.1, "cuda:0", crowded).samples_per_s == pytest.approx(150)


def test_a_jobs_time_has_its_loading_on_every_device():
    runs = [trained(100.0), trained(900.0, "cuda:0"), loaded({1: 150.0, 2: 300.0})]
    cpu, gpu = (job_estimate(3000, device, runs) for device in ("cpu", "cuda:0"))
    assert cpu.seconds == pytest.approx(40)
    assert gpu.seconds == pytest.approx(10)
    assert cpu.low < cpu.seconds < cpu.high
    assert gpu.samples_per_s == pytest.approx(300)
    alone = job_estimate(3000, "cuda:0", runs[:2])
    assert (alone.data, alone.samples_per_s) == (None, pytest.approx(900))


def test_loading_without_a_training_is_no_time():
    found = job_estimate(3000, "cpu", [loaded({1: 150.0})])
    assert (found.seconds, found.data) == (None, None)


@pytest.mark.parametrize(
    ("rate", "device", "code", "said"),
    [
        (100.0, "cuda:0", "data-suffices", "num_workers=1 suffices for the 100 samples/s"),
        (900.0, "cuda:0", "data-limits", "2 processes read and decode 300 samples/s, and 900 could be trained"),
        (100.0, "cpu", "data-shares", "takes 25 % of the time of the same cores"),
        (900.0, "cpu", "data-shares-most", "Data, not arithmetic, sets the pace on the CPU"),
    ],
)
def test_what_sets_the_pace_is_said(rate, device, code, said):
    (told,) = data_answer(job_estimate(3000, device, [trained(rate, device), loaded({1: 150.0, 2: 300.0})]))
    assert told.code == code
    assert said in told.sentence


def test_one_process_is_one():
    (told,) = data_answer(job_estimate(3000, "cuda:0", [trained(900.0, "cuda:0"), loaded({1: 150.0})]))
    assert "1 process reads and decodes 150 samples/s" in told.sentence


def test_what_came_from_memory_is_said_so():
    told = data_answer(job_estimate(3000, "cpu", [trained(900.0), loaded({1: 150.0}, "cached")]))
    assert [reason.code for reason in told] == ["data-shares-most", "data-cached"]


@pytest.mark.parametrize(
    ("code", "detail", "said"),
    [
        ("no-decoder", "No module named 'PIL'", "python -m pip install pillow"),
        ("disk-full", "12 MiB are free", "The disk has no room for some trial images (12 MiB are free)"),
    ],
)
def test_what_was_not_measured_is_said_with_the_reason(code, detail, said):
    run = loaded({}, failure=Failure(code, detail))
    found = job_estimate(3000, "cpu", [trained(100.0), run])
    assert found.samples_per_s == pytest.approx(100)
    (told,) = data_answer(found)
    assert told.sentence.startswith("How fast images are read and decoded here was not measured. ")
    assert said in told.sentence
    assert not run.incomplete, "that is an answer"
    assert replace(run, failure=Failure("died")).incomplete


@pytest.mark.parametrize("way", ["", "0", "-1", "many", "²", "9" * 5000])
def test_a_number_of_processes_that_is_none_is_left_out(way):
    timing = Timing(0.0, "loading", (1.0,), 4, "sample", way)
    assert loading_of([replace(loaded({}), timings=(timing,))]) is None
