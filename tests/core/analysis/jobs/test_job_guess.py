"""Guesses of all jobs from what a check measures: rates by kind, range, memory, and measured jobs in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_guess import (
    LONGEST_CALL_S,
    MATRIX_SHARE,
    RANGE,
    SHORTEST_CALL_S,
    TRAFFIC_SHARE,
    USUAL_CALL_S,
    USUAL_CONVOLUTION_SHARE,
    all_jobs,
    device_rates,
    guess,
)
from rigdyno.core.analysis.jobs.work_time import sample_seconds
from rigdyno.core.records.events import DepthTiming, Timing, Work
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.reference import job_catalogue
from rigdyno.core.reference.job_work import load_job_work
from rigdyno.core.verdict.judge import judge

from tests.core.builders import RULES, job_run, machine, result, train_run

PEAK, HALF_PEAK, COPY = 100e9, 200e9, 20e9
TITLES = {job.name: job for job in job_catalogue.load_catalogue()}


def products(device: str = "cpu", scale: float = 1.0) -> Run:
    peaks = {"fp32": PEAK, "bf16": HALF_PEAK}
    timings = [Timing(0.0, "peak", (1.0, 1.1), scale * flops, "flop", way) for way, flops in peaks.items()]
    timings.append(Timing(0.0, "copy", (1.0, 1.2), scale * COPY, "byte"))
    return Run("matmul", Plan(device=device), Rules(), 0.0, 1.0, "converged", "ACTIVE", timings=tuple(timings))


def checked(*runs: Run, **about):
    """The result of a check with a verdict, of a computer with one GPU of 24 GB if `gpus` says so."""
    found = machine(**about)
    whole = replace(result(), machine=found, runs=(train_run(1000), products(), *runs))
    return replace(whole, verdict=judge(found, whole.runs, (), RULES, complete=True))


def true_rate(name: str, convolution: float, call_s: float) -> float:
    """Samples/s of a job whose convolutions run at this rate, and everything else as is usual."""
    work, job = load_job_work()[name], TITLES[name]
    rates = replace(device_rates([products()], "cpu").at("fp32"), convolution=convolution, call_s=call_s)
    return 1 / sample_seconds(work, job.batch, rates)


def test_without_products_there_are_no_rates():
    assert device_rates([train_run(1000)], "cpu") is None
    assert device_rates([products()], "cuda:0") is None


def test_rates_by_kind_from_products_and_copy():
    found = device_rates([products()], "cpu")
    assert found.convolution_share == USUAL_CONVOLUTION_SHARE
    assert found.call_s == USUAL_CALL_S
    at = found.at("fp32")
    assert at.matrix == pytest.approx(MATRIX_SHARE["cpu"] * PEAK)
    assert at.traffic == pytest.approx(TRAFFIC_SHARE["cpu"] * COPY)


@pytest.mark.parametrize(
    ("precision", "peak"),
    [("bf16-true", HALF_PEAK), ("bf16", HALF_PEAK), ("fp16", PEAK), ("tf32", PEAK), ("fp32", PEAK)],
)
def test_a_number_format_that_was_not_measured_falls_back(precision, peak):
    assert device_rates([products()], "cpu").at(precision).matrix == pytest.approx(MATRIX_SHARE["cpu"] * peak)


def test_convolutions_by_what_is_left_of_a_measured_network():
    rate = true_rate("resnet18-small-images", convolution=150e9, call_s=USUAL_CALL_S)
    found = device_rates([products(), job_run("resnet18-small-images", rate)], "cpu")
    assert found.at("fp32").convolution == pytest.approx(150e9, rel=0.01)
    assert found.at("bf16").convolution == pytest.approx(300e9, rel=0.01), "the same share of another format's products"


@pytest.mark.parametrize(("told", "kept"), [(20e-6, 20e-6), (1e-9, SHORTEST_CALL_S), (1.0, LONGEST_CALL_S)])
def test_the_start_of_an_operation_by_a_network_of_small_ones(told, kept):
    rate = true_rate("mlp-table", convolution=1e9, call_s=told)
    assert device_rates([products(), job_run("mlp-table", rate)], "cpu").call_s == pytest.approx(kept, rel=0.01)


def test_a_guess_has_a_wide_range():
    rates = device_rates([products()], "cpu")
    job = TITLES["bert-squad"]
    found = guess(job, "cpu", load_job_work()[job.name], rates)
    assert found.kind == "guess"
    assert found.seconds == pytest.approx(job.work / found.samples_per_s)
    assert (found.low, found.high) == (pytest.approx(found.seconds / RANGE), pytest.approx(found.seconds * RANGE))
    faster = guess(job, "cpu", load_job_work()[job.name], device_rates([products(scale=2.0)], "cpu"))
    assert faster.seconds < found.seconds


def test_all_jobs_stand_in_the_table():
    found = dict(all_jobs(checked()))
    assert set(found) == set(TITLES.values())
    for job, items in found.items():
        alone = job.name in load_job_work() and not job.accelerators
        assert len(items) == (1 if alone else 0), job.name
    assert {item.kind for items in found.values() for item in items} == {"guess"}


def test_each_device_has_its_guess():
    found = dict(all_jobs(checked(products("cuda:0", 100.0), gpus=1, memory_gb=24)))
    on_cpu, on_gpu = found[TITLES["bert-squad"]]
    assert (on_cpu.device, on_gpu.device) == ("cpu", "cuda:0")
    assert on_gpu.seconds < on_cpu.seconds / 50


def test_memory_is_the_shipped_count_against_the_device():
    about = {"gpus": 1, "memory_gb": 24, "memory_available": 8 * 10**9}
    found = dict(all_jobs(checked(products("cuda:0", 100.0), **about)))
    fits = {
        name: [item.fits for item in found[TITLES[name]]]
        for name in ("llama-1b-lora", "llama-8b-lora", "llama-8b-full")
    }
    assert fits == {"llama-1b-lora": [True, True], "llama-8b-lora": [False, True], "llama-8b-full": [False, False]}
    told = found[TITLES["llama-8b-lora"]][1].memory
    assert told.peak > told.weights > 16e9
    assert told.limit < 24e9


def test_unknown_memory_is_no_answer():
    (item,) = dict(all_jobs(checked()))[TITLES["llama-1b-lora"]]
    assert item.fits is None


def test_the_checks_own_measurement_takes_the_place_of_a_guess():
    found = dict(all_jobs(checked(job_run("resnet50-finetune", 10.0))))
    (item,) = found[TITLES["resnet50-finetune"]]
    assert (item.kind, item.samples_per_s) == ("measured", pytest.approx(10.0))
    (other,) = found[TITLES["bert-squad"]]
    assert other.kind == "guess"


def single(name: str, seconds: float, **changes: int) -> object:
    """The stored result of one job, from steps of two depths of the network."""
    job = TITLES[name]
    workload = replace(job.workload, **changes)
    plan = Plan(model=job.network, batch=job.batch, workload=workload)
    parts = tuple(DepthTiming(0.0, n, 12, job.batch, job.sequence, 1e9 * n, (seconds / 12 * n,) * 3) for n in (2, 4))
    run = Run(
        "workload",
        plan,
        Rules(),
        0.0,
        1.0,
        "time-limit",
        "PASSIVE",
        depths=parts,
        work=Work(0.0, job.batch, 12e9, 12e9, 1.0),
    )
    asked = CheckPlan("custom", ("memory", "workload"), (), plan, samples=job.work)
    return replace(result(1), plan=asked, runs=(run,))


def test_later_results_of_single_jobs_take_the_place_of_guesses():
    later, earlier = single("bert-squad", 2.4), single("bert-squad", 4.8)
    (item,) = dict(all_jobs(checked(), [later, earlier]))[TITLES["bert-squad"]]
    assert item.kind == "extrapolated"
    assert item.samples_per_s == pytest.approx(TITLES["bert-squad"].batch / 2.4)


def test_a_job_that_was_changed_is_another_one():
    (item,) = dict(all_jobs(checked(), [single("bert-squad", 2.4, lora=8)]))[TITLES["bert-squad"]]
    assert item.kind == "guess"
