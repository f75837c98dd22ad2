"""How long this process stood still: the machine slept, or somebody stopped the program. That is nobody's slowness."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable

PULSE_S = 0.25
STILL_S = 1.5
"""A thread that only looks at the clock gets the processor within milliseconds, even where ten others want it."""


def slept() -> float:
    """Seconds that this machine has slept so far, on a scale of its own; 0 where the system does not tell."""
    if sys.platform == "win32":
        awake = ctypes.c_uint64()
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return time.monotonic() - awake.value / 1e7
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(time.CLOCK_UPTIME_RAW)
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class Pulse:
    """A thread that looks at the clock; where it could not for long, the process did not run.

    A Linux that sleeps stops the clock as well: there the system's own count of that (`slept`) tells.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, slept: Callable[[], float] = slept) -> None:
        self._clock, self._slept = clock, slept
        self._guard = threading.Lock()
        self._last: float | None = None
        self._total = 0.0

    def start(self) -> None:
        """Begin. It ends with the process."""
        threading.Thread(target=self._beat, name="rigdyno-pulse", daemon=True).start()

    def beat(self) -> None:
        """Look at the clock once."""
        with self._guard:
            now = self._clock()
            self._total += self._gap(now)
            self._last = now

    def stood(self) -> float:
        """Seconds that it has stood still so far; only differences mean something."""
        with self._guard:  # what is not yet counted, as the other thread has not woken up, counts too
            return self._total + self._gap(self._clock()) + self._slept()

    def _gap(self, now: float) -> float:
        passed = now - self._last if self._last is not None else 0.0
        return passed if passed >= STILL_S else 0.0

    def _beat(self) -> None:
        while True:
            self.beat()
            time.sleep(PULSE_S)


PULSE = Pulse()
"""The worker's; where it was not started, only the machine's sleep is noticed."""
