"""The experiments for real, on this processor and in little time: what they emit is what the conclusions need."""

from __future__ import annotations

import dataclasses
import time

import pytest
import torch
from rigdyno.core.analysis import project_stages, roofline
from rigdyno.core.check import step_durations
from rigdyno.core.check.check import Check
from rigdyno.core.records.events import Done, Score, Timing, Window, Work
from rigdyno.core.records.experiment_events.memory import Capacity
from rigdyno.core.records.plan import CheckPlan, Plan, Request, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import WorkerSession
from rigdyno.core.worker.experiments import EXPERIMENTS, capacity, stages

TINY = Plan(width=2, depth=1, threads=1)
GIB = 2**30


def perform(task: str, plan: Plan = TINY, budget_s: float = 2.0, memory: int | None = 4 * GIB, **rules: float) -> list:
    """Every event of one experiment in this process."""
    events: list = []
    EXPERIMENTS[task](Request(task, plan, Rules(budget_s=budget_s, **rules), (1, 2), memory), events.append)
    assert isinstance(events[-1], Done)
    return events


def run_of(task: str, plan: Plan, events: list) -> Run:
    timings = tuple(e for e in events if isinstance(e, Timing))
    found = tuple(e for e in events if isinstance(e, Window))
    return Run(task, plan, Rules(), 0, 1, "converged", "ACTIVE", found, timings=timings)


def test_one_product_gets_faster_from_way_to_way():
    events = perform("matmul", budget_s=3)
    run = run_of("matmul", TINY, events)
    # The fastest time of each way: whatever others do on this machine only ever slows a product down.
    rates = {t.way: t.work / min(t.seconds) for t in run.timings if t.unit == "flop" and t.name != "peak"}
    assert list(rates)[:2] == ["one-at-a-time", "row-at-a-time"]
    assert rates["row-at-a-time"] > 20 * rates["one-at-a-time"], "vector units and compiled loops"
    assert rates["one-core"] > rates["row-at-a-time"], "and blocks that stay in the cache"
    over = roofline.device_roof([run], "cpu", "fp32")
    # Two products of different sizes, seconds apart, on a machine that others may use: the same unit, no more.
    assert 0.1 < over.flops / max(rates.values()) < 10
    assert over.bandwidth > 1e9
    assert torch.get_num_threads() >= 1


def test_the_ways_do_the_same_product():
    side = 8
    multiply = EXPERIMENTS["matmul"].__globals__["_one_at_a_time"](side)
    chance = __import__("random").Random(0)
    a, b = (torch.tensor([[chance.random() for _ in range(side)] for _ in range(side)]) for _ in range(2))
    assert torch.allclose(torch.tensor(multiply()), a @ b, atol=1e-5)


def test_every_stage_of_a_project_is_timed():
    events = perform("stages", dataclasses.replace(TINY, batch=32))
    run = run_of("stages", TINY, events)
    found = project_stages.project_stages(run)
    assert {s.name for s in found} == {
        "preprocess", "transfer", "forward", "backward", "optimizer", "store", "load", "deploy",
    }  # fmt: skip
    assert sum(s.share for s in found) == pytest.approx(1)
    assert all(s.seconds > 0 for s in found)
    assert [e for e in events if isinstance(e, Work)], "the step was counted"
    assert "evaluate" in {t.name for t in run.timings}


def test_augmentation_shifts_and_mirrors_but_keeps_the_shape():
    raw = torch.arange(2 * 28 * 28, dtype=torch.uint8).reshape(2, 28, 28)
    torch.manual_seed(0)
    made = [stages.preprocess(raw) for _ in range(8)]
    assert {tuple(m.shape) for m in made} == {(2, 1, 28, 28)}
    assert len({m.numpy().tobytes() for m in made}) > 1
    assert all(abs(float(m.mean())) < 10 for m in made)


def test_accuracy_ends_where_the_target_is_reached(monkeypatch):
    monkeypatch.setattr("rigdyno.core.worker.experiments.accuracy.TARGET_ACCURACY", 0.5)
    plan = Plan(width=8, threads=1, learning_rate=3e-3)
    events = perform("accuracy", plan, budget_s=600, window_s=0.05)
    scores = [e for e in events if isinstance(e, Score)]
    assert events[-1].stop == "reached"
    assert scores[-1].accuracy >= 0.5 > max([s.accuracy for s in scores[:-1]], default=0)
    trained = sum(e.seconds for e in events if isinstance(e, Window))
    assert scores[-1].train_s == pytest.approx(trained)


def test_accuracy_says_that_time_was_over(monkeypatch):
    monkeypatch.setattr("rigdyno.core.worker.experiments.accuracy.TARGET_ACCURACY", 1.1)
    assert perform("accuracy", TINY, budget_s=1, window_s=0.05)[-1].stop == "time-limit"


SHAPE = Plan(
    model="mlp", image_size=28, channels=3, batch=64, data="synthetic", optimizer="sgd", threads=1, seconds=0.1
)


def job_batches(budget_s: float) -> list[tuple[int, bool]]:
    """The batch of each window of a job, and whether it only warms up."""
    events = perform("job", SHAPE, budget_s, window_s=0.02, warmup_cap_s=0.05, target=0)
    return [(w.batch, w.warm) for w in events if isinstance(w, Window)]


def test_without_time_half_of_the_batch_is_measured_after_a_warm_one():
    assert job_batches(budget_s=0) == [(32, True)] * 3 + [(32, False)] * 2


def test_with_time_the_batch_itself_is_measured():
    assert {batch for batch, warm in job_batches(budget_s=600) if not warm} == {64}


def test_a_soak_measures_from_the_start_and_never_stops_early():
    events = perform("soak", dataclasses.replace(TINY, seconds=1.5), budget_s=600, window_s=0.1, target=0)
    measured = [e for e in events if isinstance(e, Window) and not e.warm]
    assert sum(w.seconds for w in measured) >= 1.5
    assert events[-1].stop == "time-limit"


def largest(budget_s: float, memory: int | None) -> Capacity:
    """In a fresh worker, as a check does it: this process keeps what other tests have freed."""
    plan = Plan(model="resnet18", image_size=32, channels=3, threads=1, data="synthetic", optimizer="sgd")
    session = WorkerSession(WorkerCommand(threads=1), time.perf_counter)
    try:
        session.start()
        run = session.run(Request("capacity", plan, Rules(budget_s=budget_s), memory=memory), lambda _: None)
    finally:
        session.close()
    assert run.capacity, run.failure
    return run.capacity


@pytest.mark.slow
def test_the_largest_batch_follows_the_memory():
    """Estimates from real runs: three times the memory, about three times the batch, beside what the weights take."""
    small, large = largest(budget_s=600, memory=GIB // 2), largest(budget_s=600, memory=3 * GIB // 2)
    assert small.tried >= 1
    assert small.limit_bytes == GIB // 2
    assert small.estimated == (small.batch > small.tried)
    assert 2 <= large.batch / small.batch <= 9
    if small.tried_bytes:
        assert small.tried_bytes < GIB // 2, "trying never takes more than may be taken"


def test_memory_that_nobody_knows_is_not_filled():
    found = largest(budget_s=600, memory=None)
    assert (found.tried, found.estimated) == (1, False)


class Card:
    """An accelerator of 8 GiB to the search; `told`: whether it says what a batch took."""

    def __init__(self, told: bool) -> None:
        self.told, self.tried = told, []

    def memory(self) -> tuple[int, int]:
        return 8 * GIB, 8 * GIB

    def take(self, _request: Request, _device: object, batch: int) -> int | None:
        """300 images and no more: a seventh of a GiB before the first, and a workspace that eight do not need yet."""
        self.tried.append(batch)
        used = 8 * GIB // 60 + batch * (8 * GIB * 59 // 60 // 300) - (batch < 8) * GIB // 100
        return None if batch > 300 else used if self.told else 0


EACH = 8 * GIB * 59 // 60 // 300
LINES = {
    "counted": (8 * GIB // 60, EACH),
    "a tenth too little": (0.0, 0.9 * EACH),
    "a tenth too much": (0.0, 1.1 * EACH),
}
"""Bytes without a sample and of each sample on `Card`, as the count may tell them."""


@pytest.mark.parametrize(
    ("told", "counted", "tries"),
    [
        (True, "counted", 1),
        (False, "counted", 1),
        (True, "a tenth too little", 6),
        (False, "a tenth too little", 8),
        (True, "a tenth too much", 3),
        (True, "", 9),
        (False, "", 14),
    ],
)
def test_the_search_finds_the_largest_batch(monkeypatch, told, counted, tries):
    """The search itself, against a device that holds 300 samples: one try where the count is right, some where not."""
    card, clock, request = Card(told), capacity.Clock(), Request("capacity", TINY)
    line = LINES.get(counted, (0.0, 0.0))
    monkeypatch.setattr(capacity, "_tried", card.take)
    found = capacity._by_trying(request, card, clock, clock.wall() + 60, line)
    assert found.batch <= 300 < found.batch * capacity.PRECISE + 1
    assert not found.estimated
    assert found.batch == found.tried
    assert len(card.tried) <= tries, card.tried
    monkeypatch.setattr(capacity, "_tried", lambda *_: None)
    assert capacity._by_trying(request, card, clock, clock.wall() + 60, line).batch == 0
    monkeypatch.setattr(capacity, "_tried", lambda *_: 9 * GIB)  # a driver that goes on in the computer's memory
    assert capacity._by_trying(request, card, clock, clock.wall() + 60, line).batch == 0


def test_the_search_crawls_nowhere(monkeypatch):
    """Free memory that is not told, a network too small to fill the card, a library that gives up above a batch."""
    clock, request = capacity.Clock(), Request("capacity", TINY)
    monkeypatch.setattr(Card, "memory", lambda self: (None, None))
    blind, roomy, library = Card(True), Card(True), Card(True)
    monkeypatch.setattr(capacity, "_tried", blind.take)
    assert capacity._by_trying(request, blind, clock, clock.wall() + 60, LINES["counted"]).batch > 282
    assert len(blind.tried) <= 14
    monkeypatch.setattr(Card, "memory", lambda self: (80 * GIB, 80 * GIB))
    monkeypatch.setattr(capacity, "_tried", lambda _r, _d, batch: roomy.tried.append(batch) or 1000 * batch)
    assert capacity._by_trying(request, roomy, clock, clock.wall() + 60, (0.0, 1000.0)).batch == capacity.LARGEST
    assert roomy.tried == [capacity.LARGEST]

    def gives_up(_request: Request, _device: object, batch: int) -> int:
        library.tried.append(batch)
        if batch > 100:
            raise RuntimeError("GET was unable to find an engine to execute this computation")
        return batch * GIB // 100

    monkeypatch.setattr(capacity, "_tried", gives_up)
    for line in ((0.0, 0.0), (0.0, GIB / 100)):
        assert 94 < capacity._by_trying(request, library, clock, clock.wall() + 60, line).batch <= 100
    monkeypatch.setattr(capacity, "_tried", lambda *_: gives_up(request, None, 101))
    with pytest.raises(RuntimeError, match="unable to find"):
        capacity._by_trying(request, library, clock, clock.wall() + 60, (0.0, GIB / 100))


@pytest.mark.parametrize(("tries", "told", "tried"), [(1, True, 1), (2, True, 50), (5, False, 16)])
def test_a_search_without_time_says_what_is_likely(monkeypatch, tries, told, tried):
    """Nothing is counted. What is told is never more than fits."""
    card, request = Card(told), Request("capacity", TINY)
    clock = capacity.Clock(wall=lambda: float(len(card.tried)))
    monkeypatch.setattr(capacity, "_tried", card.take)
    found = capacity._by_trying(request, card, clock, tries)
    assert found.estimated
    assert found.tried == pytest.approx(tried, rel=0.1)
    assert found.tried <= found.batch <= 300


def test_a_search_without_any_time_tells_the_count(monkeypatch):
    card, request = Card(True), Request("capacity", TINY)
    found = capacity._by_trying(request, card, capacity.Clock(wall=lambda: 1.0), 0.0, LINES["counted"])
    assert (found.tried, found.estimated, card.tried) == (0, True, [])
    assert found.batch == pytest.approx(capacity.SAFE * 300, rel=0.01)


@pytest.mark.parametrize(("counted", "batch"), [(1.5 * 300 * EACH, 282), (8 * GIB - EACH // 2, 282)])
def test_a_network_that_is_counted_as_too_large_is_tried(monkeypatch, counted, batch):
    """A single sample of more than the memory, or of a little more than is left; in truth 300 fit."""
    card, clock, request = Card(True), capacity.Clock(), Request("capacity", TINY)
    monkeypatch.setattr(capacity, "_tried", card.take)
    found = capacity._by_trying(request, card, clock, clock.wall() + 60, (counted, EACH))
    assert card.tried[0] >= 1
    assert batch <= found.batch <= 300
    assert not found.estimated


@pytest.mark.slow
def test_a_check_runs_every_new_step(home):
    """One real check of the cheap steps, through worker, protocol and store."""
    plan = CheckPlan("custom", ("matmul", "stages", "capacity"), ("cpu",), dataclasses.replace(TINY, data="synthetic"))
    plan = dataclasses.replace(plan, train=dataclasses.replace(plan.train, image_size=28, channels=1))
    result = Check(plan, lambda _: None).run()
    assert result.status == "complete", [r.failure for r in result.runs]
    assert [r.task for r in result.runs] == ["matmul", "stages", "capacity"]
    assert result.runs[0].timings
    assert result.runs[1].work
    assert result.runs[2].capacity.batch >= 1


def test_the_full_check_fits_five_minutes_on_one_device():
    budgets = [p.rules.budget_s for step, p in step_durations.FULL.items() if step not in ("scaling", "driver")]
    extra = (step_durations.SEEDS - 1) * step_durations.FULL["accuracy"].rules.budget_s - step_durations.FULL[
        "transformer"
    ].rules.budget_s
    assert sum(budgets) + extra + step_durations.ENGINE_S < 300
    assert (
        sum(
            step_durations.QUICK[s].rules.budget_s
            for s in step_durations.QUICK
            if s not in ("transformer", "scaling", "driver")
        )
        < 60 - step_durations.ENGINE_S
    )
