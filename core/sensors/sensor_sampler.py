"""Samples all live sensors of this computer from one thread, four times a second."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

from ..probes import nvml_queries
from ..records.machine import Sample
from .linux_sensors import clock_files, clocks, critical_temperature, hottest, temperature_files, throttling_temperature
from .nvidia_sampler import NvidiaSampler
from .other_gpus import CountedGpus, of_this_system
from .processor_load import ProcessorTimes, ProcessTree, read_times, usage_between

PERIOD_S = 0.25
NVML_RETRY_S = 5.0
"""Where NVML did not open in time, it is tried again after so many seconds: eight GPUs may take 10 s to wake up."""

Answer = TypeVar("Answer")
DECIMALS = 3
"""Of times (s) and values in a sample: no sensor knows more, and the noise behind them took half of a stored result."""


class SensorSampler:
    """Calls `on_sample` from a thread every `period_s` seconds, from start() to stop(). Also a context manager.

    `clock` gives the times of samples. With `gpus`, NVML is open from start() to stop(), which wakes sleeping GPUs.
    Rates (cpu.*) are None in the first sample. A sensor that fails is None from then on, and not asked again.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        on_sample: Callable[[Sample], None],
        period_s: float = PERIOD_S,
        gpus: bool = False,
        sysfs: Path = Path("/sys"),
    ) -> None:
        self._clock = clock
        self._on_sample = on_sample
        self._period_s = period_s
        self._gpus = gpus
        self._gpu_watch = NvidiaSampler()
        self._other_gpus = of_this_system(sysfs)
        self._silent: set[str] = set()
        self._family: ProcessTree | None = None
        self._last: ProcessorTimes | None = None
        self._clock_files = clock_files(sysfs)
        self._temperature_files = temperature_files(sysfs)
        self._critical = critical_temperature(self._temperature_files)
        self._throttles_at = throttling_temperature(self._temperature_files)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, pid: int | None) -> None:
        """Count the process with this id, and its children, as our worker; None: no worker. Safe from any thread."""
        try:
            self._family = ProcessTree(pid) if pid is not None else None
        except (psutil.Error, OSError):
            self._family = None

    def start(self) -> None:
        """Start sampling. A sampler can be started once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="rigdyno-telemetry", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop sampling, and wait for the thread for a second at most, since a driver may hang. May be called again."""
        self._stopping.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=1.0)

    def __enter__(self) -> SensorSampler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def sample(self) -> Sample:
        """Sample every sensor now. While the thread runs, only that calls this."""
        t = self._clock()
        values = self._processor()
        memory = self._ask("memory.used", psutil.virtual_memory)
        values["memory.used"] = None if memory is None else float(memory.total - memory.available)
        swap = self._ask("swap.used", psutil.swap_memory)
        values["swap.used"] = None if swap is None else float(swap.used)
        each = self._ask("cpu.clock", lambda: clocks(self._clock_files))
        values["cpu.clock"] = sum(each) / len(each) if each else None
        values["cpu.clock_highest"] = max(each) if each else None
        hot = values["cpu.temperature"] = self._ask("cpu.temperature", lambda: hottest(self._temperature_files))
        if self._throttles_at is not None:
            values["cpu.margin"] = None if hot is None else self._throttles_at - hot
        ours = self._family.pids if self._family else ()
        values |= self._gpu_watch.sample(ours)
        for key, value in self._other_gpus.sample(ours).items():  # they fill in what NVML does not tell
            values[key] = value if values.get(key) is None else values[key]
        return Sample(round(t, DECIMALS), {k: None if v is None else round(v, DECIMALS) for k, v in values.items()})

    @property
    def missing_reasons(self) -> dict[str, str]:
        """Why sensors of GPUs have no values, by their keys."""
        return self._other_gpus.silent | self._gpu_watch.reasons

    @property
    def critical_temperatures(self) -> dict[str, float]:
        """Critical temperatures in degrees Celsius, by the keys of their sensors, where they are known."""
        return self._critical | self._gpu_watch.critical_temperatures | self._other_gpus.critical_temperatures

    def _run(self) -> None:
        try:
            self._watch()
        finally:
            self._other_gpus.close()

    def _watch(self) -> None:
        if not self._gpus:
            self._loop()
            return
        while not self._stopping.is_set():
            with (
                nvml_queries.open_nvml() as trouble
            ):  # opened here and not in start(), as a driver may take seconds to wake up
                if not trouble:
                    self._gpu_watch.begin()
                    if isinstance(self._other_gpus, CountedGpus):
                        self._other_gpus.nvidia = self._gpu_watch.names()
                self._loop(NVML_RETRY_S if trouble == "silent" else math.inf)

    def _loop(self, seconds: float = math.inf) -> None:
        due = time.monotonic()
        end = due + seconds
        while not self._stopping.is_set() and due < end:
            self._on_sample(self.sample())
            # After a long stall continue from now: rates over the short times between late samples would be noise.
            due = max(due + self._period_s, time.monotonic())
            self._stopping.wait(due - time.monotonic())

    def _processor(self) -> dict[str, float | None]:
        now = self._ask("cpu.total", read_times)
        family, last, self._last = self._family, self._last, now
        own_s: float | None = 0.0
        resident: float | None = None
        if family is not None:
            own_s, resident = family.usage(last.wall if last else time.time())
            if family.ended and self._family is family:
                self._family = None
        if now is None:
            values: dict[str, float | None] = {}
        else:
            # The first reading is compared with itself, which gives all keys with None.
            values = usage_between(last or now, now, own_s)
        if family is None:
            values["cpu.own"] = None  # no worker, which is different from an idle one
        values["memory.own"] = resident
        return values

    def _ask(self, name: str, question: Callable[[], Answer | None]) -> Answer | None:
        """The sensor's value. Once a sensor has failed, it is None and not asked again."""
        if name in self._silent:
            return None
        try:
            answer = question()
        except Exception:  # psutil raises many types, and no sensor may end a measurement
            answer = None
        if answer is None:
            self._silent.add(name)
        return answer


def load_of_others(seconds: float = 0.3) -> float | None:
    """Per cent of the processor that other programs use now; None where it is not known. It takes `seconds`, in which
    this program must not work.
    """
    try:
        before = read_times()
        time.sleep(seconds)
        return usage_between(before, read_times(), own_s=0.0)["cpu.others"]
    except (psutil.Error, OSError, RuntimeError, AttributeError, NotImplementedError):
        return None
