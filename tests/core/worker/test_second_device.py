"""The whole check on the processor and a second torch device: a queue, a memory that ends, and a way to be lost."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from rich.console import Console
from rigdyno.core.analysis.batch_sweep import crossover, sweep_curve
from rigdyno.core.check import step_durations
from rigdyno.core.check.check import Check
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.cli import result_output
from rigdyno.core.records.events import Window
from rigdyno.core.records.plan import CheckPlan, Plan, Request, Rules
from rigdyno.core.records.result import Result
from rigdyno.core.records.window_statistics import rate
from rigdyno.core.reference import scenarios
from rigdyno.core.report.claims import latency_or_throughput
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import WorkerSession
from rigdyno.core.words.writer import english

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="built for Linux alone")

DEVICE = "dyno:0"
SWIFT = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=3)
SLOW_START = {"LAUNCH_US": 500, "GB_PER_S": 1000, "EXACT": 0, "MEMORY": 8 << 30}
"""A device that takes long to begin anything and no time to do it, as a GPU does beside a processor."""


@pytest.fixture
def session(dyno):
    """Starts a worker on the device; all are ended."""
    started: list[WorkerSession] = []

    def start(**settings: object) -> WorkerSession:
        made = WorkerSession(WorkerCommand(dyno.command(**settings), threads=2), time.perf_counter)
        started.append(made)
        made.start()
        return made

    yield start
    for made in started:
        made.close()


def ask(session: WorkerSession, task: str, budget_s: float = 60, precisions: tuple[str, ...] = (), **plan: object):
    made = Plan(device=DEVICE, threads=2, seconds=0.5, **({"depth": 1, "data": "synthetic"} | plan))
    request = Request(task, made, replace(SWIFT, budget_s=budget_s), precisions=precisions)
    return session.run(request, lambda _: None)


@pytest.fixture
def paced(monkeypatch):
    """Every step of a check is real and over in moments; the sweep has the time to reach its largest batch.

    Jobs are done in small batches, and those of scenario 2 have no time at all, so that nobody tries the next ones.
    """
    rules = scenarios.load_rules()
    jobs = tuple(
        replace(j, batch=min(j.batch, 4), deadline_s=j.deadline_s if j.scenario < 2 else 1) for j in rules.jobs
    )
    monkeypatch.setattr(scenarios, "load_rules", lambda: replace(rules, jobs=jobs))
    quick = dict.fromkeys(step_durations.QUICK, step_durations.Pace(SWIFT, 0.5))
    sweep = step_durations.Pace(Rules(window_s=0.02, budget_s=60), 0)
    monkeypatch.setattr(step_durations, "QUICK", quick | {"sweep": sweep})


def test_what_torch_tells_of_the_device(session):
    torch = session(MEMORY=3 << 30, NAME="Test GPU", UUID="GPU-1", PCI="0:2a:0").torch
    assert torch
    cpu, device = torch.devices
    assert (cpu.id, device.id, device.name) == ("cpu", DEVICE, "Test GPU")
    assert (device.usable, device.problem) == (True, "")
    assert (device.uuid, device.pci) == ("GPU-1", "0000:2a:00.0")
    assert (device.memory_total, device.precisions) == (3 << 30, ("fp32", "bf16", "fp16"))


@pytest.mark.parametrize(
    ("precision", "channels_last"),
    [
        ("bf16", True),
        *(pytest.param(*other, marks=pytest.mark.slow) for other in (("fp32", False), ("fp32", True), ("bf16", False))),
    ],
)
def test_it_learns_what_the_processor_learns(session, precision, channels_last):
    worker = session()
    ends = []
    for device in ("cpu", DEVICE):
        plan = Plan(
            device=device, threads=1, epochs=1, batch=250, width=8, precision=precision, channels_last=channels_last
        )
        run = worker.run(Request("train", plan, SWIFT), lambda _: None)
        assert run.failure is None, run.failure
        ends.append((run.scores[-1].accuracy, sum(w.samples for w in run.windows)))
    (cpu, trained), (other, also) = ends
    if trained == also:  # the warm-up of a busy machine may take another number of steps
        assert other == pytest.approx(cpu, abs=0.02)
    assert min(cpu, other) > 0.3


@pytest.mark.slow
@pytest.mark.alone
def test_the_whole_check(dyno, paced, home):
    """Two devices, live; the batch at which the one overtakes the other; a verdict; and the words for all of it."""
    said: list[WorkerSaid] = []
    plan = CheckPlan("quick", ("train", "matmul", "stages", "sweep", "jobs"), train=Plan(threads=2))
    listen = lambda update: said.append(update) if isinstance(update, WorkerSaid) else None  # noqa: E731
    result = Check(plan, listen, command=dyno.command(**SLOW_START)).run()

    assert [p.sentence for p in result.problems] == []
    failed = {(r.task, r.plan.device, r.plan.model): r.failure for r in result.runs if r.failure}
    assert not failed
    live = {u.device for u in said if isinstance(u.event, Window)}
    assert live == {"cpu", DEVICE}
    sweeps = {r.plan.device: sweep_curve(r) for r in result.runs if r.task == "sweep"}
    assert sweeps[DEVICE][0].rate.median < sweeps["cpu"][0].rate.median, "behind with one image"
    ahead = crossover(sweeps[DEVICE], sweeps["cpu"])
    assert ahead
    assert 1 < ahead <= 1024
    assert result.verdict
    assert result.verdict.scenario == 1
    assert {f.device for f in result.verdict.forecasts} >= {"cpu", DEVICE}
    told = latency_or_throughput.find(result, english)
    assert told
    assert any(r.code == "overtakes" and r.numbers["batch"] == ahead for r in told.reasons)
    written = io.StringIO()
    result_output.show_result(Console(file=written, width=160), result)
    assert f"Scenario {result.verdict.scenario} of 4" in written.getvalue()
    assert DEVICE in written.getvalue()


def test_no_memory_is_an_answer_and_leaves_none_behind(session):
    worker = session(EXACT=0, MEMORY=300 << 20)
    refused = ask(worker, "train", batch=1024)
    assert refused.failure
    assert refused.failure.code == "out-of-memory"
    assert "dyno out of memory. Tried to allocate" in refused.failure.detail
    for _ in range(3):  # each takes more than half: what the one before left would not do
        fits = ask(worker, "train", batch=512)
        assert fits.failure is None, fits.failure


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize(
    ("setting", "chosen"), [({"GB_PER_S": 2, "LAUNCH_US": 1}, "bf16"), ({"LAUNCH_US": 1000}, "fp32")]
)
def test_a_job_chooses_its_own_settings(session, setting, chosen):
    """Where the memory is what it waits for, half as many bytes are faster; where it is the start, they are not."""
    run = ask(
        session(**(SLOW_START | setting)),
        "job",
        model="resnet18",
        batch=128,
        channels=3,
        budget_s=10,
        precisions=("bf16",),
    )
    assert run.failure is None, run.failure
    assert [(t.precision, t.channels_last, t.chosen) for t in run.trials[:2]] == [
        ("fp32", False, False),
        ("bf16", True, False),
    ]
    assert run.trials[2].chosen
    assert (run.plan.precision, run.plan.channels_last, run.done.precision) == (chosen, chosen == "bf16", chosen)


@pytest.mark.slow
def test_settings_that_do_not_fit_beside_each_other_are_timed_alone(session):
    """ResNet-18's weights, gradients and momenta take 134 MB: there is memory for those of one network only."""
    run = ask(
        session(EXACT=0, MEMORY=230 << 20, LAUNCH_US=1),
        "job",
        model="resnet18",
        batch=4,
        channels=3,
        optimizer="sgd",
        precisions=("bf16",),
    )
    assert run.failure is None, run.failure
    assert [(t.precision, t.chosen) for t in run.trials[:2]] == [("fp32", False), ("bf16", False)]
    first, second, chosen = run.trials
    assert second.gain == pytest.approx(second.samples_per_s / first.samples_per_s), "by their rates, not in turn"
    assert chosen.chosen


@pytest.mark.slow
@pytest.mark.alone
def test_the_largest_batch_grows_with_the_memory(session):
    small = ask(session(EXACT=0, MEMORY=256 << 20), "capacity").capacity
    large = ask(session(EXACT=0, MEMORY=1 << 30), "capacity").capacity
    assert small
    assert large
    assert not small.estimated
    assert not large.estimated
    assert 3.5 < large.batch / small.batch < 4.5


@pytest.mark.slow
@pytest.mark.alone
def test_a_sweep_ends_where_the_memory_does(session):
    run = ask(session(EXACT=0, MEMORY=100 << 20, LAUNCH_US=1), "sweep")
    assert run.stop in ("out-of-memory", "failed")
    assert run.failure is None or run.failure.code == "out-of-memory"


def test_a_device_without_room_for_a_step_is_not_offered(dyno, session):
    device = session(MEMORY=4096).torch.devices[1]
    assert not device.usable
    assert "out of memory" in device.problem


def test_events_and_the_queue(dyno):
    """A launch of 5 ms each: who waits sees it, who does not, does not."""
    told = json.loads(
        dyno.run(
            "import json, time, tests.device\n"
            "extension = tests.device.install()\n"
            "extension.configure(5e-3, 1e12, 1 << 30, True, '')\n"
            "extension.by_hand()\n"
            "import torch\n"
            "x = torch.ones(8, device='dyno')\n"
            "torch.accelerator.synchronize()\n"
            "first, last = (torch.Event(device='dyno', enable_timing=True) for _ in range(2))\n"
            "begin = extension.clock()\n"
            "first.record()\n"
            "for _ in range(20): x = x + 1\n"
            "last.record()\n"
            "unwaited = extension.clock() - begin\n"
            "last.synchronize()\n"
            "print(json.dumps([unwaited, extension.clock() - begin, first.elapsed_time(last), x.sum().item()]))"
        )
    )
    unwaited, waited, by_events, total = told
    assert unwaited < 0.001
    assert waited == pytest.approx(0.1, rel=0.01)
    assert by_events == pytest.approx(100, rel=0.01)
    assert total == 8 * 21


@pytest.mark.slow
def test_every_missing_wait_shows(dyno):
    """Mutants: the measuring code without one of its synchronises each. As it is, it tells the truth."""
    told = json.loads(dyno.run("from tests.device import mutants; mutants.main()").splitlines()[-1])
    from tests.device.mutants import EXPERIMENTS

    whole = {name: lies for name, lies in told.items() if name in EXPERIMENTS}
    assert whole == {name: [] for name in EXPERIMENTS}
    mutants = {place: lies for place, lies in told.items() if place not in EXPERIMENTS}
    assert len(mutants) >= 12
    assert [place for place, lies in mutants.items() if not lies] == [], "nobody would notice"


LOST = """
import json, sys
from pathlib import Path
from rigdyno.core.check import check
from rigdyno.core.check.updates import Sampled, WorkerSaid
from rigdyno.core.records.events import Window
from rigdyno.core.records.plan import CheckPlan, Plan
command, script, lost_file = json.loads(sys.argv[1])
windows, powers = [], []

def lose(update):  # after five measured windows and two samples of the GPU, for the driver and for torch
    if isinstance(update, WorkerSaid) and isinstance(update.event, Window) and not update.event.warm:
        windows.append(update.event)
    if isinstance(update, Sampled) and update.sample.values.get("gpu.0.power") is not None:
        powers.append(update.sample.values["gpu.0.power"])
    if len(windows) >= 5 and len(powers) >= 2 and not Path(lost_file).exists():
        with open(script, "a") as told:
            told.write("0 all 15\\n")
        Path(lost_file).touch()

plan = CheckPlan("custom", ("train",), ("dyno:0",), Plan(seconds=600, threads=1))
result = check.Check(plan, lose, command=tuple(command)).run()
from rigdyno.core.store import result_files
sys.stdout.write(result_files.to_json(result).decode())
"""


@pytest.mark.slow
def test_a_gpu_that_is_lost_in_the_middle_of_a_run(dyno, driver, home, tmp_path):
    """The driver loses it and so does torch: what was measured stays, with the reason of its end."""
    from rigdyno.core.store import result_files

    uuid = "GPU-5a6b7c8d-0000-1111-2222-333344445555"
    driver.play("rtx-4060-laptop-45w")
    lost = str(tmp_path / "lost")
    given = dyno.command(LAUNCH_US=300, LOST_FILE=lost, UUID=uuid), str(driver.script), lost
    env = {**os.environ, **driver.environment()}
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOST, json.dumps(given)], env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    result: Result = result_files.from_json(done.stdout)
    (run,) = result.runs
    assert result.status == "partial"
    assert run.failure
    assert run.failure.code == "device-lost"
    assert "the device is lost" in english.sentence(run.failure.code, {"detail": run.failure.detail})
    assert rate(run)
    assert result.machine.sensor_index(DEVICE) == 0, "matched by the UUID"
    seen = [s.values["gpu.0.power"] for s in result.telemetry if "gpu.0.power" in s.values]
    assert seen[1] == 44.8
