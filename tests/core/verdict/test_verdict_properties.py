"""Whatever was measured, a verdict is made without an error, in finite numbers, and never punishes a better machine."""

from __future__ import annotations

import json
import math
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rigdyno.core.analysis.forecast import forecast_job
from rigdyno.core.records.events import (
    MAX_SECONDS,
    MIN_SECONDS,
    Capacity,
    Done,
    Failure,
    Score,
    Timing,
    Trial,
    Window,
    Work,
)
from rigdyno.core.records.machine import Gpu, Reading, Sample
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Neighbour, Run
from rigdyno.core.reference import hardware_tables
from rigdyno.core.store import result_files
from rigdyno.core.store.history import History
from rigdyno.core.verdict.judge import judge
from rigdyno.core.words.phrases import failures, names

from tests.core.builders import RULES, gpu_runs, job_run, machine, result, train_run

POSITIVE = st.floats(1e-300, 1e300)
LASTS = st.floats(MIN_SECONDS, MAX_SECONDS)
DONE = st.floats(1, 9e29)
TIME = st.floats(0, 1e9)
ESCAPED = st.characters(exclude_categories=["Cs"])
"""Every letter that a text may hold, control characters too; half of a surrogate pair is none."""
DEVICES = st.sampled_from(["cpu", "cuda:0", "cuda:1", "mps:0"])
MODELS = st.sampled_from([*names.MODELS, "my.own:network"])
CODES = st.sampled_from([*failures.FAILURES, "tea-spilt"])
STOPS = st.sampled_from(["converged", "time-limit", "reached", "out-of-memory", "failed", "cancelled", ""])
TASKS = st.sampled_from(["tune", "train", "job", "sweep", "matmul", "stages", "accuracy", "capacity", "soak", "else"])
NAMES = st.sampled_from(["matmul", "peak", "copy", "preprocess", "forward", "backward", "optimizer", "store", "deploy"])
WAYS = st.sampled_from(["one-at-a-time", "all-cores", "fp32", "bf16", ""])
VALUES = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 4.0, 36.0, 100.0])
SENSORS = st.sampled_from(
    ["cpu.others", "cpu.steal", "cpu.clock", "swap.used", "gpu.0.throttle", "gpu.0.power", "gpu.0.power_limit"]
)

windows = st.builds(
    Window, TIME, LASTS, st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from([1, 2, 8, 16, 32, 64, 128]),
    st.floats(0, 1e12), st.booleans(), st.none() | POSITIVE, st.none() | st.integers(0, 10**9),
)  # fmt: skip
runs = st.builds(
    Run,
    TASKS,
    st.builds(
        Plan,
        model=MODELS,
        device=DEVICES,
        threads=st.integers(0, 256),
        image_size=st.sampled_from([28, 32, 224]),
        batch=st.sampled_from([2, 32, 64, 128]),
        precision=st.sampled_from(["fp32", "bf16"]),
    ),
    st.just(Rules()),
    TIME,
    TIME,
    STOPS,
    st.sampled_from(["ACTIVE", "PASSIVE"]),
    st.lists(windows, max_size=12).map(tuple),
    st.lists(
        st.builds(Trial, TIME, st.integers(1, 9), st.booleans(), WAYS, st.floats(1e-12, 1e12), st.none() | POSITIVE,
                  st.booleans()),
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(Score, TIME, st.floats(0, 1), TIME, st.integers(0, 10**9), st.integers(0, 10**6)), max_size=3
    ).map(tuple),
    st.just(()),
    st.none() | st.builds(Done, TIME, STOPS, st.none() | st.booleans(), st.integers(0, 9), WAYS, st.integers(0, 10**9)),
    st.none() | st.builds(Failure, CODES, st.text(max_size=9)),
    st.lists(
        st.builds(Timing, TIME, NAMES, st.lists(LASTS, min_size=1, max_size=3).map(tuple), DONE,
                  st.sampled_from(["flop", "byte", "sample"]), WAYS),
        max_size=4,
    ).map(tuple),
    st.none() | st.builds(Work, TIME, st.integers(1, 10**6), DONE, DONE, DONE),
    st.none() | st.builds(Capacity, TIME, st.integers(0, 10**6), st.integers(0, 10**15), st.integers(0, 10**6),
                          st.none(), st.booleans()),
)  # fmt: skip
machines = st.builds(
    lambda gpus, memory, readings, gpu: replace(
        base := machine(gpus, memory, **readings), gpus=(Gpu("GPU-0", "0", gpu),) if gpus else base.gpus
    ),
    st.integers(0, 8),
    st.floats(0, 1e6),
    st.dictionaries(
        st.sampled_from(["power_source", "power_mode", "power_battery_health", "host_virtual", "cpu_physical_cores"]),
        st.sampled_from(["battery", "mains", "low-power", "none", "KVM"]) | st.integers(0, 10**4),
    ),
    st.dictionaries(
        st.sampled_from(["gpu.name", "gpu.power_limit", "gpu.power_limit_max", "gpu.memory_free", "gpu.memory_total",
                         "gpu.cuda_driver", "gpu.capability"]),
        st.builds(Reading, st.none() | st.text(max_size=5) | st.floats(-1e12, 1e12) | st.integers(-5, 10**13),
                  st.just("test")),
    ),
)  # fmt: skip
samples = st.builds(Sample, TIME, st.dictionaries(SENSORS, VALUES, max_size=4))


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [n for v in value.values() for n in numbers(v)]
    if isinstance(value, list):
        return [n for v in value for n in numbers(v)]
    return [value] if isinstance(value, float) else []


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(machines, st.lists(runs, max_size=8), st.lists(samples, max_size=6), st.booleans())
def test_no_measurement_breaks_the_verdict(at, measured, telemetry, complete):
    # What was drawn for a job is put on the jobs that decide: few draws would meet them all by themselves.
    drawn = [r for r in measured if r.task == "job"]
    for run, job in zip(drawn, RULES.jobs[1:], strict=False):
        measured.append(replace(run, plan=job.plan(run.plan)))
    verdict = judge(at, measured, telemetry, RULES, complete, [Neighbour("yes", 50.0)], hardware_tables.gpu_models())
    if verdict is None:
        return
    assert verdict.scenario in (1, 2, 3, 4)
    assert 0 <= verdict.probability <= 1
    assert verdict.fired
    for told in (*verdict.reasons, *verdict.doubts, *verdict.bottlenecks, *verdict.catches):
        assert told.sentence
    plain = msgspec.to_builtins(verdict)
    assert all(math.isfinite(n) for n in numbers(plain)), "a file of JSON has no infinity"
    assert json.loads(msgspec.json.encode(plain)) == json.loads(json.dumps(plain))


RATE = st.floats(1e-3, 1e6)


@given(RATE, RATE, RATE, st.floats(1.0, 100.0), st.sampled_from(["resnet18", "resnet50", "transformer"]),
       st.integers(1, 8), st.floats(1, 200), st.floats(1, 20))  # fmt: skip
@example(100, 50, 1, 1.0, "resnet50", 1, 8, 2)
def test_more_throughput_or_memory_never_lowers_a_scenario(small, large, text, factor, faster, count, gigabytes, more):
    def scenario(r18: float, r50: float, bert: float, memory: float) -> int:
        verdict = judge(machine(count, memory), gpu_runs(r18, r50, bert, count), [], RULES, True)
        return verdict.scenario if verdict else 0

    rates = {"resnet18": small, "resnet50": large, "transformer": text}
    before = scenario(*rates.values(), gigabytes)
    assert scenario(*{**rates, faster: rates[faster] * factor}.values(), gigabytes) >= before
    assert scenario(*rates.values(), gigabytes * more) >= before


@given(RATE, st.floats(1.0, 100.0))
def test_a_faster_processor_never_lowers_a_scenario(rate, factor):
    def scenario(speed: float) -> int:
        found = [train_run(1000), job_run("mlp-table", 1e5), job_run("resnet18-small-images", speed),
                 job_run("resnet50-finetune", speed / 4)]  # fmt: skip
        return judge(machine(), found, [], RULES, True).scenario

    assert scenario(rate * factor) >= scenario(rate)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(machines, st.lists(runs, max_size=5), st.lists(samples, max_size=5), st.text(ESCAPED, max_size=9))
def test_export_and_import_lose_nothing(at, measured, telemetry, word):
    """Whatever was measured: the same from a file, from the store, and from a file that was made of a file."""
    verdict = judge(at, measured, telemetry, RULES, True, [Neighbour(word, 50.0)], hardware_tables.gpu_models())
    made = replace(
        result(), machine=at, runs=tuple(measured), telemetry=tuple(telemetry), verdict=verdict,
        neighbours=(Neighbour(word, 50.0),), silent={"gpu.0.power": word},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file, again, history = Path(folder) / "out.json", Path(folder) / "again.json", History(Path(folder))
        result_files.write(made, file)
        read = result_files.read(file)
        assert read == made
        history.store(read)
        assert history.load(made.id) == made
        result_files.write(history.load(made.id), again)
        assert again.read_bytes() == result_files.to_json(read)


def test_every_number_of_a_report_is_in_its_file():
    """Judging what was written again gives the same reasons: each number follows from raw windows, plan and machine."""
    stored = replace(result(), machine=machine(1, 24), runs=tuple(gpu_runs(2764, 471.69, 5)))
    stored = result_files.judged(stored, RULES)
    read = result_files.from_json(result_files.to_json(stored))
    assert read == stored
    again = result_files.judged(replace(read, verdict=None), RULES)
    assert again.verdict == stored.verdict
    assert read.runs[0].windows
    assert stored.verdict.rules == RULES.version
    assert "resnet50-imagenet-day" in stored.verdict.fired
    for job in RULES.jobs:
        assert [f for f in stored.verdict.forecasts if f.job == job.name] == forecast_job(
            job, stored.machine, stored.runs
        )
