"""Detects pauses of this process, when the machine slept or the program was stopped: no measurement counts them."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable

POLL_S = 0.25
MIN_GAP_S = 1.5
"""A longer gap between two polls is a pause: a thread that only polls gets the processor within milliseconds, even
where ten others want it.
"""


def slept() -> float:
    """Seconds that this machine has slept, up to an unknown constant: only differences mean something."""
    if sys.platform == "win32":
        awake = ctypes.c_uint64()
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return time.monotonic() - awake.value / 1e7
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(time.CLOCK_UPTIME_RAW)
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class PauseDetector:
    """A thread that polls the clock; where it could not for `MIN_GAP_S`, the process did not run.

    While Linux sleeps, this clock stands still as well: then the system's own count of the sleep (`slept`) is added.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, slept: Callable[[], float] = slept) -> None:
        self._clock, self._slept = clock, slept
        self._guard = threading.Lock()
        self._last: float | None = None
        self._total = 0.0

    def start(self) -> None:
        """Start polling. It ends with the process."""
        threading.Thread(target=self._poll_forever, name="rigdyno-pulse", daemon=True).start()

    def poll(self) -> None:
        """Read the clock once, and count the gap since the last time if it was a pause."""
        with self._guard:
            now = self._clock()
            self._total += self._gap(now)
            self._last = now

    def seconds_paused(self) -> float:
        """Seconds of all pauses so far, up to an unknown constant: only differences mean something."""
        with self._guard:  # includes a pause that the polling thread has not noticed yet
            return self._total + self._gap(self._clock()) + self._slept()

    def _gap(self, now: float) -> float:
        passed = now - self._last if self._last is not None else 0.0
        return passed if passed >= MIN_GAP_S else 0.0

    def _poll_forever(self) -> None:
        while True:
            self.poll()
            time.sleep(POLL_S)


PAUSE_DETECTOR = PauseDetector()
"""That of the worker. Until it is started, it notices sleep of the machine only."""
