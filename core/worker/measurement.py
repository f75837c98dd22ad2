"""Measuring throughput: windows of steps between two synchronisations, warm-up to a steady state, and when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..records.events import Event, Progress, Window
from ..records.plan import Rules
from ..records.window_statistics import confidence_interval, is_decided, is_steady
from .pause_detection import PAUSE_DETECTOR

try:
    import resource
except ImportError:  # Windows has no such count: the field stays None
    resource = None  # type: ignore[assignment]

PROGRESS_S = 0.1
"""Time between two `Progress` events: no cost of ten a second could be told from noise."""
NARROW_IN_A_ROW = 3
"""The interval must be narrow after so many windows in a row: stopping at the first time stops too early too often."""
MIN_PAUSE_S = 0.1
"""Shorter pauses are taken for the delay between the readings of the two clocks in `pause_detection`."""
MIN_REPETITIONS, MAX_REPETITIONS = 5, 200
"""How often a single operation is timed: enough for a median, and no more than one line of the protocol should hold."""


class DivergedError(Exception):
    """The loss is no longer finite; `samples` is the number of samples trained so far."""

    def __init__(self, samples: int) -> None:
        super().__init__(f"after {samples} sample{'' if samples == 1 else 's'}")


def involuntary_switches() -> int | None:
    """How often the system has taken the processor away from this process; None where the system does not count."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw if resource else None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of a measurement, in seconds. They are arguments so that tests can replace them by exact ones."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time
    switches: Callable[[], int | None] = involuntary_switches
    seconds_paused: Callable[[], float] = PAUSE_DETECTOR.seconds_paused
    """How long the process has not run so far, as the machine slept or somebody stopped it."""


def time_repeatedly(
    action: Callable[[], object],
    synchronize: Callable[[], None],
    budget_s: float,
    clock: Clock,
    before: Callable[[], object] | None = None,
    least: int = MIN_REPETITIONS,
) -> tuple[float, ...]:
    """Do `action` repeatedly for `budget_s` seconds; returns the seconds of each time. `before` is done first and not
    timed.

    It is done `least` to `MAX_REPETITIONS` times, however long that takes; and once more at first without timing, which
    chooses kernels and fills caches.
    """
    end = clock.wall() + budget_s
    seconds: list[float] = []
    for number in range(MAX_REPETITIONS + 1):
        if before:
            before()
        synchronize()
        begin = clock.wall()
        action()
        synchronize()
        if number:
            seconds.append(max(clock.wall() - begin, 1e-9))
        if len(seconds) >= least and clock.wall() >= end:
            break
    return tuple(seconds)


class ThroughputMeter:
    """Runs training steps in windows, and emits each window.

    `step` enqueues one training step and returns a callable that reads its loss. `synchronize` waits until all steps
    are done. `synchronous`: a step is finished when it returns (a CPU); only then can `Progress` tell the rate of the
    current window, else it repeats that of the last one. Where it is synchronous, a window ends early once it lasts
    `longest` times as long as it should.
    """

    def __init__(
        self,
        step: Callable[[], Callable[[], float]],
        synchronize: Callable[[], None],
        batch: int,
        rules: Rules,
        emit: Callable[[Event], None],
        clock: Clock | None = None,
        synchronous: bool = True,
        longest: float = math.inf,
    ) -> None:
        self._step, self._synchronize, self._emit = step, synchronize, emit
        self._longest_s = longest * rules.window_s if synchronous else math.inf
        self._rules, self._batch, self._synchronous = rules, batch, synchronous
        self.clock = clock or Clock()
        self._started = self.clock.wall()
        self._steps_per_window = 1
        self._shown = self._started
        self._rate = 0.0
        self.samples = 0
        self.train_s = 0.0
        self.windows: list[Window] = []

    @property
    def exhausted(self) -> bool:
        """Whether the budget of wall time for the whole run is used up."""
        return self.clock.wall() - self._started >= self._rules.budget_s

    def warm_up(self) -> bool:
        """Run windows until they are steady, or until the cap; whether they became steady."""
        begin = self.clock.wall()
        values: list[float] = []
        while not self.exhausted:
            values.append(self.window(warm=True).rate)
            spent = self.clock.wall() - begin
            enough = spent >= self._rules.warmup_min_s and len(values) >= self._rules.warmup_min_windows
            if enough and is_steady(values):
                return True
            if spent >= self._rules.warmup_cap_s:
                return False
        return False

    def measure(self, seconds: float, after_window: Callable[[], bool] = lambda: False) -> str:
        """Run windows until the interval of the rate is narrow ("converged"), further ones would not change on which
        side of the rules' borders the rate lies ("decided"), `seconds` of windows or the budget are over
        ("time-limit"), or `after_window` returns True ("epochs"); returns which.

        The time of `after_window`, such as an evaluation, does not count.
        """
        values: list[float] = []
        streak, spent, first = 0, 0.0, len(self.windows)
        while True:
            window = self.window(warm=False)
            values.append(window.rate)
            spent += window.seconds
            if after_window():
                return "epochs"
            counted = [w for w in self.windows[first:] if not w.paused_s]
            if self._rules.borders and is_decided(counted, self._rules.borders):
                return "decided"
            if len(values) >= self._rules.min_windows and self._rules.target:
                narrow = confidence_interval(values).half_width <= self._rules.target
                streak = streak + 1 if narrow else 0
                if streak >= NARROW_IN_A_ROW and is_steady(values):
                    return "converged"
            if spent >= seconds or self.exhausted:
                return "time-limit"

    def window(self, warm: bool) -> Window:
        """Run one window of about `window_s`: the speed of the last one gives the number of its steps.

        A window in which the machine slept is emitted with its `paused_s`, and done again.
        """
        while (window := self._once(warm)).paused_s and not self.exhausted:
            pass
        return window

    def _once(self, warm: bool) -> Window:
        steps, stood = self._steps_per_window, self.clock.seconds_paused()
        self._synchronize()
        switched, cpu = self.clock.switches(), self.clock.cpu()
        begin = now = self.clock.wall()
        read_loss: Callable[[], float] | None = None
        for done in range(1, steps + 1):
            read_loss = self._step()
            now = self.clock.wall()
            if now - self._shown >= PROGRESS_S:
                self._show(now, done, now - begin)
            if now - begin >= self._longest_s:
                steps = done
                break
        self._synchronize()
        now = self.clock.wall()
        cpu_s = self.clock.cpu() - cpu
        loss = read_loss() if read_loss else math.nan
        paused = self.clock.seconds_paused() - stood
        seconds = max(now - begin, 1e-9)
        self.samples += steps * self._batch
        if paused < MIN_PAUSE_S:
            paused = 0.0
            self.train_s += seconds
            self._steps_per_window = max(1, min(steps * 8, math.ceil(self._rules.window_s * steps / seconds)))
        if not math.isfinite(loss):
            raise DivergedError(self.samples)
        after = self.clock.switches()
        window = Window(
            t=begin,
            seconds=seconds,
            steps=steps,
            samples=steps * self._batch,
            batch=self._batch,
            cpu_s=cpu_s,
            warm=warm,
            loss=loss,
            involuntary_switches=None if switched is None or after is None else after - switched,
            paused_s=paused,
        )
        self._rate = self._rate if paused else window.rate
        self.windows.append(window)
        self._emit(window)
        return window

    def _show(self, now: float, done: int, elapsed: float) -> None:
        self._shown = now
        rate = done * self._batch / elapsed if self._synchronous else self._rate
        self._emit(Progress(t=now, samples=self.samples + done * self._batch, samples_per_s=rate))
