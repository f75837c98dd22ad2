"""Duets: which of two is faster, beside a neighbour that comes and goes, and how soon that is clear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from random import Random

import pytest
from rigdyno.core.records.duet import CLEAR_PAIRS, SURE_PAIRS, Duet
from rigdyno.core.records.events import Done, Trial, Window
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.worker.devices import Device
from rigdyno.core.worker.duet import LEARNING_STEPS, MOST_PAIRS, WINDOW_S, Player, compare, quick_rate
from rigdyno.core.worker.experiments import EXPERIMENTS
from rigdyno.core.worker.trainer import Trainer

TINY = Plan(width=2, depth=1, threads=1)


class Stage:
    """Short windows on a clock of their own. A neighbour that works and rests for `visit` seconds each halves the
    speed while it is there; each window is besides a few per cent off.
    """

    def __init__(self, seed: int, visit: float = 0.0) -> None:
        self.random, self.visit = Random(seed), visit
        self.now = self.random.uniform(0, 4)  # any moment of the neighbour's visits
        self.played: list[str] = []

    def player(self, name: str, rate: float) -> Callable[[], float]:
        def window() -> float:
            self.played.append(name)
            busy = bool(self.visit) and int(self.now / self.visit) % 2 == 1
            self.now += WINDOW_S
            return rate * (0.5 if busy else 1) * self.random.uniform(0.97, 1)

        return window


def wins(speed: float, visit: float, seeds: int = 200) -> float:
    """The share of duets that a challenger of this speed wins."""
    won = 0
    for seed in range(seeds):
        stage = Stage(seed, visit)
        won += compare(stage.player("a", speed), stage.player("b", 1.0), Random(seed)).won
    return won / seeds


@pytest.mark.parametrize("visit", [0.0, 0.25, 0.7, 2.0])
def test_a_faster_setting_wins_beside_a_neighbour_that_comes_and_goes(visit):
    assert wins(1.15, visit) > 0.9
    assert wins(1.0, visit) < 0.05
    assert wins(0.9, visit) < 0.02


def test_what_is_clear_takes_two_pairs_and_what_is_sure_no_more_than_it_needs():
    def pairs(speed: float) -> int:
        stage = Stage(1)
        return len(compare(stage.player("a", speed), stage.player("b", 1.0), Random(1)).ratios)

    assert pairs(2.0) == pairs(0.5) == CLEAR_PAIRS
    assert pairs(1.15) == pairs(0.9) == SURE_PAIRS
    turns = cycle((1.1, 0.95))
    assert len(compare(lambda: next(turns), lambda: 1.0, Random(1)).ratios) == MOST_PAIRS, "it stays open"


def test_both_play_in_every_pair_and_either_may_begin():
    stage = Stage(3)
    compare(stage.player("a", 1.02), stage.player("b", 1.0), Random(3))
    pairs = list(zip(stage.played[::2], stage.played[1::2], strict=True))
    assert set(pairs) == {("a", "b"), ("b", "a")}


def test_without_time_one_pair_decides():
    stage = Stage(0)
    assert len(compare(stage.player("a", 1.1), stage.player("b", 1.0), Random(0), lambda pairs: pairs == 1).ratios) == 1


def test_a_single_lucky_pair_of_many_does_not_win():
    assert not Duet((1.0, 1.0, 1.0, 1.0, 1.0, 3.0), (1.0,) * 6).won
    assert not Duet((1.1, 1.1, 1.1, 1.1, 1.1, 0.9), (1.0,) * 6).won, "its interval reaches below 1"
    assert Duet((1.1, 1.2, 1.1, 1.1, 1.1, 1.05), (1.0,) * 6).won


def test_the_rate_of_a_setting_is_a_high_quantile_of_its_windows():
    assert quick_rate([5.0]) == 5
    assert quick_rate([float(n) for n in range(1, 12)]) == 9


def test_players_learn_alike_after_as_many_steps_and_a_broken_one_does_not():
    device = Device("cpu")
    plain, other, broken = (Player(Trainer(TINY, device), Rules()) for _ in range(3))
    for _ in range(40):
        plain.step()
    assert other.learns_as(plain)
    assert other.loss == plain.loss, "the loss after the same steps, however many came later"
    for group in broken.trainer.optimizer.param_groups:
        group["lr"] = 10.0
    assert not broken.learns_as(plain)
    assert LEARNING_STEPS == 12 == broken._steps


def test_tune_compares_in_turn_and_tells_each_gain():
    events: list = []
    EXPERIMENTS["tune"](Request("tune", TINY, Rules(budget_s=30), (1, 2)), events.append)
    assert isinstance(events[-1], Done)
    trials = [e for e in events if isinstance(e, Trial)]
    assert (trials[0].threads, trials[0].channels_last, trials[0].precision, trials[0].gain) == (1, False, "fp32", 1.0)
    assert trials[-1].chosen
    assert not any(t.chosen for t in trials[:-1])
    assert trials[-1].gain == max(t.gain for t in trials if t.apply_to(TINY) == trials[-1].apply_to(TINY))
    assert len(trials) == 3 + len(Device("cpu").precisions()), "threads, layout, the other precisions, and the choice"
    assert all(w.warm for w in events if isinstance(w, Window)), "no other statistic counts them"


def test_tune_without_time_keeps_the_first_setting():
    events: list = []
    EXPERIMENTS["tune"](Request("tune", TINY, Rules(budget_s=0), (1, 2)), events.append)
    trials = [e for e in events if isinstance(e, Trial)]
    assert [t.chosen for t in trials] == [False, True]
