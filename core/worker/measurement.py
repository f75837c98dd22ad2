"""How a rate is measured: windows between two synchronisations, a warm-up that ends by rule, a stop by rule."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..records.events import Event, Progress, Window
from ..records.plan import Rules
from ..records.window_statistics import confidence_interval, is_steady
from .pause_detection import PULSE

try:
    import resource
except ImportError:  # Windows has no such count: the field stays None
    resource = None  # type: ignore[assignment]

PROGRESS_S = 0.1
"""Time between two live events: ten a second cost the training nothing that could be told from noise."""
STREAK = 3
"""The interval must be narrow in this many checks in a row: peeking once stops too early too often."""
PAUSED_S = 0.1
"""The two clocks of `stillness` are read one after the other: what is less is no pause."""
LEAST, MOST = 5, 200
"""Times that a single operation is repeated: for a median, and as many as a protocol's line should carry."""


class DivergedError(Exception):
    """The loss is no longer finite; the argument is the number of samples trained so far."""


def involuntary_switches() -> int | None:
    """How often the system took the processor away from this process so far; None where it does not count."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw if resource else None


@dataclass(frozen=True, slots=True)
class Clock:
    """The times that a measurement needs, injected so that tests can make them exact."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time
    switches: Callable[[], int | None] = involuntary_switches
    stood: Callable[[], float] = PULSE.stood
    """How long the process has stood still so far."""


def repeated(
    action: Callable[[], object],
    synchronize: Callable[[], None],
    budget_s: float,
    clock: Clock,
    before: Callable[[], object] | None = None,
    least: int = LEAST,
) -> tuple[float, ...]:
    """The seconds of each of `least` to `MOST` times that `action` was done, `before` not counted, within `budget_s`.

    Once more at first, untimed: it chooses kernels and fills caches. At least `least` are done, however long it takes.
    """
    end = clock.wall() + budget_s
    seconds: list[float] = []
    for number in range(MOST + 1):
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


class Meter:
    """Runs steps in windows and tells `emit` of each; keeps no statistics but the windows.

    `step` enqueues one training step and returns a callable that reads its loss; `synchronize` waits until all
    steps are done. `live` says that a returned step is a finished one (a CPU): only then may a rate be shown between
    two synchronisations.
    """

    def __init__(
        self,
        step: Callable[[], Callable[[], float]],
        synchronize: Callable[[], None],
        batch: int,
        rules: Rules,
        emit: Callable[[Event], None],
        clock: Clock | None = None,
        live: bool = True,
    ) -> None:
        self._step, self._synchronize, self._emit = step, synchronize, emit
        self._rules, self._batch, self._live = rules, batch, live
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
        """Whether the wall time of the whole run is over."""
        return self.clock.wall() - self._started >= self._rules.budget_s

    def warm_up(self) -> bool:
        """Windows until the last ones are steady, or the cap; says whether they were."""
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
        """Windows until the interval is narrow, the time is over, or `after_window` says stop; returns why it stopped.

        `seconds` counts the windows alone, so that whatever `after_window` does (an evaluation) is not charged.
        """
        values: list[float] = []
        streak, spent = 0, 0.0
        while True:
            window = self.window(warm=False)
            values.append(window.rate)
            spent += window.seconds
            if after_window():
                return "epochs"
            if len(values) >= self._rules.min_windows and self._rules.target:
                narrow = confidence_interval(values).half_width <= self._rules.target
                streak = streak + 1 if narrow else 0
                if streak >= STREAK and is_steady(values):
                    return "converged"
            if spent >= seconds or self.exhausted:
                return "time-limit"

    def window(self, warm: bool) -> Window:
        """One window; its number of steps comes from the last one's speed, so that it lasts about `window_s`.

        One in which the machine slept is told, with how long, and done again.
        """
        while (window := self._once(warm)).paused_s and not self.exhausted:
            pass
        return window

    def _once(self, warm: bool) -> Window:
        steps, stood = self._steps_per_window, self.clock.stood()
        self._synchronize()
        switched, cpu = self.clock.switches(), self.clock.cpu()
        begin = now = self.clock.wall()
        read_loss: Callable[[], float] | None = None
        for done in range(1, steps + 1):
            read_loss = self._step()
            now = self.clock.wall()
            if now - self._shown >= PROGRESS_S:
                self._show(now, done, now - begin)
        self._synchronize()
        now = self.clock.wall()
        cpu_s = self.clock.cpu() - cpu
        loss = read_loss() if read_loss else math.nan
        paused = self.clock.stood() - stood
        seconds = max(now - begin, 1e-9)
        self.samples += steps * self._batch
        if paused < PAUSED_S:
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
        rate = done * self._batch / elapsed if self._live else self._rate
        self._emit(Progress(t=now, samples=self.samples + done * self._batch, samples_per_s=rate))
