"""The rules of the benchmarks, on invented numbers: what counts, what is repeated, what is held against a target."""

from __future__ import annotations

import math
import time

import psutil
import pytest
import torch
from rigdyno.core.probes.inspect_machine import inspect
from rigdyno.core.records.plan import Plan

from . import contention, forecast_truth, tune_choice, user_model, window_long
from .alternate import progress, starved
from .contention import OTHERS_PERCENT, STEAL_PERCENT, Usage, Watch, wait_for_quiet
from .rounds import ATTEMPTS_PER_ROUND, Figure, Stretch, complete, in_turn, interleave
from .settings import Settings

QUIET = Usage(others=0.5, steal=0.0, own=99.0)
BUSY = Usage(others=OTHERS_PERCENT + 1, steal=0.0, own=90.0)


def sides(usages_of_a: list[Usage], calls: list[str]) -> dict:
    """A is twice as fast as B; each call of A takes the next usage, then all is quiet."""
    usages = iter(usages_of_a)

    def a() -> Stretch:
        calls.append("A")
        return Stretch(2.0, next(usages, QUIET))

    def b() -> Stretch:
        calls.append("B")
        return Stretch(1.0, QUIET)

    return {"A": a, "B": b}


def test_rounds_alternate():
    calls: list[str] = []
    rounds = interleave(in_turn(sides([], calls)), 3, lambda _: None, quiet=lambda _: 0.0)
    assert "".join(calls) == "ABBAAB"
    assert rounds.complete
    assert rounds.ratio("A", "B") == 2.0
    assert not rounds.spoilt


def test_a_spoilt_round_is_repeated_and_not_averaged_in():
    calls: list[str] = []
    waits: list[float] = []

    def quiet(patience: float) -> float:
        waits.append(patience)
        return 1.5

    rounds = interleave(in_turn(sides([QUIET, BUSY], calls)), 3, lambda _: None, quiet)
    assert "".join(calls) == "ABBABAAB", "the second round was begun again, in the same order"
    assert (len(rounds.kept), len(rounds.spoilt)) == (3, 1)
    assert all(not s.spoilt for r in rounds.kept for s in r.values())
    assert len(waits) == 2, "before the first round and after the spoilt one"
    assert rounds.waited_s == 3.0


def test_a_machine_that_is_always_busy_is_given_up():
    calls: list[str] = []
    rounds = interleave(in_turn(sides([BUSY] * 100, calls)), 2, lambda _: None, quiet=lambda _: 0.0)
    assert not rounds.complete
    assert len(rounds.spoilt) == ATTEMPTS_PER_ROUND * 2
    assert "B" not in calls, "a round is left at its first spoilt side"
    assert complete([rounds]) == []


@pytest.mark.parametrize(
    ("usage", "word"),
    [
        (QUIET, ""),
        (BUSY, "others"),
        (Usage(0.0, STEAL_PERCENT + 1, 99.0), "host"),
        (Usage(0.0, None, 99.0), ""),
    ],
)
def test_what_spoils_a_stretch(usage: Usage, word: str):
    assert word in Stretch(1.0, usage).spoilt
    assert bool(Stretch(1.0, usage).spoilt) == bool(word)
    assert Stretch(1.0, usage, flaw="starved").spoilt == (usage.flaw or "starved")


def test_time_that_a_training_was_stopped_is_not_its_own():
    ran = [(10.0, 11.0), (13.0, 14.0), (16.0, 17.0)]
    marks = [(9.5, 100), (10.5, 200), (13.5, 400), (16.5, 700), (99.0, 900)]
    assert progress(marks, ran, []) == (500, pytest.approx(0.5 + 1.0 + 0.5))
    assert progress(marks, ran, [(13.75, 16.25)]) == (500, pytest.approx(2.0 - 0.25 - 0.25)), "testing is not training"
    assert progress(marks, [(10.0, 11.0)], []) == (0, 0.0), "one mark tells no rate"


def test_threads_that_were_kept_waiting_spoil_a_round():
    cores = psutil.cpu_count()
    assert not starved(Usage(0.0, 0.0, own=99.0), cores)
    assert starved(Usage(0.0, 0.0, own=80.0), cores)
    assert not starved(Usage(0.0, 0.0, own=100 / cores), 1)


def test_targets_hold_against_the_median():
    assert Figure("", "", [0.9, 0.99, 1.2], target=0.99).met is True
    assert Figure("", "", [1.0, 1.5, 1.6], target=1.4, at_least=False).met is False
    assert Figure("", "", [1.0]).met is None
    assert Figure("", "", [], target=1.0).median is None
    assert Figure("", "", [-0.3, -0.2, 0.1], target=0.1, at_least=False, signed=False).met is False
    assert Figure("", "", [-0.3, -0.05, 0.1], target=0.1, at_least=False, signed=False).met is True


def test_our_own_work_is_not_others():
    begin, cpu = time.perf_counter(), time.process_time()
    watch = Watch()
    total = 0
    for i in range(3_000_000):
        total += i
    usage = watch.stop()
    spent, passed = time.process_time() - cpu, time.perf_counter() - begin
    assert total
    # Half and twice: the system counts in ticks of up to 10 ms.
    assert usage.own == pytest.approx(100 * spent / (passed * psutil.cpu_count()), rel=0.5, abs=1)


def test_without_patience_the_machine_is_looked_at_once(monkeypatch):
    looks = []
    monkeypatch.setattr(contention.time, "sleep", looks.append)
    monkeypatch.setattr(Usage, "flaw", "never quiet")
    wait_for_quiet(0.0)
    assert looks == [contention.QUIET_LOOK_S]


@pytest.mark.slow
def test_a_prediction_has_not_seen_what_it_predicts():
    """The smallest real network; how long it takes is not asserted."""
    shape = Plan(model="resnet18", image_size=32, batch=16)
    plan = forecast_truth.whole(shape, Settings(1, True, 1, lambda _: None))
    pace = forecast_truth.Pace()
    forecast_truth.predict(plan, pace)
    assert pace.opening_s > 0
    # A first look that met a busy moment leaves time for the whole batch: such a round is spoilt, and done again.
    tries = (forecast_truth.predict(plan, pace) for _ in range(5))
    predicted = next(p for p in tries if "no prediction" not in p.flaw)
    assert set(predicted.detail["steps_s"]) == {"8"}, "half of the batch"
    true = forecast_truth.truth(plan, pace, 2)
    assert true.detail["steps"] >= 1
    for key in ("wall_s", "cpu_s"):
        assert math.isfinite(forecast_truth.error(predicted, true, key))


@pytest.mark.slow
def test_tuning_chooses_one_of_the_combinations():
    plan = Plan(threads=1, width=4, batch=8)
    found = tune_choice.one_round(plan, inspect(), visits=1, reverse=True)
    combinations = found.keys() - {tune_choice.CHOSEN}
    assert tune_choice.name_of(plan) in combinations
    assert len(combinations) >= 4, "two layouts, two precisions"
    choice = found[tune_choice.CHOSEN]
    assert choice.detail["choice"] in combinations
    assert choice.value <= max(found[name].value for name in combinations)


@pytest.mark.parametrize("size", [28, 64, 224])
def test_the_user_model_takes_its_images(size: int):
    network = user_model.build(channels=3, image_size=size, classes=7)
    assert network(torch.zeros(2, 3, size, size)).shape == (2, 7)


@pytest.mark.slow
def test_redraws_are_made_and_the_memory_is_looked_at(monkeypatch, tmp_path):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path))
    done = window_long.redraw(40)
    assert len(done.detail["resident"]) == 21
    assert all(isinstance(n, int) and n > 10e6 for n in done.detail["resident"])
