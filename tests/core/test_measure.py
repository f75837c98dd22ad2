"""Windows, warm-up and stop rules, made exact by a clock that only moves when a step says so."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from rigdyno.core.measure import Clock, DivergedError, Meter
from rigdyno.core.model import Progress, Rules, Window

BATCH = 10


class World:
    """A device with a queue and a clock: a step takes `seconds` of device time, which only `synchronize` waits for."""

    def __init__(self, seconds=0.01, live=True, losses=None):
        self.now, self.queued, self.steps = 100.0, 0.0, 0
        self.seconds, self.live, self.losses = seconds, live, losses or (lambda step: 1.0)
        self.events: list = []

    def step(self):
        self.steps += 1
        took = self.seconds(self.steps) if callable(self.seconds) else self.seconds
        if self.live:
            self.now += took
        else:
            self.queued += took
            self.now += 1e-5
        step = self.steps
        return lambda: self.losses(step)

    def synchronize(self):
        self.now += self.queued
        self.queued = 0.0

    def meter(self, **rules):
        clock = Clock(wall=lambda: self.now, cpu=lambda: self.now / 2, switches=lambda: self.steps)
        return Meter(self.step, self.synchronize, BATCH, Rules(**rules), self.events.append, clock, self.live)


def test_a_window_lasts_about_its_quarter_second():
    world = World(0.01)
    meter = world.meter(window_s=0.25)
    for _ in range(4):
        meter.window(warm=False)
    last = meter.windows[-1]
    assert last.steps == 25
    assert last.seconds == pytest.approx(0.25)
    assert last.samples == 250
    assert last.cpu_s == pytest.approx(0.125)
    assert last.involuntary_switches == 25
    assert [e for e in world.events if isinstance(e, Window)] == meter.windows


def test_a_step_longer_than_a_window_is_a_window():
    meter = World(3.0).meter(window_s=0.25)
    assert [meter.window(warm=False).steps for _ in range(3)] == [1, 1, 1]


def test_queued_work_is_waited_for():
    """Without the synchronise at each end a queueing device would look a thousand times faster than it is."""
    meter = World(0.01, live=False).meter(window_s=0.25)
    for _ in range(4):
        window = meter.window(warm=False)
    assert window.samples / window.seconds == pytest.approx(1000, rel=0.01)


def test_a_queueing_device_shows_the_last_finished_rate_only():
    world = World(0.01, live=False)
    meter = world.meter(window_s=3000)
    world.seconds = 0.2
    for _ in range(8):
        meter.window(warm=False)
    shown = [e.samples_per_s for e in world.events if isinstance(e, Progress)]
    assert all(rate <= 51 for rate in shown)


def test_progress_comes_at_most_ten_times_a_second():
    world = World(0.003)
    meter = world.meter(window_s=1.0)
    for _ in range(6):
        meter.window(warm=False)
    times = [e.t for e in world.events if isinstance(e, Progress)]
    assert len(times) > 20
    assert min(b - a for a, b in pairwise(times)) >= 0.1


def test_warm_up_ends_when_steady():
    """Slow for the first 30 steps, steady after them."""
    world = World(lambda step: 0.05 if step < 30 else 0.01)
    meter = world.meter(warmup_min_s=1, warmup_min_windows=8, warmup_cap_s=100)
    assert meter.warm_up() is True
    assert all(w.warm for w in meter.windows)
    assert len(meter.windows) >= 8
    assert world.now - 100 < 10


def test_warm_up_gives_up_at_its_cap():
    world = World(lambda step: 0.01 + 0.00005 * step)  # slower and slower: never steady
    meter = world.meter(warmup_min_s=1, warmup_cap_s=5)
    assert meter.warm_up() is False
    assert 5 <= world.now - 100 < 8


def test_converged_needs_enough_windows_and_a_streak():
    meter = World(0.01).meter(min_windows=20, target=0.01)
    assert meter.measure(1000) == "converged"
    assert len(meter.windows) == 22, "20 windows, and the interval narrow in three checks in a row"


def test_a_noisy_rate_does_not_converge():
    world = World(lambda step: 0.01 if step // 25 % 2 else 0.013)
    meter = world.meter(min_windows=20, target=0.01)
    assert meter.measure(20) == "time-limit"


def test_time_limit_counts_windows_alone():
    """An evaluation of ten seconds after each window is not charged to the training."""
    world = World(0.01)
    meter = world.meter(target=0, budget_s=10_000)

    def evaluate():
        world.now += 10
        return False

    assert meter.measure(3.0, evaluate) == "time-limit"
    assert sum(w.seconds for w in meter.windows) == pytest.approx(3.0, abs=0.3)


def test_the_budget_ends_it_all_the_same():
    world = World(0.01)
    meter = world.meter(target=0, budget_s=2)
    assert meter.measure(1000) == "time-limit"
    assert world.now - 100 < 2.5


def test_the_caller_may_stop_it():
    meter = World(0.01).meter()
    assert meter.measure(1000, lambda: meter.samples >= 500) == "epochs"


def test_a_loss_that_is_no_number_stops_it():
    meter = World(0.01, losses=lambda step: math.nan if step > 40 else 1.0).meter()
    with pytest.raises(DivergedError):
        meter.measure(1000)
    assert meter.windows, "what was measured before stays"
    assert all(math.isfinite(w.loss) for w in meter.windows)
