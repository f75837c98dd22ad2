"""Forecasts of jobs from measured rates: their time, range, probability, and extrapolation over batch sizes."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis.forecast import (
    cpu_seconds_per_step,
    device_memory,
    forecast_job,
    headline_rates,
    rate_at_plan_batch,
)
from rigdyno.core.records.events import Failure, Timing
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run

from tests.core.builders import (
    END,
    GB,
    JOBS,
    START,
    done,
    gpu_runs,
    job_run,
    machine,
    out_of_memory,
    train_run,
    windows,
)

R18, R50, IMAGENET = JOBS["resnet18-small-images"], JOBS["resnet50-finetune"], JOBS["resnet50-imagenet"]
DAY = JOBS["resnet50-imagenet-day"]
SINGLE = [job for job in JOBS.values() if not job.accelerators]


@pytest.mark.parametrize("job", SINGLE, ids=lambda j: j.name)
def test_at_the_border_the_odds_are_even(job):
    (found,) = forecast_job(job, machine(), [job_run(job.name, job.work / job.deadline_s)])
    assert found.seconds == pytest.approx(job.deadline_s)
    assert found.probability == pytest.approx(0.5, abs=1e-6)
    assert not found.estimated


def test_the_range_is_the_model_error_where_the_rate_is_exact():
    """50,000 x 30 images at 300 a second: 5,000 s, give or take a tenth."""
    (found,) = forecast_job(R18, machine(), [job_run(R18.name, 300)])
    assert found.seconds == pytest.approx(5000)
    assert (found.low, found.high) == (pytest.approx(5000 / 1.1), pytest.approx(5500))
    assert found.probability == pytest.approx(NormalDist(0, 0.1 / 1.96).cdf(math.log(7200 / 5000)))


def test_a_noisy_rate_widens_the_range():
    """Every other window 8 % above and below: the interval's half is 8 %, and errors add as squares."""
    (found,) = forecast_job(R18, machine(), [job_run(R18.name, 200, noise=0.08)])
    error = math.hypot(0.08, 0.10)
    assert found.high / found.seconds == pytest.approx(1 + error, rel=1e-3)
    assert found.seconds / found.low == pytest.approx(1 + error, rel=1e-3)


@given(st.sampled_from(SINGLE), st.floats(0.01, 1e5), st.floats(1.0, 10.0))
def test_a_faster_machine_is_never_less_likely(job, rate, factor):
    (slow,) = forecast_job(job, machine(), [job_run(job.name, rate, count=8)])
    (fast,) = forecast_job(job, machine(), [job_run(job.name, rate * factor, count=8)])
    assert 0 <= slow.probability <= fast.probability <= 1
    assert fast.low <= fast.seconds <= fast.high
    assert (slow.probability >= 0.5) == (slow.seconds <= job.deadline_s) or slow.seconds == pytest.approx(
        job.deadline_s
    )


def pair(fixed: float, each: float, batch: int = 32, noise: float = 0.0) -> Run:
    """A job too slow for its own batch, measured at a quarter and a half: a step takes `fixed + each x batch`."""
    plan = replace(R50.plan(Plan(threads=2)), batch=batch)
    both = [w for b in (batch // 4, batch // 2) for w in windows(b / (fixed + each * b), b, 4, noise)]
    return Run("job", plan, Rules(), START, END, "time-limit", "ACTIVE", tuple(both), done=done(None))


@given(st.floats(0, 10), st.floats(0.001, 10), st.sampled_from([4, 8, 32, 128]))
def test_extrapolation_is_exact_on_an_exact_line(fixed, each, batch):
    rate, estimated = rate_at_plan_batch(pair(fixed, each, batch))
    assert estimated
    assert rate.median == pytest.approx(batch / (fixed + each * batch))
    assert rate.half_width == pytest.approx(0, abs=1e-6)


def test_an_extrapolated_forecast_says_so_and_is_wider():
    """A step takes 0.1 s + 0.02 s an image: 0.74 s at batch 32."""
    (found,) = forecast_job(R50, machine(), [pair(0.1, 0.02)])
    assert found.estimated
    assert found.seconds == pytest.approx(50_000 / 32 * 0.74)
    assert found.high / found.seconds == pytest.approx(1 + math.hypot(0.1, 0.1))


def test_extrapolation_widens_the_intervals_that_it_starts_from():
    """A step is three times the half's less twice the quarter's; 0.2 of 0.42 s and of 0.26 s reach that far."""
    rate, _ = rate_at_plan_batch(pair(0.1, 0.02, noise=0.2))
    assert rate.half_width == pytest.approx(0.2 * math.hypot(3 * 0.42, 2 * 0.26) / 0.74, rel=0.05)
    assert rate.low < rate.median < rate.high


def half(fixed: float, each: float, batch: int = 32, noise: float = 0.0) -> Run:
    """A job too slow for its own batch, measured at a half, and its update of the weights by itself."""
    run = pair(fixed, each, batch, noise)
    update = Timing(END, "optimizer", (fixed, 2 * fixed, fixed / 2), batch, "sample")
    return replace(run, windows=run.windows[4:], timings=(update,))


@given(st.floats(0.001, 10), st.floats(0.001, 10), st.sampled_from([4, 8, 32, 128]))
def test_the_timed_update_is_what_does_not_grow(fixed, each, batch):
    rate, estimated = rate_at_plan_batch(half(fixed, each, batch))
    assert estimated
    assert rate.median == pytest.approx(batch / (fixed + each * batch))
    run = half(fixed, each, batch)
    assert cpu_seconds_per_step(run) == pytest.approx(2 * (fixed + each * batch))
    slower = replace(run, timings=(replace(run.timings[0], seconds=(1e6,)),))
    assert rate_at_plan_batch(slower)[0].median <= 1.001 * batch / (fixed + each * batch / 2), (
        "never less than what was measured"
    )


def test_half_a_batch_counts_its_interval_twice():
    """0.2 of 0.42 s, of which 0.1 s stay: doubled, against 0.74 s."""
    rate, _ = rate_at_plan_batch(half(0.1, 0.02, noise=0.2))
    assert rate.half_width == pytest.approx(0.2 * 2 * 0.42 / 0.74, rel=0.06)


def test_processor_time_is_extrapolated_by_the_same_rule():
    """Each window here used two processor seconds a second."""
    assert cpu_seconds_per_step(pair(0.1, 0.02)) == pytest.approx(2 * 0.74)
    assert cpu_seconds_per_step(job_run(R50.name, 100)) == pytest.approx(2 * R50.batch / 100)
    run = pair(0.1, 0.02)
    assert cpu_seconds_per_step(replace(run, windows=run.windows[:4])) is None


def test_a_larger_batch_never_takes_less_than_the_largest_measured():
    """Two noisy points can slope downwards; a step of twice the batch is not believed to be shorter."""
    rate, _ = rate_at_plan_batch(pair(2.0, -0.05))
    assert rate.median == pytest.approx(32 / (2.0 - 0.05 * 16))


def test_one_smaller_batch_alone_tells_nothing():
    run = pair(0.1, 0.02)
    half = replace(run, windows=tuple(w for w in run.windows if w.batch == 16))
    assert rate_at_plan_batch(half) is None
    assert forecast_job(R50, machine(), [half]) == []


def test_warm_up_tells_nothing():
    run = job_run(R50.name, 100)
    assert rate_at_plan_batch(replace(run, windows=tuple(replace(w, warm=True) for w in run.windows))) is None


def test_a_measured_batch_has_shown_that_it_fits():
    (found,) = forecast_job(IMAGENET, machine(1, 1.0), [job_run(IMAGENET.name, 1000, "cuda:0")])
    assert found.probability > 0.99
    assert (found.memory_need, found.memory_has) == (7 * GB, GB)


@pytest.mark.parametrize(("has", "fits"), [(6.999, False), (7.0, True), (24.0, True)])
def test_another_batch_has_to_fit_by_its_need(has, fits):
    (found,) = forecast_job(IMAGENET, machine(1, has), [job_run(R50.name, 1000, "cuda:0")])
    assert found.estimated
    assert (found.probability > 0.99) is fits
    assert found.seconds == pytest.approx(IMAGENET.work / 1000), "how long it would take is known all the same"


def test_unknown_memory_forbids_nothing():
    silent = machine(1, 8)
    devices = tuple(replace(d, memory_total=None) for d in silent.torch.devices)
    silent = replace(silent, torch=replace(silent.torch, devices=devices))
    (found,) = forecast_job(IMAGENET, silent, [job_run(R50.name, 1000, "cuda:0")])
    assert found.memory_has is None
    assert found.probability > 0.99


def test_the_jobs_own_batch_is_believed_before_a_faster_other_one():
    runs = [job_run(R50.name, 1000, "cuda:0"), job_run(IMAGENET.name, 500, "cuda:0")]
    (found,) = forecast_job(IMAGENET, machine(1, 24), runs)
    assert not found.estimated
    assert found.samples_per_s == pytest.approx(500)


def test_memory_that_ran_out_at_the_own_batch_is_believed_before_a_smaller_one():
    runs = [job_run(R50.name, 1000, "cuda:0"), out_of_memory(IMAGENET.name)]
    (found,) = forecast_job(IMAGENET, machine(1, 24), runs)
    assert (found.seconds, found.probability) == (None, 0.0)


@pytest.mark.parametrize(
    ("run", "job", "tells"),
    [
        (job_run("resnet18-small-images", 100), R18, True),
        (job_run("resnet50-finetune", 100), IMAGENET, True),
        (job_run("resnet50-finetune", 100), R18, False),
        (replace(job_run("resnet50-finetune", 100), task="train"), R50, False),
        (replace(job_run("resnet50-finetune", 100), plan=replace(R50.plan(Plan()), image_size=64)), R50, False),
        (replace(job_run("mlp-table", 1e5), plan=replace(JOBS["mlp-table"].plan(Plan()), image_size=99)),
         JOBS["mlp-table"], True),
        (replace(job_run("resnet50-finetune", 100), failure=Failure("cancelled"), done=None), R50, True),
        (replace(job_run("resnet50-finetune", 100), failure=Failure("died"), windows=(), done=None), R50, False),
    ],
)  # fmt: skip
def test_only_runs_of_the_same_work_forecast_a_job(run, job, tells):
    assert bool(forecast_job(job, machine(), [run])) is tells


def test_each_device_has_one_forecast_the_fastest_first():
    runs = gpu_runs(1000, 100, 5, count=2)
    found = forecast_job(R18, machine(2, 24), [*runs, job_run(R18.name, 2000, "cuda:1")])
    assert [f.device for f in found] == ["cuda:1", "cuda:0", "cpu"]


def test_a_device_that_finishes_comes_before_a_faster_one_without_the_memory():
    """A server's CPU with much memory beside a small fast GPU: the CPU is what the job can be done on."""
    runs = [job_run(R50.name, 1000, "cuda:0"), job_run(R50.name, 300)]
    found = forecast_job(IMAGENET, machine(1, 5, cpu_gb=256), runs)
    assert [f.device for f in found] == ["cpu", "cuda:0"]
    assert found[0].probability > 0.5
    assert found[1].probability == 0


# ResNet-50 training, FP32/TF32, images/s: one and several of the same card; reference/train_throughput.csv,
# source "Lambda deeplearning-benchmark CSV".
@pytest.mark.parametrize(
    ("one", "count", "together"),
    [(1066, 2, 2029), (1066, 4, 4042), (1066, 8, 7397), (369, 4, 1422), (369, 8, 2817)],
)
def test_several_accelerators_come_near_their_published_rate(one, count, together):
    (found,) = forecast_job(DAY, machine(count, 40), gpu_runs(5000, one, 10, count))
    assert found.samples_per_s == pytest.approx(together, rel=0.08)
    assert found.estimated
    assert str(count) in found.device


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_accelerators_have_no_chance(count):
    runs = [job_run(R50.name, 1e6), *(job_run(R50.name, 1e6, f"cuda:{i}") for i in range(count))]
    (found,) = forecast_job(DAY, machine(count, 80), runs)
    assert (found.seconds, found.probability) == (None, 0.0)
    assert found.device == f"{count} accelerators", "the CPU is none"


def test_several_accelerators_do_not_add_their_memory():
    runs = [job_run(R50.name, 1000, "cuda:0"), job_run(R50.name, 1000, "cuda:1")]
    (small,) = forecast_job(DAY, machine(2, 6.9), runs)
    assert small.probability == 0
    assert small.memory_has == int(6.9 * GB)
    (enough,) = forecast_job(DAY, machine(2, 7), runs)
    assert enough.probability > 0.99


def test_device_memory_is_the_computers_for_the_cpu():
    assert device_memory(machine(2, 8, cpu_gb=32), "cuda:1") == 8 * GB
    assert device_memory(machine(2, 8, cpu_gb=32), "cpu") == 32 * GB
    assert device_memory(machine(), "cuda:9") is None
    assert device_memory(replace(machine(), readings={}), "cpu") is None


def test_the_headline_is_the_small_networks_median_on_each_device():
    runs = [train_run(1000), train_run(3000), train_run(1100), train_run(9000, "cuda:0"), job_run(R18.name, 5)]
    assert headline_rates(runs) == {"cpu": pytest.approx(1100), "cuda:0": pytest.approx(9000)}
