"""Jobs on GPUs that are not here: against published rates that nothing was fitted to, and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.absent_gpus import gpu_speed
from rigdyno.core.analysis.absent_gpus.absent_job import AbsentGpu, asked_job, estimate, speed_error
from rigdyno.core.analysis.absent_gpus.gpu_speed import step_parts
from rigdyno.core.analysis.jobs.job_memory import USUAL_CONTEXT
from rigdyno.core.reference.gpu_names import gpus_called
from rigdyno.core.reference.gpu_speed import SpeedFit, load_speed_fit, parse_speed_fit
from rigdyno.core.reference.hardware_tables import GpuModel, gpu_models
from rigdyno.core.reference.job_catalogue import job
from rigdyno.core.reference.job_work import JobWork, load_job_work

from tests.bench import plan_truth
from tests.bench.published_speeds import HELD_OUT_SHARE, held_out, speeds

FIT = load_speed_fit()
PLAIN = SpeedFit(1.0, 0.5, 0.5, 0.25, plain=0.8, traffic=0.5, call_s=1e-5, efficiency=1.0)


def called(name: str) -> GpuModel:
    return gpus_called(name, gpu_models())[0]


def test_machines_that_nothing_was_fitted_to_are_told():
    """The targets of `python -m tests.bench.plan_truth`, which lists each row."""
    rows = speeds()
    apart = held_out(rows)
    unseen = [row for row in rows if row.machine in apart]
    assert len(apart) == round(len({row.machine for row in rows}) * HELD_OUT_SHARE)
    assert plan_truth.share_within(unseen, FIT, 1.25) >= 0.70
    assert plan_truth.share_within(unseen, FIT, 1.5) >= 0.90
    off = [max(r := plan_truth.ratio(row, FIT), 1 / r) for row in unseen]
    assert sum(value <= 1 + FIT.error + 0.001 for value in off) >= 0.95 * len(off)


def test_the_shipped_figures_are_those_of_the_machines_that_were_not_held_out():
    rows = speeds()
    apart = held_out(rows)
    again = plan_truth.fitted([row for row in rows if row.machine not in apart])
    for name in ("matrix", "attention", "convolution_half", "convolution_tf32", "plain", "traffic", "call_s"):
        assert getattr(again, name) == pytest.approx(getattr(FIT, name), rel=1e-3), name
    assert again.architectures == pytest.approx(FIT.architectures, rel=1e-3)


def test_memory_verdicts_are_those_of_published_peaks():
    found = plan_truth.memory_verdicts()
    assert sum(counted == published for _line, _size, counted, published in found) >= 0.95 * len(found)


def test_time_by_hand():
    """100 GFLOP of products, 1 GB of traffic and 1,000 operations for a batch of 10, on an RTX 4090."""
    work = JobWork(1, 1, 1000, elementwise=(0, 1), matrix=(100, 5))
    parts = step_parts(work, 10, called("RTX 4090"), "fp16", PLAIN)
    assert parts.arithmetic == pytest.approx(100e9 / 165.2e12)
    assert parts.bandwidth == pytest.approx(1e9 / (0.5 * 1010e9))
    assert parts.starting == pytest.approx(1000 * 1e-5 / 10)
    assert parts.limit == "bandwidth"
    plain = step_parts(work, 10, called("RTX 4090"), "fp32", PLAIN)
    assert plain.arithmetic == pytest.approx(100e9 / (0.8 * 82.58e12))


def test_less_power_slows_arithmetic_alone_and_is_less_sure():
    work, gpu = JobWork(1, 1, 0, elementwise=(0, 1), matrix=(100, 5)), called("RTX 4060 laptop")
    assert gpu.tdp_w == 115
    full, half = (step_parts(work, 1, gpu, "fp16", PLAIN, watts) for watts in (None, 57.5))
    assert full.arithmetic / half.arithmetic == pytest.approx(0.5 ** (1 / 3))
    assert full.bandwidth == half.bandwidth
    assert speed_error(AbsentGpu(gpu, 57.5), FIT, "fp16") > speed_error(AbsentGpu(gpu), FIT, "fp16")


def test_an_architecture_without_published_rates_has_a_wider_range():
    known, unknown = called("RTX 4090"), called("RTX 5090")
    assert gpu_speed.architecture(unknown, "fp16") not in FIT.architectures
    assert speed_error(AbsentGpu(unknown), FIT, "fp16") > speed_error(AbsentGpu(known), FIT, "fp16")


@pytest.mark.parametrize(("name", "fits", "change"), [("RTX 3090", True, None), ("RTX 4060", False, "four-bit")])
def test_memory_and_the_change_that_makes_a_job_fit(name, fits, change):
    lora, work = job("llama-8b-lora"), load_job_work()["llama-8b-lora"]
    found = estimate(asked_job(lora, work), AbsentGpu(called(name)), FIT)
    assert found.job.fits is fits
    assert (found.remedy.code if found.remedy else None) == change
    assert found.limit == ("memory" if change else "arithmetic")
    room = AbsentGpu(called(name)).memory - USUAL_CONTEXT
    assert all(remedy.memory_bytes <= room for remedy in found.job.remedies)
    assert found.job.low < found.job.seconds < found.job.high


def test_a_stated_memory_counts_instead_of_that_of_the_table():
    lora, work = job("llama-8b-lora"), load_job_work()["llama-8b-lora"]
    assert estimate(asked_job(lora, work), AbsentGpu(called("RTX 4060"), memory_gb=24), FIT).job.fits


def test_single_samples_start_operations_more_often():
    yolo, work = job("yolo-training"), load_job_work()["yolo-training"]
    small = estimate(asked_job(yolo, work), AbsentGpu(called("RTX 4060"), memory_gb=4), FIT)
    assert small.remedy.code == "smaller-batch"
    slower = replace(work, calls=10 * work.calls)
    assert (
        estimate(asked_job(yolo, slower), AbsentGpu(called("RTX 4060"), memory_gb=4), FIT).remedy.slower
        > small.remedy.slower
    )


def test_what_the_processor_sets_the_pace_of_is_not_told():
    assert asked_job(job("ppo-cartpole"), load_job_work()["ppo-cartpole"]) is None
    day = "resnet50-imagenet-day"
    assert estimate(asked_job(job(day), load_job_work()[day]), AbsentGpu(called("RTX 4090")), FIT) is None


def test_a_faster_gpu_is_faster_at_every_job():
    slow, fast = AbsentGpu(called("RTX 3060 12")), AbsentGpu(called("H100 SXM"))
    for name, work in load_job_work().items():
        if asked := asked_job(job(name), work):
            pair = [estimate(asked, gpu, FIT) for gpu in (slow, fast) if gpu.count >= asked.accelerators]
            assert not pair or pair[1].job.seconds < pair[0].job.seconds, name


@pytest.mark.parametrize("text", ["matrix = 1", "matrix = 'a'", "["])
def test_a_wrong_fit_is_refused(text):
    with pytest.raises(ValueError, match="gpu_speed"):
        parse_speed_fit(text)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("RTX 4060 laptop", "GeForce RTX 4060 Mobile"),
        ("rtx 4060", "GeForce RTX 4060"),
        ("NVIDIA GeForce RTX 3080 Ti", "GeForce RTX 3080 Ti"),
        ("A100 80GB", "A100 PCIe 80 GB"),
        ("H100 SXM", "H100 SXM5 80 GB"),
        ("T4", "Tesla T4"),
        ("940MX", "GeForce 940MX"),
        ("RTX 9999", None),
        ("", None),
    ],
)
def test_names(name, first):
    found = gpus_called(name, gpu_models())
    assert (found[0].name if found else None) == first
