"""What the runs of a job tell: its time, its memory, and which changes make it fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_estimate import job_estimate, job_estimates
from rigdyno.core.analysis.jobs.memory_remedies import fits, largest_batch, longest_sequence, remedies
from rigdyno.core.records.events import KEEPING_MEMORY, DepthTiming, Failure, Timing, Window, Work
from rigdyno.core.records.experiment_events.memory import MemoryCount
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.workload import Workload

from tests.core.builders import result

LANGUAGE = Workload("decoder", batch=4, sequence=512, lora=16, precision="bf16-true")
GIB = 2**30


def count(peak: float, batch: int = 4, sequence: int = 512, limit: float | None = 16, device: str = "cpu"):
    room = None if limit is None else int(limit * GIB)
    return MemoryCount(0.0, device, batch, sequence, GIB, 0, 0, int(peak * GIB), 0, room)


def run(task: str, workload: Workload = LANGUAGE, **more) -> Run:
    plan = Plan(model=workload.network, batch=workload.batch, workload=workload)
    return Run(task, plan, Rules(), 0.0, 1.0, "converged", "PASSIVE", **more)


def windows(seconds: float, steps: int = 10, batch: int = 4) -> tuple[Window, ...]:
    return tuple(Window(i, seconds, steps, steps * batch, batch, 1.0, warm=False, loss=1.0) for i in range(8))


def test_windows_are_a_measurement():
    found = job_estimate(4000, "cpu", [run("memory", memory=(count(8),)), run("workload", windows=windows(1.0))])
    assert (found.kind, found.samples_per_s, found.seconds) == ("measured", 40.0, 100.0)
    assert found.low < 100 < found.high
    assert found.fits is True
    assert found.remedies == ()


def test_an_update_after_many_batches_counts_once():
    workload = replace(LANGUAGE, accumulation=4)
    update = Timing(0.0, "optimizer", (0.02,), 4, "sample")
    found = job_estimate(4000, "cpu", [run("workload", workload, windows=windows(1.0), timings=(update,))])
    assert found.samples_per_s == pytest.approx(4 / (0.1 - 0.02 * 3 / 4))


def test_what_an_allocator_that_keeps_memory_gains():
    kept = Timing(0.0, KEEPING_MEMORY, (0.04, 0.05, 0.06), 4, "sample")
    found = job_estimate(4000, "cpu", [run("workload", windows=windows(1.0), timings=(kept,))])
    assert found.samples_per_s == 40.0, "the plain steps are the forecast"
    assert found.keeping_memory == pytest.approx(2.0)


def test_parts_are_an_extrapolation():
    parts = tuple(DepthTiming(0.0, n, 16, 4, 512, 100.0 * n, (0.1 * n,) * 3) for n in (2, 4))
    found = job_estimate(4000, "cpu", [run("workload", depths=parts, work=Work(0.0, 4, 1600.0, 1600.0, 1.0))])
    assert found.kind == "extrapolated"
    assert found.seconds == pytest.approx(1600)
    assert found.fits is None


def test_what_does_not_fit_comes_with_what_would():
    runs = [run("memory", memory=(count(20), count(21, limit=None, device="cuda"), count(36, batch=8)))]
    sizes = {"four-bit": 10.0, "checkpoint": 18.0, "smaller-batch": 12.0}
    runs += [run("memory", r.workload, memory=(count(sizes[r.code]),)) for r in remedies(LANGUAGE) if r.code in sizes]
    found = job_estimate(4000, "cpu", runs)
    assert found.fits is False
    assert [r.code for r in found.remedies] == ["smaller-batch", "four-bit"]
    assert found.largest_batch == 3
    assert found.kind == "guess"


def test_a_failure_is_told():
    found = job_estimate(1, "cpu", [run("workload", failure=Failure("out-of-memory", "no"))])
    assert (found.failure, found.detail, found.seconds) == ("out-of-memory", "no", None)


def test_every_device_has_its_own():
    gpu = run("workload", windows=windows(0.1))
    gpu = replace(gpu, plan=replace(gpu.plan, device="cuda:0"))
    whole = replace(result(), runs=(run("workload", windows=windows(1.0)), gpu))
    found = job_estimates(replace(whole, plan=replace(whole.plan, samples=4000)))
    assert [(f.device, f.seconds) for f in found] == [("cpu", 100.0), ("cuda:0", 10.0)]
    assert job_estimates(result()) == []


def test_the_line_over_the_batch_and_over_the_sequence():
    counts = [count(8), count(9, device="cuda"), count(12, batch=8), count(6, sequence=256)]
    assert largest_batch(counts) == 12
    assert longest_sequence(counts) == 512 + 4 * 256
    assert largest_batch(counts[:1]) is None
    assert largest_batch([count(8, limit=None), *counts[1:]]) is None


def test_fitting_is_unknown_where_the_room_is():
    assert [fits(count(8, limit=limit)) for limit in (16, 8, 7, None)] == [True, True, False, None]


@pytest.mark.parametrize(
    "workload",
    [LANGUAGE, replace(LANGUAGE, lora=0), Workload("resnet50", 64, image_size=224), replace(LANGUAGE, bits=4, batch=1)],
)
def test_every_remedy_is_another_workload_that_trains_the_same_samples(workload):
    found = remedies(workload)
    assert found
    assert len({r.workload for r in found}) == len(found)
    for remedy in found:
        assert remedy.workload != workload
        assert remedy.slower >= 1
        if remedy.code in ("smaller-batch", "checkpoint", "four-bit"):
            assert remedy.workload.samples_per_update == workload.samples_per_update
