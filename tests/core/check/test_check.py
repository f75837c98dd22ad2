"""A whole check, for real and in a hurry: its result, its store, its cancel, and how it survives its worker."""

from __future__ import annotations

import dataclasses
import sys
import threading
import time

import jsonschema
import msgspec
import psutil
import pytest
from rigdyno.core.check import check, step_durations
from rigdyno.core.check.check import Check, PlanError
from rigdyno.core.check.inspection import look
from rigdyno.core.check.updates import Concluded, MachineSeen, RunEnded, Sampled, ScenarioSoFar, StepStarted, WorkerSaid
from rigdyno.core.records import process_priority
from rigdyno.core.records.events import Window
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.records.result import Result
from rigdyno.core.records.verdict import Reason
from rigdyno.core.store import result_files
from rigdyno.core.store.history import History
from rigdyno.core.verdict.judge import CONTENTION_POWER

from tests.core.busy_orphan import busy

CPU = ("cpu",)
TRAINING = CheckPlan("custom", ("train",), CPU, Plan(seconds=60, threads=1))


class Ears:
    """A listener that remembers everything and calls `act` at the first window."""

    def __init__(self, act=lambda: None):
        self.heard: list = []
        self._act = act

    def __call__(self, update):
        first = isinstance(update, WorkerSaid) and isinstance(update.event, Window) and not self.windows()
        self.heard.append(update)
        if first:
            self._act()

    def of(self, kind: type) -> list:
        return [u for u in self.heard if isinstance(u, kind)]

    def windows(self) -> list[Window]:
        return [u.event for u in self.of(WorkerSaid) if isinstance(u.event, Window)]


def test_a_check_from_start_to_verdict(home, hasty):
    ears = Ears()
    result = Check(CheckPlan(devices=CPU), ears).run()
    assert result.status == "complete", result.problems
    assert [r.task for r in result.runs] == ["tune", "job", "job", "job", "train", "matmul", "stages"]
    assert [r.plan.model for r in result.runs[1:4]] == ["resnet18", "resnet50", "mlp"], "what decides comes first"
    chosen = result.runs[0].trials[-1]
    assert chosen.chosen
    assert all(r.plan.precision == chosen.precision for r in result.runs[1:])
    assert all(r.plan.threads == (1 if r.plan.model == "mlp" else chosen.threads) for r in result.runs[1:])

    verdict = result.verdict
    assert verdict.scenario in (1, 2)
    assert verdict.trust in "ABCD"
    codes = {r.code for r in verdict.reasons}
    assert {"trains-at", "learnt", "ways", "most-intensive"} <= codes
    assert len(codes & {"tuned", "untuned"}) == 1
    assert verdict.bottlenecks, "with a roof and counted steps there is a limit to name"
    assert all(r.sentence and "{" not in r.sentence for r in (*verdict.reasons, *verdict.doubts))

    so_far = ears.of(ScenarioSoFar)
    assert so_far[0].t < result.runs[1].ended, "while the first job is still measured"
    assert so_far[-1].scenario == verdict.scenario or so_far[-1].probability < 0.95

    seen = ears.of(MachineSeen)
    assert seen[0].machine.torch is None
    assert seen[-1].machine.torch.devices[0].id == "cpu"
    assert [s.step for s in ears.of(StepStarted)] == [
        "inspect", "engine", "tune", "job", "job", "job", "train", "matmul", "stages",
    ]  # fmt: skip
    assert isinstance(ears.heard[-1], Concluded)
    # one time axis: sensors and training tell of the same stretch
    samples = [s.sample for s in ears.of(Sampled)]
    assert any((s.values["cpu.own"] or 0) > 0 for s in samples)
    window = ears.windows()[-1]
    assert result.runs[0].started <= samples[-1].t <= result.runs[-1].ended + 60  # other time axes differ by the uptime
    trained = next(r for r in result.runs if r.task == "train")
    assert trained.started <= window.t <= trained.ended

    assert History(home).load(result.id) == result
    jsonschema.validate(msgspec.json.decode(result_files.to_json(result)), msgspec.json.decode(result_files.schema()))


def test_cancel_keeps_what_was_measured(home):
    asked = []

    def cancel():
        asked.append(time.perf_counter())
        threading.Thread(target=running.cancel).start()

    running = Check(TRAINING, Ears(cancel))
    result = running.run()
    assert time.perf_counter() - asked[0] < 30, "it would have trained for a minute"
    assert result.status == "partial"
    assert result.runs[0].stop == "cancelled"
    assert result.runs[0].windows
    assert History(home).entries()[0].status == "partial"


@pytest.mark.faults
@pytest.mark.parametrize("fault", ["killed", "out of memory", "garbage", "never answers"])
def test_a_broken_worker_leaves_a_partial_result(home, faulty, fault):
    broken = faulty(fault)
    ears = Ears()
    result = check.Check(TRAINING, ears).run()
    assert result.status == "partial"
    assert result.runs[0].failure.code == broken.code
    assert len(result.runs[0].windows) == 3
    assert History(home).load(result.id) == result
    assert ears.of(RunEnded)[0].run.failure.code == broken.code


def test_a_worker_that_never_answers_is_given_up(home):
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    result = Check(CheckPlan(devices=CPU), Ears(), command, hello_s=0.5).run()
    assert result.status == "nothing"
    assert result.verdict is None
    assert "0.5 s" in result.problems[0].sentence
    assert History(home).load(result.id) == result


def test_a_plan_that_cannot_run_is_refused_before_anything_starts(home):
    ears = Ears()
    with pytest.raises(PlanError, match="depth: 7 blocks halve a 28-pixel image to nothing"):
        Check(dataclasses.replace(TRAINING, train=Plan(depth=7)), ears).run()
    assert not ears.heard
    with pytest.raises(PlanError, match="cuda:7 cannot train here"):
        Check(dataclasses.replace(TRAINING, devices=("cuda:7",)), ears).run()
    assert not ears.of(WorkerSaid)


@pytest.mark.slow
def test_a_result_that_cannot_be_stored_is_not_lost(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "file" / "home"))
    ears = Ears()
    plan = dataclasses.replace(TRAINING, train=Plan(seconds=0.5, threads=1))
    result = Check(plan, ears).run()
    assert result.status == "complete"
    assert "a file is in its way" in ears.heard[-1].unsaved


def test_look_tells_the_machine_before_torch_answers(home):
    ears = Ears()
    machine = look(ears)
    first, second = ears.of(MachineSeen)
    assert first.machine.torch is None
    assert first.machine.value("cpu.usable_cores") >= 1
    assert second.machine == machine
    assert machine.torch.devices[0].usable


def load(result: Result) -> Reason | None:
    """What the verdict says of other programs; None where it says nothing."""
    return next((d for d in result.verdict.doubts if d.code == "other-load"), None)


def quiet_check(plan: CheckPlan) -> Result:
    """A check that no stranger disturbs; a shared machine gets a few tries."""
    for _ in range(4):
        result = Check(plan, lambda _: None).run()
        told = load(result)
        if told is None or float(told.numbers["percent"]) < 15:
            return result
    pytest.skip(f"others kept this machine busy in four checks: {told.sentence if told else ''}")


@pytest.fixture
def brisk(monkeypatch):
    """Half a minute of a quick check's measurements: long enough that nothing but a neighbour lowers the grade."""
    short = {"resnet18": 6.0, "resnet50": 14.0}
    paces = {
        step: step_durations.Pace(
            dataclasses.replace(pace.rules, budget_s=short.get(step, pace.rules.budget_s)), pace.seconds
        )
        for step, pace in step_durations.QUICK.items()
    }
    monkeypatch.setattr(step_durations, "QUICK", paces)


@pytest.mark.skipif(sys.platform == "win32", reason="orphans are a Unix idea")
@pytest.mark.slow
@pytest.mark.alone
def test_a_busy_neighbour_lowers_the_grade_is_named_and_forgotten_when_it_has_gone(home, brisk, tmp_path, monkeypatch):
    """A real stranger that takes what it can get of one core, and the machine after it; for a user who may not raise
    the worker's priority.
    """
    monkeypatch.setenv(process_priority.VARIABLE, process_priority.KEEP)
    plan = CheckPlan(steps=("train", "jobs"), devices=CPU)
    with busy("grinder", tmp_path):
        beside = Check(plan, lambda _: None).run()
    after = quiet_check(plan)

    told = load(beside)
    core = 100 / (psutil.cpu_count() or 1)
    assert float(told.numbers["percent"]) > core / 4, "it competes with the training: its share is less than a core"
    assert told.numbers["program"] == "grinder"
    assert "grinder" in told.sentence
    assert "grinder" in {n.name for n in beside.neighbours}
    assert beside.verdict.trust in ("C", "D")
    assert after.verdict.trust < beside.verdict.trust, "A comes before D"
    assert "grinder" not in {n.name for n in after.neighbours}
    # A scenario that others may have held back is no sure one; `test_verdict` works out when that is so.
    unsure = [d for d in beside.verdict.doubts if d.code == "not-sure"]
    factor = beside.verdict.margin.factor
    free = 1 - float(told.numbers["percent"]) / 100
    if factor and factor * free**CONTENTION_POWER <= 1:
        assert unsure
        assert beside.verdict.probability <= 0.5
    assert not [d for d in after.verdict.doubts if d.code == "not-sure"] or load(after)
