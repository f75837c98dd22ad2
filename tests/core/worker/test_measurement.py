"""Windows, warm-up and stop rules, made exact by a clock that only moves when a step says so."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from rigdyno.core.records.events import Progress, Window
from rigdyno.core.records.plan import Rules
from rigdyno.core.records.window_statistics import confidence_interval, rates
from rigdyno.core.worker.measurement import Clock, DivergedError, ThroughputMeter

BATCH = 10


class World:
    """A device with a queue and a clock: a step takes `seconds` of device time, which only `synchronize` waits for."""

    def __init__(self, seconds=0.01, synchronous=True, losses=None):
        self.now, self.queued, self.paused, self.steps = 100.0, 0.0, 0.0, 0
        self.seconds, self.synchronous, self.losses = seconds, synchronous, losses or (lambda step: 1.0)
        self.events: list = []

    def step(self):
        self.steps += 1
        took = self.seconds(self.steps) if callable(self.seconds) else self.seconds
        if self.synchronous:
            self.now += took
        else:
            self.queued += took
            self.now += 1e-5
        step = self.steps
        return lambda: self.losses(step)

    def synchronize(self):
        self.now += self.queued
        self.queued = 0.0

    def meter(self, longest=math.inf, **rules):
        clock = Clock(lambda: self.now, lambda: self.now / 2, lambda: self.steps, lambda: self.paused)
        return ThroughputMeter(
            self.step, self.synchronize, BATCH, Rules(**rules), self.events.append, clock, self.synchronous, longest
        )


def test_a_window_whose_steps_become_slow_can_end_early():
    world = World(lambda step: 0.01 if step < 5 else 0.3)
    meter = world.meter(longest=3, window_s=0.1)
    for _ in range(3):
        meter.window(warm=False)
    assert [(w.steps, round(w.seconds, 6)) for w in meter.windows] == [(1, 0.01), (4, 0.33), (2, 0.6)]
    assert [w.samples for w in meter.windows] == [10, 40, 20]
    assert meter.samples == 70


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


def test_windows_grow_by_eight_at_most_until_they_are_long_enough():
    """A first step that was fast by chance must not make a window of minutes."""
    meter = World(1 / 1024).meter(window_s=0.25)
    made = [meter.window(warm=False) for _ in range(5)]
    assert [w.steps for w in made] == [1, 8, 64, 256, 256]
    assert [w.seconds for w in made] == [1 / 1024, 8 / 1024, 64 / 1024, 0.25, 0.25]
    assert [w.t for w in made] == [100 + before / 1024 for before in (0, 1, 9, 73, 329)]
    assert meter.samples == 585 * BATCH
    assert meter.train_s == 585 / 1024


def test_a_window_shrinks_at_once_when_steps_get_slow():
    world = World(lambda step: 1 / 1024 if step <= 329 else 0.5)
    meter = world.meter(window_s=0.25)
    assert [meter.window(warm=False).steps for _ in range(6)] == [1, 8, 64, 256, 256, 1]


def test_a_step_longer_than_a_window_is_a_window():
    meter = World(3.0).meter(window_s=0.25)
    assert [meter.window(warm=False).steps for _ in range(3)] == [1, 1, 1]


def test_a_clock_that_stands_still_divides_nothing_by_zero():
    meter = World(0.0).meter()
    assert meter.window(warm=False).seconds > 0
    assert meter.window(warm=False).steps == 8


@pytest.mark.parametrize(("pause", "counted"), [(3600.0, True), (0.05, False)])
def test_a_window_in_which_the_machine_slept_does_not_count_and_is_measured_again(pause, counted):
    """An hour in the middle of the fourth window; a moment is only the delay between the readings of two clocks."""

    def step(number):
        if number == 1 + 8 + 8 + 4:
            world.paused += pause
            world.now += pause
        return 1 / 32

    world = World(step)
    meter = world.meter(window_s=0.25, budget_s=1e6)
    made = [meter.window(warm=False) for _ in range(5)]
    assert [w.paused_s for w in made] == [0] * 5
    assert [w.paused_s for w in meter.windows] == ([0, 0, 0, pause, 0, 0] if counted else [0] * 5)
    assert [w.steps for w in meter.windows][:5] == [1, 8, 8, 8, 8 if counted else 7]
    assert meter.train_s == sum(w.seconds for w in made), "a pause is no training"


def test_queued_work_is_waited_for():
    """Without the synchronise at each end a queueing device would look a thousand times faster than it is."""
    meter = World(0.01, synchronous=False).meter(window_s=0.25)
    for _ in range(4):
        window = meter.window(warm=False)
    assert window.samples / window.seconds == pytest.approx(1000, rel=0.01)


def test_the_work_of_one_window_is_not_charged_to_the_next():
    """What was enqueued before a window began (an evaluation, say) is waited for before its clock starts."""
    world = World(1 / 128, synchronous=False)
    meter = world.meter(window_s=0.25)
    for _ in range(3):
        meter.window(warm=False)
        world.queued += 60
    assert all(w.seconds < 1 for w in meter.windows)


@pytest.mark.parametrize("forgotten", [0, 1], ids=["at the start", "at the end"])
def test_the_device_would_betray_a_missing_synchronise(forgotten):
    """The test of the two tests above: with one of a window's two synchronisations left out, the rate is absurd."""
    world = World(1 / 128, synchronous=False)
    calls = iter(range(1000))

    def careless():
        if next(calls) % 2 != forgotten:
            world.synchronize()

    clock = Clock(wall=lambda: world.now, cpu=lambda: 0.0, switches=lambda: None)
    meter = ThroughputMeter(world.step, careless, BATCH, Rules(), world.events.append, clock, synchronous=False)
    for _ in range(3):
        world.queued += 60
        window = meter.window(warm=False)
    true = 128 * BATCH
    assert not 0.5 * true < window.samples / window.seconds < 2 * true
    assert window.involuntary_switches is None, "a system that does not count them has none, not zero"


def test_a_queueing_device_shows_the_last_finished_rate_only():
    world = World(0.01, synchronous=False)
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


def test_progress_tells_samples_and_rate_within_a_window():
    world = World(1 / 32)
    meter = world.meter(window_s=1.0)
    meter.window(warm=False)
    meter.window(warm=False)
    shown = [e for e in world.events if isinstance(e, Progress)]
    assert [(e.t, e.samples) for e in shown] == [(100 + 4 / 32, 4 * BATCH), (100 + 8 / 32, 8 * BATCH)]
    assert [e.samples_per_s for e in shown] == [32 * BATCH] * 2


def test_one_long_step_shows_once():
    world = World(2.0)
    world.meter().window(warm=False)
    assert [type(e) for e in world.events] == [Progress, Window]


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


@pytest.mark.parametrize(
    ("rules", "windows"),
    [
        ({"warmup_min_s": 3.0, "warmup_min_windows": 4}, 12),  # the time decides
        ({"warmup_min_s": 0.0, "warmup_min_windows": 10}, 10),  # the number decides
        ({"warmup_min_s": 0.0, "warmup_min_windows": 4}, 8),  # steadiness itself needs eight
    ],
)
def test_warm_up_lasts_as_long_as_every_rule_asks(rules, windows):
    """Windows of a quarter second each from the first on."""
    meter = World(0.25).meter(window_s=0.25, **rules)
    assert meter.warm_up() is True
    assert len(meter.windows) == windows


def test_warm_up_ends_with_the_budget():
    world = World(lambda step: 0.2 + 0.01 * step)
    assert world.meter(warmup_min_s=1, warmup_cap_s=100, budget_s=5).warm_up() is False
    assert world.now - 100 < 6


def test_converged_needs_enough_windows_and_a_streak():
    meter = World(0.01).meter(min_windows=20, target=0.01)
    assert meter.measure(1000) == "converged"
    assert len(meter.windows) == 22, "20 windows, and the interval narrow in three checks in a row"


def test_a_streak_that_breaks_begins_anew():
    """The interval is narrow at windows 20 and 21, wide at 22 (one rate out of place moves a rank), narrow again."""
    world = World(0.25)
    meter = world.meter(min_windows=20, target=0.01)
    slow = {1, 2, 3, 4, 5, 22}  # with five of twenty slow the sixth lowest is a usual one; with six it is not
    world.seconds = lambda step: 0.26 if step in slow else 0.25
    assert meter.measure(1000) == "converged"
    assert len(meter.windows) == 25
    assert confidence_interval(rates(meter.windows)).half_width <= 0.01


def test_a_rate_that_still_drifts_has_not_converged():
    """A slow slope: the interval is narrow, and yet the last eight windows are not steady."""
    world = World(lambda step: 0.25 * (1.004**step))
    meter = world.meter(min_windows=20, target=1.0)
    assert meter.measure(10) == "time-limit"
    assert confidence_interval(rates(meter.windows)).half_width < 1.0


def test_without_a_target_it_takes_the_whole_time():
    meter = World(0.25).meter(target=0, budget_s=1000)
    assert meter.measure(30.0) == "time-limit"
    assert len(meter.windows) == 120


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


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_divergence_names_the_samples_and_leaves_no_window(loss):
    world = World(0.25, losses=lambda step: loss if step == 3 else 1.0)
    meter = world.meter(window_s=0.25)
    with pytest.raises(DivergedError, match="after 30 samples"):
        meter.measure(1000)
    assert len(meter.windows) == 2
    assert len([e for e in world.events if isinstance(e, Window)]) == 2
    assert meter.samples == 3 * BATCH
    assert str(DivergedError(1)) == "after 1 sample"
