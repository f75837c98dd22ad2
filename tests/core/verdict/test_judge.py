"""From rates to scenarios: machines whose published figures say where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.records.events import Failure, Score, Trial
from rigdyno.core.records.machine import Machine, TorchDevice
from rigdyno.core.records.result import Run
from rigdyno.core.records.verdict import Verdict
from rigdyno.core.verdict.judge import judge
from rigdyno.core.words.phrases import names
from rigdyno.core.words.writer import english as words

from tests.core.builders import END, JOBS, RULES, gpu_runs, job_run, machine, samples, train_run, windows

R18, R50, IMAGENET = JOBS["resnet18-small-images"], JOBS["resnet50-finetune"], JOBS["resnet50-imagenet"]


def judged(runs: list[Run], at: Machine, complete: bool = True) -> Verdict | None:
    return judge(at, runs, [], RULES, complete)


TWO_CORES = [train_run(1575), job_run("mlp-table", 150_000), job_run(R18.name, 40), job_run(R50.name, 4)]
# The small network's rate on two quiet cores is design.md's; ResNet-50's is of the order of method.md, section 6
# (1.397 s for 4 images on one thread).

# ResNet-50 and ResNet-18 training in images/s at 224x224, from reference/train_throughput.csv:
#   GTX 1080: 106.79 and 364.13, FP32 (jcjohnson/cnn-benchmarks, cuDNN 5.1); two Xeon E5-2630 v3: 2.41 (the same)
#   RTX 3080 Max-Q: 193 FP32, 350 AMP; RTX 4090: 721; A100 80 GB: 1,066; V100: 369 (Lambda)
#   RTX 3090: 471.69 (Lambda, raw logs) and 2,764.22 (timm, AMP)
# A 32x32 image is less work than a 224x224 one, so ResNet-18's is a lower bound. The transformer's deadline asks for
# 0.35 sequences/s, far below any of these cards; what decides there is memory (12 GB), so its rate is a token one.


@pytest.mark.parametrize(
    ("runs", "at", "scenario"),
    [
        (TWO_CORES, machine(), 1),
        ([train_run(5000), job_run(R50.name, 2.41)], machine(cpu_gb=64), 1),
        (gpu_runs(364, 106.79, None), machine(1, 8.6), 2),
        (gpu_runs(2764, 350, None), machine(1, 8.6), 2),
        (gpu_runs(2764, 350, 5), machine(1, 17.2), 3),
        (gpu_runs(2764, 471.69, 6), machine(1, 25.8), 3),
        (gpu_runs(5000, 721, 12), machine(1, 25.8), 3),
        (gpu_runs(5000, 1066, 12), machine(1, 85.9), 3),
        (gpu_runs(5000, 369, 12, count=2), machine(2, 17.2), 3),
        (gpu_runs(5000, 1066, 12, count=2), machine(2, 85.9), 4),
        (gpu_runs(5000, 1066, 12, count=8), machine(8, 85.9), 4),
    ],
    ids=["two cores", "two Xeons of 2014", "GTX 1080 8 GB laptop", "RTX 3080 Max-Q 8 GB", "RTX 3080 Max-Q 16 GB",
         "RTX 3090", "RTX 4090", "one A100", "two V100", "two A100", "eight A100"],
)  # fmt: skip
def test_known_machines_reach_their_scenario(runs, at, scenario):
    verdict = judged(runs, at)
    assert verdict.scenario == scenario
    assert verdict.probability > 0.9
    assert verdict.margin.towards == (None if scenario == 4 else scenario + 1)
    assert verdict.rules == RULES.version
    for reason in (*verdict.reasons, *verdict.doubts):
        assert not set("{}") & set(reason.sentence)
        assert "None" not in reason.sentence


def test_a_laptop_at_the_border_says_so():
    """A card of a Maxwell Titan X's speed needs 332 hours for the job that has 336."""
    verdict = judged(gpu_runs(2764, 96.5, 5), machine(1, 17.2))
    assert verdict.scenario == 3
    assert 0.5 < verdict.probability < 0.7
    slower = judged(gpu_runs(2764, 94, 5), machine(1, 17.2))
    assert slower.scenario == 2
    assert 0.5 < slower.probability < 0.8
    assert slower.margin.sentence.startswith("Close to scenario 3: only ")


def test_a_gpu_that_torch_cannot_use_changes_nothing():
    """The article's GT 740M: compute capability 3.0, and PyTorch's oldest build of today starts at 5.0."""
    at = machine()
    old = TorchDevice("cuda:0", "GeForce GT 740M", ("fp32",), False, "no kernel image is available", memory_total=2**31)
    at = replace(at, torch=replace(at.torch, devices=(*at.torch.devices, old)))
    assert judged(TWO_CORES, at) == judged(TWO_CORES, machine())


def test_every_reason_quotes_its_numbers():
    tuned = (Trial(1, 2, False, "fp32", 1000, 0.9), Trial(2, 2, True, "bf16", 1700, 0.9, chosen=True))
    trained = replace(train_run(1700), scores=(Score(END, 0.8514, 12.4, 100, 2000),))
    runs = [replace(train_run(1), task="tune", windows=(), trials=tuned), trained,
            *gpu_runs(2764, 471.69, None)[1:], job_run(R50.name, 4)]  # fmt: skip
    verdict = judged(runs, machine(1, 8.6))
    assert [r.code for r in verdict.reasons] == [
        "tuned", "trains-at", "learnt", "finishes", "finishes", "finishes", "finishes", "too-little-memory",
        "too-few-accelerators", "leaves-out",
    ]  # fmt: skip
    for reason in verdict.reasons:
        for name, value in reason.numbers.items():
            written = words.number(name, value).casefold()
            if name == "low":  # of a range of time the longer end names the unit
                written = written.split()[0]
            assert written in reason.sentence.casefold(), reason
    said = " ".join(r.sentence for r in verdict.reasons)
    for quoted in ("1,700 images/s", "1.7 times", "85.1 %", "12 s", "2.8 days", "the limit", "needs 2 or more"):
        assert quoted in said


def test_settings_that_bring_nothing_are_not_praised():
    plain, half = Trial(1, 2, False, "fp32", 1000, 0.9), Trial(2, 2, True, "bf16", 1700, 0.9)
    chosen = (plain, half, replace(half, chosen=True))
    job = replace(job_run(R50.name, 4), trials=chosen)
    worse = replace(
        job, trials=(plain, replace(half, samples_per_s=1400), replace(half, samples_per_s=1400, chosen=True))
    )
    failed = replace(
        job, failure=Failure("out-of-memory"), trials=(plain, replace(half, samples_per_s=9e3, chosen=True))
    )
    for runs, said in (
        ([job], ["1.7"]),
        ([worse, job, failed], ["1.7"]),
        ([failed, train_run(1500)], []),
        ([job_run(R50.name, 4)], []),
    ):
        told = [r for r in judged(runs, machine(1, 8.6)).reasons if r.code == "job-tuned"]
        assert [r.sentence.partition(" times")[0].rpartition(" ")[2] for r in told] == said
    kept = replace(train_run(1), task="tune", windows=(), trials=(plain, replace(plain, chosen=True)))
    codes = [r.code for r in judged([kept, *TWO_CORES], machine()).reasons]
    assert "untuned" in codes
    assert "tuned" not in codes


def test_the_hours_are_those_of_the_work():
    verdict = judged([train_run(1700), job_run(R18.name, 100), job_run(R50.name, 10)], machine())
    by_job = {f.job: f for f in verdict.forecasts}
    assert by_job[R18.name].seconds == pytest.approx(50_000 * 30 / 100)
    assert by_job[R50.name].seconds == pytest.approx(10_000 * 5 / 10)
    said = next(r.sentence for r in verdict.reasons if r.numbers.get("job") == R18.name)
    assert "4.2 hours (3.8 to 4.6 hours) on the CPU; the limit is 2 hours" in said


@pytest.mark.parametrize(
    ("rate", "factor", "opening"),
    [
        (100, 50_000 * 30 / 100 / 7200, "For scenario 2 this machine would have to be 2.1 times as fast at ResNet-18"),
        (200, 50_000 * 30 / 200 / 7200, "Close to scenario 2: only "),
        (140, 50_000 * 30 / 140 / 7200, "Close to scenario 2: only 1.5 times as fast"),
        (138, 50_000 * 30 / 138 / 7200, "For scenario 2 this machine would have to be 1.5 times as fast"),
        (2, 50_000 * 30 / 2 / 7200, "For scenario 2 this machine would have to be 104 times as fast"),
    ],
)
def test_the_margin_is_how_many_times_faster(rate, factor, opening):
    margin = judged([train_run(1700), job_run(R18.name, rate), job_run(R50.name, 10)], machine()).margin
    assert (margin.towards, margin.job) == (2, R18.name)
    assert margin.factor == pytest.approx(factor)
    assert margin.sentence.startswith(opening)


def test_the_margin_is_of_the_job_that_is_furthest_off():
    margin = judged([job_run(R18.name, 100), job_run(R50.name, 1)], machine()).margin
    assert margin.job == R50.name
    assert margin.factor == pytest.approx(50_000 / 7200)


def test_just_as_fast_as_the_margin_asks_is_enough():
    slow = judged([job_run(R18.name, 100), job_run(R50.name, 10)], machine())
    faster = judged([job_run(R18.name, 100 * slow.margin.factor * 1.001), job_run(R50.name, 10)], machine())
    assert (slow.scenario, faster.scenario) == (1, 2)


def test_one_failing_job_decides_even_before_the_other_is_known():
    verdict = judged([train_run(1700), job_run(R18.name, 50)], machine())
    assert verdict.scenario == 1
    assert verdict.probability > 0.999
    assert "not-measured" in [r.code for r in verdict.reasons if r.numbers.get("job") == R50.name]
    assert {r.numbers["job"] for r in verdict.reasons if r.code == "not-tried"} == {
        "resnet50-imagenet", "transformer-finetune", "resnet50-imagenet-day",
    }  # fmt: skip


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [train_run(1700)],
        [train_run(1700), job_run("mlp-table", 150_000)],
        [train_run(1700), job_run(R18.name, 5000)],
        [train_run(1700), job_run(R50.name, 5000)],
        [replace(train_run(1700), task="job")],
    ],
)
def test_too_little_names_no_scenario(runs):
    assert judged(runs, machine(), complete=False) is None


def test_a_cancelled_check_that_knows_enough_still_says_so():
    verdict = judged([job_run(R18.name, 50)], machine(), complete=False)
    assert verdict.scenario == 1
    assert verdict.trust == "D"
    assert [d.code for d in verdict.doubts] == ["partial"]


def test_what_is_not_known_of_the_next_scenario_is_said():
    """Stopped before the scenario-3 jobs: what was reached stands."""
    verdict = judged([job_run(R18.name, 5000, "cuda:0"), job_run(R50.name, 50, "cuda:0")], machine(1, 24))
    assert verdict.scenario == 2, "ResNet-50 on ImageNet would take 27 days at this rate"
    verdict = judged([job_run(R18.name, 5000, "cuda:0"), job_run(R50.name, 500, "cuda:0")], machine(1, 24))
    assert verdict.scenario == 2
    assert verdict.margin.job == "transformer-finetune"
    assert verdict.margin.factor is None
    assert "was not measured" in verdict.margin.sentence


def test_memory_decides_where_time_would_not():
    """A fast GPU of 8 GB: the transformer is what it lacks memory for, and nothing else is in the way."""
    verdict = judged(gpu_runs(5000, 471, None), machine(1, 8.6))
    assert verdict.scenario == 2
    assert verdict.margin.job == "transformer-finetune"
    assert verdict.margin.factor is None
    assert verdict.margin.sentence == f"For scenario 3 it lacks memory for {names.JOBS['transformer-finetune']}."
    (reason,) = [r for r in verdict.reasons if r.code == "too-little-memory"]
    assert "9.3 GiB" in reason.sentence
    assert "8.0 GiB" in reason.sentence


def test_memory_of_an_estimate_decides_too():
    """6 GB: ResNet-50 was measured at batch 32 and would be fast enough at 64, which needs 7 GB."""
    runs = [job_run(R18.name, 5000, "cuda:0"), job_run(R50.name, 500, "cuda:0")]
    verdict = judged(runs, machine(1, 6))
    assert verdict.scenario == 2
    assert verdict.margin.job == IMAGENET.name
    assert "lacks memory" in verdict.margin.sentence


def test_too_slow_comes_before_too_little_memory():
    """Of two failing jobs the late one tells how far the machine is."""
    verdict = judged(gpu_runs(364, 64.89, None), machine(1, 8.6))
    assert verdict.margin.job == IMAGENET.name
    assert verdict.margin.factor == pytest.approx(1_281_167 * 90 / 64.89 / (14 * 86_400))


def test_the_evidence_names_the_device_that_does_it():
    """A small fast GPU beside a large server's CPU: where the CPU finishes, the sentence is about the CPU."""
    runs = [job_run(R18.name, 5000, "cuda:0"), job_run(R50.name, 1000, "cuda:0"), job_run(R50.name, 300),
            job_run("transformer-finetune", 2)]  # fmt: skip
    verdict = judged(runs, machine(1, 5, cpu_gb=256))
    assert verdict.scenario == 3
    (reason,) = [r for r in verdict.reasons if r.numbers.get("job") == IMAGENET.name]
    assert (reason.code, reason.numbers["device"]) == ("finishes", "cpu")


def test_two_small_gpus_are_not_one_large_one():
    runs = [job_run(R18.name, 5000, "cuda:0"), *(job_run(R50.name, 1000, f"cuda:{i}") for i in (0, 1)),
            job_run("transformer-finetune", 9, "cuda:0")]  # fmt: skip
    verdict = judged(runs, machine(2, 5))
    assert verdict.scenario == 2
    assert {r.numbers["job"]: r.code for r in verdict.reasons if "job" in r.numbers}["resnet50-imagenet-day"] == (
        "too-little-memory"
    )


def test_one_gpu_short_of_a_cluster():
    verdict = judged(gpu_runs(5000, 1066, 12), machine(1, 85.9))
    assert verdict.margin.sentence == "For scenario 4 it lacks accelerators."
    (reason,) = [r for r in verdict.reasons if r.code == "too-few-accelerators"]
    assert (reason.numbers["need"], reason.numbers["has"]) == (2, 1)


def test_two_slow_accelerators_are_told_how_much_faster():
    margin = judged(gpu_runs(5000, 369, 12, count=2), machine(2, 17.2)).margin
    assert margin.factor == pytest.approx(1_281_167 * 90 / (0.9 * 2 * 369) / 86_400)
    assert "scenario 4 this machine would have to be 2.0 times as fast" in margin.sentence


def test_the_highest_scenario_has_no_margin():
    margin = judged(gpu_runs(5000, 1066, 12, count=8), machine(8, 85.9)).margin
    assert (margin.towards, margin.factor) == (None, None)


def test_an_uncertain_step_makes_the_whole_uncertain():
    """Scenario 2 by a hair and scenario 3 missed by miles: as unsure as the hair is."""
    rate = R18.work / R18.deadline_s * 1.01
    verdict = judged([job_run(R18.name, rate), job_run(R50.name, 20)], machine())
    (hair,) = [f for f in verdict.forecasts if f.job == R18.name]
    assert verdict.scenario == 2
    assert verdict.probability == pytest.approx(hair.probability)


def test_judging_twice_gives_the_same_verdict():
    runs, at = gpu_runs(2764, 471.69, 6), machine(1, 25.8)
    assert judged(runs, at) == judged(list(runs), at)
    assert judged(list(reversed(runs)), at).scenario == judged(runs, at).scenario


NEARLY = [train_run(1700), job_run(R18.name, 60), job_run(R50.name, 10)]
"""3.5 times too slow for scenario 2."""


def loaded(others: float, runs: list[Run] = NEARLY, steal: float = 0.0) -> Verdict:
    telemetry = samples("cpu.others", [others] * 9) + samples("cpu.steal", [steal] * 9)
    return judge(machine(), runs, telemetry, RULES, True)


@pytest.mark.parametrize(
    ("verdict", "unsure"),
    [
        (loaded(0), False),
        (loaded(33), False),  # a third taken explains a factor of 1 / 0.67^3 = 3.3
        (loaded(35), True),  # 1 / 0.65^3 = 3.6
        (loaded(20, steal=20), True),  # 0.8 x 0.8 of the processor was left
        (loaded(100), True),
        (loaded(50, TWO_CORES), True),  # 5.2 times too slow, and a half taken explains 8
        (loaded(35, TWO_CORES), False),
        (loaded(50, [train_run(1700), job_run(R18.name, 1), job_run(R50.name, 1)]), False),  # hopeless either way
        (judge(machine(1, 8.6), gpu_runs(364, 30, None), samples("cpu.others", [90] * 9), RULES, True), False),
    ],
)
def test_a_machine_that_others_may_have_held_back_is_not_sure(verdict, unsure):
    found = [d for d in verdict.doubts if d.code == "not-sure"]
    assert bool(found) is unsure
    if unsure:
        assert verdict.probability <= 0.5
        assert "scenario 2 could be in reach" in found[0].sentence


def test_what_was_finished_in_spite_of_others_is_sure():
    """Load cannot make a computer faster than it is."""
    fast = [train_run(1700), job_run(R18.name, 5000), job_run(R50.name, 400), job_run("transformer-finetune", 0.001)]
    assert loaded(60, fast).scenario == 2
    assert loaded(60, fast).margin.towards == 3


def test_a_sweep_is_evidence_and_never_changes_the_scenario():
    one = replace(train_run(1700), task="sweep", windows=windows(350, 1) + windows(3700, 64) + windows(3800, 128))
    verdict = judged([*NEARLY, one], machine())
    (reason,) = [r for r in verdict.reasons if r.code == "sweep"]
    assert reason.sentence == (
        "One image at a time the small network trains at 350 images/s on the CPU, in batches of 64 at 3,700."
    )
    without = judged(NEARLY, machine())
    assert (verdict.scenario, verdict.probability, verdict.trust) == (1, without.probability, without.trust)
