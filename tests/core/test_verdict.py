"""From rates to scenarios: machines whose published figures say where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core import scenarios
from rigdyno.core.forecast import forecast, rate_at
from rigdyno.core.model import (
    Done,
    Failure,
    Machine,
    Plan,
    Reading,
    Rules,
    Run,
    Sample,
    Torch,
    TorchDevice,
    Window,
)
from rigdyno.core.trust import doubts, grade
from rigdyno.core.verdict import judge

RULES = scenarios.load()
JOBS = {job.name: job for job in RULES.jobs}
GB = 10**9


def machine(gpus: int = 0, memory_gb: float = 0) -> Machine:
    devices = [TorchDevice("cpu", "CPU", ("fp32", "bf16"), usable=True)]
    devices += [
        TorchDevice(f"cuda:{i}", "GPU", ("fp32", "fp16"), usable=True, memory_total=int(memory_gb * GB))
        for i in range(gpus)
    ]
    torch = Torch("2.13.0", "3.11", "", "AVX2", 2, (), tuple(devices), 1.0)
    return Machine({"memory.total": Reading(16 * 2**30, "test")}, torch=torch)


def windows(rate: float, batch: int, count: int = 30, start: float = 10.0) -> tuple[Window, ...]:
    """Windows of one step each at exactly this rate."""
    seconds = batch / rate
    return tuple(Window(start + i * seconds, seconds, 1, batch, batch, seconds, False, 1.0) for i in range(count))


def job_run(name: str, rate: float, device: str = "cpu") -> Run:
    plan = JOBS[name].plan(Plan(device=device, threads=2))
    return Run("job", plan, Rules(), 10, 20, "converged", "ACTIVE", windows(rate, plan.batch), done=done())


def train_run(rate: float, device: str = "cpu") -> Run:
    plan = Plan(device=device, threads=2)
    cpu = tuple(replace(w, cpu_s=w.seconds * 2) for w in windows(rate, plan.batch))
    return Run("train", plan, Rules(), 10, 20, "converged", "ACTIVE", cpu, done=done())


def done() -> Done:
    return Done(20, "converged", True, 2, "fp32", 100)


def judged(runs: list[Run], at: Machine, complete: bool = True):
    return judge(at, runs, [], RULES, complete)


def gpu_runs(resnet18: float, resnet50: float, transformer: float, count: int = 1) -> list[Run]:
    runs = [train_run(1500), job_run("mlp-table", 150_000), job_run("resnet18-small-images", 60)]
    for i in range(count):
        device = f"cuda:{i}"
        runs += [
            job_run("resnet18-small-images", resnet18, device),
            job_run("resnet50-finetune", resnet50, device),
            job_run("resnet50-imagenet", resnet50, device),
        ]
        if transformer:
            runs.append(job_run("transformer-finetune", transformer, device))
    return runs


# ResNet-50 FP32/TF32 training rates: GTX 1080 about 60 (tf_cnn_benchmarks, scaled from its GTX 1080 Ti's), RTX 3090
# 471 and A100 80 GB 1,066 images/s (Lambda). ResNet-18 on small images and transformer rates are of the same order
# of arithmetic; what matters is the side of the deadline on which they are.
@pytest.mark.parametrize(
    ("runs", "at", "scenario"),
    [
        ([train_run(1700), job_run("mlp-table", 150_000), job_run("resnet18-small-images", 100),
          job_run("resnet50-finetune", 10)], machine(), 1),
        (gpu_runs(1500, 60, 0), machine(1, 8.6), 2),
        (gpu_runs(5000, 471, 6), machine(1, 25.4), 3),
        (gpu_runs(10000, 1066, 12), machine(1, 85), 3),
        (gpu_runs(10000, 1066, 12, count=8), machine(8, 85), 4),
    ],
    ids=["two cores", "GTX 1080 laptop", "RTX 3090", "one A100", "eight A100"],
)  # fmt: skip
def test_known_machines(runs, at, scenario):
    verdict = judged(runs, at)
    assert verdict.scenario == scenario
    assert verdict.probability > 0.9
    for reason in (*verdict.reasons, *verdict.doubts):
        assert "{" not in reason.sentence
        assert "None" not in reason.sentence


def test_reasons_quote_what_was_measured():
    verdict = judged(
        [train_run(1700), job_run("resnet18-small-images", 100), job_run("resnet50-finetune", 10)], machine()
    )
    sentences = " ".join(r.sentence for r in verdict.reasons)
    assert "1,700 images/s" in sentences
    assert "4.2 hours" in sentences  # 50,000 x 30 / 100 per second
    assert verdict.margin.towards == 2
    assert verdict.margin.factor == pytest.approx(50_000 * 30 / 100 / 7200)
    assert verdict.margin.job == "resnet18-small-images"


def test_one_failing_job_decides_even_before_the_other_is_known():
    verdict = judged([train_run(1700), job_run("resnet18-small-images", 50)], machine())
    assert verdict.scenario == 1


def test_too_little_names_no_scenario():
    assert judged([train_run(1700)], machine()) is None
    assert judged([train_run(1700), job_run("resnet18-small-images", 5000)], machine()) is None


def test_at_the_border_the_odds_are_even():
    rate = 50_000 * 30 / 7200
    (found,) = forecast(JOBS["resnet18-small-images"], machine(), [job_run("resnet18-small-images", rate)])
    assert found.probability == pytest.approx(0.5, abs=0.01)
    assert found.low < found.seconds < found.high


def test_memory_decides_where_time_would_not():
    out = replace(
        job_run("transformer-finetune", 1, "cuda:0"),
        windows=(),
        failure=Failure("out-of-memory"),
        stop="failed",
        done=None,
    )
    verdict = judged([*gpu_runs(5000, 471, 0), out], machine(1, 8.6))
    assert verdict.scenario == 2
    assert "memory" in verdict.margin.sentence


def test_extrapolation_is_exact_on_an_exact_line():
    """A step takes 0.1 s + 0.02 s an image at batch 8 and 16: at 32 it takes 0.74 s."""
    plan = JOBS["resnet50-finetune"].plan(Plan(threads=2))
    both = [w for b in (8, 16) for w in windows(b / (0.1 + 0.02 * b), b, 3)]
    run = Run("job", plan, Rules(), 10, 20, "time-limit", "ACTIVE", tuple(both), done=done())
    rate, estimated = rate_at(run)
    assert estimated
    assert rate.median == pytest.approx(32 / 0.74)
    (found,) = forecast(JOBS["resnet50-finetune"], machine(), [run])
    assert found.estimated


def sample(t: float, **values: float) -> Sample:
    return Sample(t, {k.replace("_", ".", 1): v for k, v in values.items()})


@pytest.mark.parametrize(
    ("telemetry", "code"),
    [
        ([sample(t, cpu_others=25.0) for t in range(11, 20)], "other-load"),
        ([sample(t, cpu_steal=5.0) for t in range(11, 20)], "steal"),
        ([sample(t, cpu_clock=3000.0 - 100 * t) for t in range(11, 20)], "clock-fell"),
        ([sample(t, **{"swap.used": 2e8 * t}) for t in range(11, 20)], "swap"),
    ],
)
def test_sensors_raise_doubts(telemetry, code):
    found = doubts(machine(), [train_run(1700)], telemetry, True)
    assert [d.code for d in found] == [code]
    assert grade(found) != "A"
    quiet = [sample(t, cpu_others=1.0, cpu_steal=0.1, cpu_clock=3000.0) for t in range(11, 20)]
    assert not doubts(machine(), [train_run(1700)], quiet, True)


def test_runs_raise_doubts():
    run = train_run(1700)
    starved = replace(run, windows=tuple(replace(w, cpu_s=w.seconds) for w in run.windows))
    unsettled = replace(run, done=replace(run.done, settled=False))
    short = replace(run, windows=run.windows[:2])
    for broken, code in ((starved, "own-cpu"), (unsettled, "did-not-settle"), (short, "few-windows")):
        assert [d.code for d in doubts(machine(), [broken], [], True)] == [code]


def test_grades():
    battery = replace(machine(), readings={"power.source": Reading("battery", "test")})
    assert grade(doubts(machine(), [train_run(1700)], [], True)) == "A"
    assert grade(doubts(battery, [train_run(1700)], [], True)) == "C"
    assert grade(doubts(machine(), [train_run(1700)], [], False)) == "D", "half a check is not to be relied on"


def test_rules_that_are_wrong_name_the_place():
    with pytest.raises(ValueError, match=r"scenario rules: .*batch"):
        scenarios.parse('version = "1"\n[[job]]\nname = "x"\nscenario = 1\nmodel = "mlp"\nbatch = "many"\n')
