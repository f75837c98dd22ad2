"""Every doubt is raised at its threshold and not below it, and counts for the grade."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.records.events import Failure, Timing, Work
from rigdyno.core.records.machine import Gpu, Reading, Sample
from rigdyno.core.records.plan import Rules
from rigdyno.core.records.verdict import Reason
from rigdyno.core.verdict.evidence import evidence
from rigdyno.core.verdict.judge import judge
from rigdyno.core.verdict.trust import trust_doubts, trust_grade

from tests.core.builders import END, RULES, START, done, job_run, machine, out_of_memory, samples, train_run, windows

HERE = machine()
MIB = 2**20
A_GPU = replace(machine(1, 8), gpus=(Gpu("GPU-1", "0000:01:00.0", {"gpu.name": Reading("GeForce RTX 4070", "NVML")}),))


def codes(*runs, telemetry=(), at=HERE, complete=True) -> list[str]:
    return [d.code for d in trust_doubts(at, runs or [train_run(1700)], telemetry, complete)]


def starved(share: float):
    """A training whose two threads got this share of the time that they asked for."""
    run = train_run(1700)
    return replace(run, windows=tuple(replace(w, cpu_s=2 * w.seconds * share) for w in run.windows))


def test_a_quiet_machine_raises_no_doubt():
    telemetry = [Sample(START, {"cpu.others": 1.0, "cpu.steal": 0.1, "cpu.clock": 3000.0, "swap.used": 5e9})] * 30
    assert codes(train_run(1700), job_run("resnet18-small-images", 100), telemetry=telemetry) == []


@pytest.mark.parametrize(
    ("code", "key", "at", "below"),
    [
        ("other-load", "cpu.others", [5.0] * 9, [4.9] * 9),
        ("other-load", "cpu.others", [0.0] * 8 + [45.0], [0.0] * 8 + [44.0]),  # the mean counts
        ("steal", "cpu.steal", [2.0] * 9, [1.9] * 9),
        ("swap", "swap.used", [1.0, 64 * MIB + 2.0], [1.0, 64 * MIB + 1.0]),
        ("clock-fell", "cpu.clock", [3000.0] * 6 + [2699.0] * 3, [3000.0] * 6 + [2701.0] * 3),
    ],
)
def test_sensors_raise_a_doubt_from_their_threshold_on(code, key, at, below):
    assert codes(telemetry=samples(key, at)) == [code]
    assert codes(telemetry=samples(key, below)) == []
    silent = [v for value in at for v in (None, value)]
    assert codes(telemetry=samples(key, silent)) == [code], "a silent sensor is not a zero"
    assert codes(telemetry=samples(key, [None] * 9)) == []


@pytest.mark.parametrize(
    "name", ["GOMP_CPU_AFFINITY", "KMP_AFFINITY", "ATEN_CPU_CAPABILITY", "OMP_THREAD_LIMIT", "GLIBC_TUNABLES"]
)
def test_a_training_with_foreign_variables_is_doubted(name):
    """Results of a worker whose own start files set them, or of an earlier version that kept them."""
    held = {"OMP_NUM_THREADS": "2", "MALLOC_MMAP_MAX_": "0", name: "0"}
    at = replace(HERE, torch=replace(HERE.torch, environment=held))
    (found,) = trust_doubts(at, [train_run(1700)], (), True)
    assert (found.code, trust_grade([found])) == ("foreign-variables", "C")
    assert f"{name}=0" in found.sentence
    (told,) = (r for r in evidence(at, [train_run(1700)], ()) if r.code == "variables")
    assert told.numbers["variables"] == "OMP_NUM_THREADS=2 MALLOC_MMAP_MAX_=0", "never recommended"


@pytest.mark.parametrize(
    ("device", "share", "doubted"),
    [("cpu", 1.06, True), ("cpu", 1.04, False), ("cuda:0", 2.3, True), ("cuda:0", 2.2, False)],
)
def test_a_rate_above_the_peak_is_doubted(device, share, doubted):
    run = train_run(1000, device)
    run = replace(run, work=Work(START, run.plan.batch, 1e9, 1e9, 1e6))
    done_flops = 1e9 * 1000 / run.plan.batch
    peaks = replace(
        run,
        task="matmul",
        windows=(),
        timings=(
            Timing(START, "peak", (1.0,), done_flops / share, "flop", "fp32"),
            Timing(START, "copy", (1.0,), 1e12, "byte"),
        ),
    )
    assert codes(run, peaks) == (["above-peak"] if doubted else [])


def test_swap_that_shrinks_and_a_clock_that_rises_are_no_doubts():
    assert codes(telemetry=samples("swap.used", [1e9, 0.0])) == []
    assert codes(telemetry=samples("cpu.clock", [2000.0] * 3 + [3000.0] * 3)) == []
    assert codes(telemetry=samples("cpu.clock", [3000.0, 1000.0])) == [], "two samples have no thirds"


def test_only_what_happens_during_a_run_counts():
    busy = [Sample(t, {"cpu.others": 90.0}) for t in (START - 5, START - 0.1, END + 0.1)]
    assert codes(telemetry=busy) == []
    assert codes(telemetry=[*busy, Sample(END, {"cpu.others": 90.0})]) == ["other-load"]


@pytest.mark.parametrize("bits", [0x08, 0x20, 0x40, 0x80, 0x60, 0x104 | 0x08])
def test_throttling_is_doubted_from_one_sample_in_twenty_on(bits):
    at, below = [float(bits)] + [0.0] * 19, [float(bits)] + [0.0] * 20
    (found,) = trust_doubts(A_GPU, [train_run(1700, "cuda:0")], samples("gpu.0.throttle", at), True)
    assert found.code == "throttled"
    assert found.sentence.startswith("GeForce RTX 4070 was slowed down by ")
    assert "5 %" in found.sentence
    assert codes(telemetry=samples("gpu.0.throttle", below), at=A_GPU) == []


@pytest.mark.parametrize("bits", [0x0, 0x1, 0x2, 0x4, 0x10, 0x100])
def test_idling_and_a_power_cap_are_by_design(bits):
    assert codes(telemetry=samples("gpu.0.throttle", [float(bits)] * 20), at=A_GPU) == []


def test_another_gpus_throttling_is_not_this_ones():
    assert codes(telemetry=samples("gpu.1.throttle", [64.0] * 20), at=A_GPU) == []


def test_each_cause_of_throttling_is_told():
    both = trust_doubts(A_GPU, [train_run(1)], samples("gpu.0.throttle", [float(0x08 | 0x20)] * 20), True)
    assert {d.numbers["cause"] for d in both} == {"heat", "hardware"}


def test_only_a_battery_is_doubted():
    assert codes(at=machine(power_source="battery")) == ["on-battery"]
    assert codes(at=machine(power_source="mains")) == []


def test_an_incomplete_check_is_doubted():
    assert codes(complete=False) == ["partial"]


NAME = "resnet18-small-images"
JOB = job_run(NAME, 100)
PAIR = replace(JOB, windows=windows(90, 32) + windows(95, 64))


@pytest.mark.parametrize(
    ("code", "at", "below"),
    [
        ("did-not-settle", replace(JOB, done=done(False)), replace(JOB, done=done(None))),
        ("few-windows", replace(JOB, windows=JOB.windows[:2]), replace(JOB, windows=JOB.windows[:3])),
        ("wide", job_run(NAME, 100, noise=0.051), job_run(NAME, 100, noise=0.049)),
        ("estimated", PAIR, JOB),
        ("failed", replace(JOB, failure=Failure("died"), windows=(), done=None), out_of_memory(NAME)),
        ("own-cpu", starved(0.89), starved(0.91)),
    ],
)  # fmt: skip
def test_runs_raise_a_doubt_from_their_threshold_on(code, at, below):
    assert codes(at) == [code]
    assert codes(below) == []


@pytest.mark.parametrize(
    "run",
    [
        replace(starved(0.5), wait_policy="PASSIVE"),  # sleeping threads do not use what they could have
        replace(starved(0.5), plan=replace(train_run(1).plan, device="cuda:0")),
        replace(starved(0.5), plan=replace(train_run(1).plan, threads=0)),  # how many they were is not known
        replace(starved(0.5), task="tune"),
    ],
    ids=["passive", "gpu", "threads unknown", "tune"],
)
def test_own_processor_time_is_asked_of_busy_waiting_threads_only(run):
    assert codes(run) == []


def test_a_job_whose_answer_is_clear_may_be_measured_coarsely():
    coarse = replace(job_run("resnet50-finetune", 1), windows=windows(1, 32, 2))
    assert [d.code for d in trust_doubts(HERE, [coarse], [], True)] == ["few-windows"]
    assert trust_doubts(HERE, [coarse], [], True, decided={"resnet50"}) == []
    assert [d.code for d in trust_doubts(HERE, [replace(coarse, task="train")], [], True, {"resnet50"})] == [
        "few-windows"
    ]


@pytest.mark.parametrize(("rate", "doubted"), [(2.0, []), (205.0, ["few-windows"])])
def test_the_verdict_doubts_only_what_it_hangs_on(rate, doubted):
    """ResNet-18 on small images needs 208 images/s: at 2 two windows say enough, at 205 they do not."""
    short = replace(job_run("resnet18-small-images", rate), windows=windows(rate, 128, 2))
    assert [d.code for d in judge(HERE, [short], [], RULES, True).doubts] == doubted


def test_every_doubt_has_a_sentence_with_its_numbers():
    telemetry = samples("cpu.others", [12.5] * 9)
    rough = replace(JOB, windows=windows(100, 128, 2, noise=0.3), done=done(False))
    runs = [starved(0.5), replace(out_of_memory("transformer-finetune"), task="train"), PAIR, rough]
    found = trust_doubts(machine(power_source="battery"), runs, telemetry, False)
    assert {"partial", "on-battery", "other-load", "own-cpu", "failed", "estimated", "few-windows", "wide",
            "did-not-settle"} == {d.code for d in found}  # fmt: skip
    said = " ".join(d.sentence for d in found)
    for quoted in (
        "12.5 % of the processor",
        "only 50 %",
        "Only 2 windows of ResNet-18",
        "± 30 %",
        "not enough memory",
    ):
        assert quoted in said
    assert not set("{}") & set(said)
    assert "None" not in said


def reason(code: str, percent: float | None = None) -> Reason:
    return Reason(code, {} if percent is None else {"percent": percent}, "")


@pytest.mark.parametrize(
    ("found", "mark"),
    [
        ([], "A"),
        (["estimated"], "A"),  # the range already carries it
        (["wide"], "B"),
        (["wide", "wide", "wide"], "B"),  # three times the same is one doubt
        (["on-battery"], "C"),
        (["swap"], "C"),
        (["wide", "few-windows"], "C"),
        (["wide", "few-windows", "throttled"], "C"),
        (["wide", "few-windows", "throttled", "failed"], "D"),
        (["on-battery", "swap"], "D"),
        (["partial"], "D"),  # half a check is not to be relied on
        (["a code of a later version"], "B"),
    ],
)
def test_doubts_add_up_to_grades(found, mark):
    assert trust_grade([reason(code) for code in found]) == mark


@pytest.mark.parametrize(
    ("code", "percent", "mark"),
    [
        ("other-load", 19.9, "B"), ("other-load", 20.0, "C"),
        ("steal", 9.9, "B"), ("steal", 10.0, "C"),
        ("own-cpu", 70.1, "B"), ("own-cpu", 70.0, "C"),
        ("clock-fell", 60.0, "B"),
    ],
)  # fmt: skip
def test_a_heavy_doubt_weighs_twice(code, percent, mark):
    assert trust_grade([reason(code, percent)]) == mark


def test_a_run_of_other_rules_is_judged_by_its_windows():
    """Old results are judged again: nothing but the raw windows counts."""
    assert codes(replace(train_run(1700), rules=Rules(min_windows=1), stop="time-limit")) == []
    assert codes(replace(train_run(1700), done=None, failure=None)) == []


def test_corrected_rates_are_told_once_with_their_factors():
    left = [
        replace(r, plan=replace(r.plan, threads=1), quiet_threads=2)
        for r in (train_run(100.0), job_run("resnet18-small-images", 5.0))
    ]
    found = [d for d in trust_doubts(machine(), left, (), complete=True) if d.code == "corrected-for-load"]
    assert len(found) == 1
    assert found[0].numbers["threads"] == 1
    assert found[0].numbers["cores"] == 2
    assert found[0].numbers["least"] == pytest.approx(1.83, abs=0.01)
    assert "1.8" in found[0].sentence
    assert not [
        d for d in trust_doubts(machine(), [train_run(100.0)], (), complete=True) if d.code == "corrected-for-load"
    ]
