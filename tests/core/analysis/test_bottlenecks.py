"""Bottlenecks, the roofline, sustained speed, stages of a project and evidence, from exact numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis import bottlenecks, project_stages, roofline, sustained_speed
from rigdyno.core.analysis.forecast import sustained_rate
from rigdyno.core.records.events import Score, Timing, Window, Work
from rigdyno.core.records.experiment_events.memory import Capacity
from rigdyno.core.records.machine import Gpu, Machine, Reading, Sample, TorchDevice
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.verdict import Forecast, Reason
from rigdyno.core.verdict.evidence import evidence

from tests.core.builders import END, START, job_run, machine, train_run, windows

GPU = Machine({}, (Gpu("GPU-1", "0", {"gpu.name": Reading("RTX", "NVML")}),))


def timed(task: str, *timings: Timing, device: str = "cpu") -> Run:
    return Run(task, Plan(device=device), Rules(), START, END, "converged", "ACTIVE", timings=timings)


def roof_run(gflops: float, gigabytes: float, device: str = "cpu") -> Run:
    return timed(
        "matmul",
        Timing(START, "peak", (0.5, 1.0), gflops * 0.5e9, "flop", "fp32"),
        Timing(START, "copy", (1.0,), gigabytes * 1e9, "byte"),
        device=device,
    )


def worked(run: Run, flops: float, moved: float) -> Run:
    return replace(run, work=Work(START, run.plan.batch, flops, flops, moved))


def codes(
    *runs: Run, telemetry: list[Sample] | None = None, doubts: tuple[Reason, ...] = (), **how: object
) -> list[str]:
    found = bottlenecks.bottlenecks(
        how.get("machine", machine()), runs, telemetry or [], how.get("forecasts", ()), doubts
    )
    assert all(r.sentence and "{" not in r.sentence for r in found)
    return [r.code for r in found]


def test_a_peak_is_the_best_repetition():
    over = roofline.device_roof([roof_run(100, 10)], "cpu", "fp32")
    assert (over.flops, over.bandwidth, over.ridge) == (100e9, 10e9, 10)
    assert roofline.device_roof([roof_run(100, 10)], "cpu", "bf16").flops == 100e9, (
        "what was not timed falls back to fp32"
    )
    assert roofline.device_roof([roof_run(100, 10)], "cuda:0", "fp32") is None


def test_a_training_has_its_point_under_the_roof():
    run = worked(train_run(640), flops=8e9, moved=1e9)  # ten steps a second
    place = roofline.roofline_point(run, [run, roof_run(100, 20)])
    assert (place.achieved, place.moved, place.intensity) == pytest.approx((80e9, 10e9, 8))
    assert (place.compute_share, place.bandwidth_share) == pytest.approx((0.8, 0.5))
    half = replace(run, plan=replace(run.plan, precision="bf16"))
    assert roofline.roofline_point(half, [roof_run(100, 20)]).moved == pytest.approx(5e9), (
        "half the bytes in half precision"
    )
    assert roofline.roofline_point(train_run(640), [roof_run(100, 20)]) is None, "not counted"


def test_a_training_is_bound_by_arithmetic_by_memory_or_by_neither():
    roof = roof_run(100, 20)
    assert codes(worked(train_run(640), 8e9, 0.1e9), roof) == ["compute-bound"]
    assert codes(worked(train_run(640), 2e9, 1.5e9), roof) == ["bandwidth-bound"]
    assert codes(worked(train_run(640), 1e9, 0.2e9), roof) == ["no-roof"]
    assert codes(train_run(640)) == [], "nothing is said without a measured roof"


def test_the_roofline_bottleneck_is_that_of_the_largest_work():
    small, large = worked(train_run(640), 1e9, 0.1e9), worked(job_run("resnet50-finetune", 32), 80e9, 1e9)
    (found,) = bottlenecks.bottlenecks(machine(), [small, large, roof_run(100, 20)], [], (), ())
    assert found.numbers["model"] == "resnet50"
    assert found.numbers["compute"] == pytest.approx(80)


def sweep_of(step_s: dict[int, float]) -> Run:
    made = tuple(
        Window(START, seconds, 1, batch, batch, seconds, warm=False) for batch, seconds in step_s.items() for _ in "123"
    )
    return Run("sweep", Plan(batch=64), Rules(), START, END, "converged", "ACTIVE", made)


def test_steps_that_do_not_grow_with_the_batch_are_launch_bound():
    assert codes(sweep_of({64: 0.010, 128: 0.014})) == ["launch-bound"]
    assert codes(sweep_of({64: 0.010, 128: 0.016})) == []
    assert codes(sweep_of({64: 0.010})) == []


def test_preparation_slower_than_training_is_input_bound():
    slow = timed("stages", Timing(START, "preprocess", (0.1,), 64, "sample"))
    assert codes(train_run(1000), slow) == ["input-bound"]
    assert codes(train_run(600), slow) == []


def test_lasting_heat_and_power_caps_of_a_gpu_are_bottlenecks():
    runs = [train_run(1000, "cuda:0")]
    during = [Sample(START + i, {"gpu.0.throttle": float(mask)}) for i, mask in enumerate([4, 4, 4, 0x24, 0, 4, 4, 4])]
    assert codes(*runs, telemetry=during, machine=GPU) == ["heat-limited", "power-limited"]
    idle = [replace(s, t=END + 5) for s in during]
    assert codes(*runs, telemetry=idle, machine=GPU) == [], "what happens beside the runs does not count"


def test_other_programs_and_lacking_memory_are_bottlenecks():
    load = Reason("other-load", {"percent": 50.0}, "")
    assert codes(doubts=(load,)) == ["contended"]
    assert codes(doubts=(replace(load, numbers={"percent": 10.0}),)) == []
    lacking = Forecast("transformer-finetune", 3, "cuda:0", 10, 9, 11, 100, 10 * 10**9, 8 * 10**9, 0.0, True, 1.0)
    assert codes(forecasts=(lacking,)) == ["memory-capacity"]
    assert codes(forecasts=(lacking, replace(lacking, device="cpu", probability=0.9))) == [], "another device has it"


def soak(rates: list[float], device: str = "cpu") -> Run:
    made = tuple(Window(START + i, 1.0, 1, round(r), round(r), 1.0, warm=False) for i, r in enumerate(rates))
    made = tuple(replace(w, batch=64) for w in made)
    return Run("soak", Plan(device=device), Rules(), START, START + len(rates), "time-limit", "ACTIVE", made)


def test_sustained_speed_is_the_last_third_over_the_burst():
    found = sustained_speed.sustained_speed(soak([1000] * 100 + [900] * 200), [])
    assert (found.burst, found.sustained, found.ratio) == (1000, 900, 0.9)
    assert found.stability == pytest.approx(0.9)
    assert not found.passed
    assert sustained_speed.sustained_speed(soak([1000] * 300), []).passed
    assert sustained_speed.sustained_speed(soak([1000] * 30), []) is None, "too short to heat anything up"


def test_a_soak_counts_throttling_and_energy():
    telemetry = [
        Sample(START + t, {"gpu.0.power": 100.0, "gpu.0.throttle": 0x20 if t >= 150 else 0.0}) for t in range(301)
    ]
    found = sustained_speed.sustained_speed(soak([1000] * 300), telemetry, gpu=0)
    assert found.joules == pytest.approx(30_000)
    assert found.throttled == {"heat": pytest.approx(151 / 301)}
    assert sustained_speed.sustained_speed(soak([1000] * 300), telemetry).joules is None, "another device's sensors"


def test_forecasts_use_the_sustained_rate():
    run = job_run("resnet50-finetune", 10)
    cool, _, _ = sustained_rate(run, [run])
    hot, _, _ = sustained_rate(run, [run, soak([1000] * 100 + [800] * 200)])
    assert hot.median == pytest.approx(0.8 * cool.median)
    elsewhere, _, _ = sustained_rate(run, [run, soak([1000] * 100 + [800] * 200, "cuda:0")])
    assert elsewhere.median == cool.median


def test_stages_have_their_shares_of_the_project():
    def stage(name: str, seconds: float, samples: float = 100) -> Timing:
        return Timing(START, name, (seconds,), samples, "sample")

    run = timed("stages", stage("preprocess", 0.01), stage("forward", 0.02), stage("backward", 0.04),
                stage("optimizer", 0.01), stage("evaluate", 9), stage("store", 1, 1), stage("load", 1, 1),
                stage("deploy", 0.001, 1))  # fmt: skip
    found = {s.name: s for s in project_stages.project_stages(run)}
    batches = project_stages.EPOCHS * project_stages.IMAGES / 100
    whole = batches * 0.08 + 2 + 0.001 * project_stages.ANSWERS
    assert found["forward"].total_s == pytest.approx(batches * 0.02)
    assert found["store"].total_s == 1
    assert found["deploy"].share == pytest.approx(0.001 * project_stages.ANSWERS / whole)
    assert "evaluate" not in found
    assert project_stages.training_share(list(found.values())) == pytest.approx(batches * 0.07 / whole)
    assert project_stages.preprocess_rate(run) == pytest.approx(10_000)
    assert project_stages.project_stages(timed("stages")) == []


def test_each_experiment_gives_its_evidence():
    ways = timed("matmul", Timing(START, "matmul", (1.0,), 1e8, "flop", "one-at-a-time"),
                 Timing(START, "matmul", (1.0,), 1e11, "flop", "all-cores"))  # fmt: skip
    vgg = replace(worked(job_run("resnet50-finetune", 10), 93e9 * 32, 1e9), plan=replace(Plan(model="vgg16"), batch=32))
    vgg = replace(vgg, windows=windows(10, 32))
    full = replace(timed("capacity"), capacity=Capacity(START, 500, 10**9, 16, None, estimated=True))
    seeds = [
        replace(timed("accuracy"), stop="reached", scores=(Score(END, 0.86, s, 100, 2000),)) for s in (3.0, 2.0, 9.0)
    ]
    found = {r.code: r for r in evidence(machine(), [ways, vgg, full, *seeds], [])}
    assert found["ways"].numbers["gain"] == pytest.approx(1000)
    assert found["time-to-accuracy"].numbers["seconds"] == 3.0
    assert found["capacity-estimated"].numbers["batch"] == 500
    assert "16 was tried" in found["capacity-estimated"].sentence
    assert found["epoch"].numbers["time"] == pytest.approx(128_116.7)
    assert found["epoch"].numbers["naive"] == pytest.approx(1_281_167 * 93e9 / 1e8)
    late = [*seeds[:2], replace(seeds[2], stop="time-limit")]
    assert "time-to-accuracy" not in {r.code for r in evidence(machine(), late, [])}, (
        "one that never got there is no median"
    )


def test_the_soak_of_a_gpu_names_throttling_causes_and_energy():
    device = TorchDevice("cuda:0", "RTX", ("fp32",), usable=True, uuid="GPU-1")
    there = replace(GPU, torch=replace(machine().torch, devices=(device,)))
    telemetry = [
        Sample(START + t, {"gpu.0.power": 100.0, "gpu.0.throttle": 0x20 if t >= 150 else 0.0}) for t in range(301)
    ]
    found = {r.code: r for r in evidence(there, [soak([1000] * 300, "cuda:0")], telemetry)}
    assert found["endures"].numbers["percent"] == pytest.approx(100)
    assert found["slowed"].numbers["cause"] == "heat"
    assert found["energy"].numbers["kilojoules"] == pytest.approx(30)
    assert found["energy"].numbers["images"] == pytest.approx(10)
    assert set({r.code for r in evidence(machine(), [soak([1000] * 300)], telemetry)}) == {"endures"}


def test_a_sweep_on_a_gpu_gives_images_per_joule():
    device = TorchDevice("cuda:0", "RTX", ("fp32",), usable=True, uuid="GPU-1")
    there = replace(GPU, torch=replace(machine().torch, devices=(device,)))
    run = sweep_of({1: 0.01, 64: 0.02})
    run = replace(run, plan=replace(run.plan, device="cuda:0"))
    found = {r.code: r for r in evidence(there, [run], [Sample(START + 0.005, {"gpu.0.power": 50.0})])}
    assert found["per-joule"].numbers["many"] == pytest.approx(64)
    assert found["per-joule"].numbers["one"] == pytest.approx(2)
