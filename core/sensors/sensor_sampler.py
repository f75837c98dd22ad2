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
from ..probes.system_sources import number, subfolders, text
from ..records.machine import Sample
from .nvidia_sampler import NvidiaSampler
from .processor_load import ProcessorTimes, ProcessTree, read_times, usage_between
from .temperature_guard import is_plausible_limit

PERIOD_S = 0.25
NVML_RETRY_S = 5.0
"""Where NVML did not open in time, it is tried again after so many seconds: eight GPUs may take 10 s to wake up."""
_CLOCKS = 8
"""Clocks of at most so many cores are read, evenly spread, since each reading interrupts that core."""

_CPU_SENSORS = {"coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal", "x86_pkg_temp"}
_PACKAGE = ("Package id", "Tctl", "Tdie")
"""The labels of the sensors that are for the whole processor."""

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
        self._silent: set[str] = set()
        self._family: ProcessTree | None = None
        self._last: ProcessorTimes | None = None
        self._clock_files = clock_files(sysfs)
        self._temperature_files = temperature_files(sysfs)
        self._critical = critical_temperature(self._temperature_files)
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
        values["cpu.clock"] = self._ask("cpu.clock", lambda: _mean(self._clock_files, 1000))
        values["cpu.temperature"] = self._ask("cpu.temperature", lambda: _hottest(self._temperature_files))
        values |= self._gpu_watch.sample(self._family.pids if self._family else ())
        return Sample(round(t, DECIMALS), {k: None if v is None else round(v, DECIMALS) for k, v in values.items()})

    @property
    def missing_reasons(self) -> dict[str, str]:
        """Why sensors of GPUs have no values, by their keys."""
        return self._gpu_watch.reasons

    @property
    def critical_temperatures(self) -> dict[str, float]:
        """Critical temperatures in degrees Celsius, by the keys of their sensors, where they are known."""
        return self._critical | self._gpu_watch.critical_temperatures

    def _run(self) -> None:
        if not self._gpus:
            self._loop()
            return
        while not self._stopping.is_set():
            with (
                nvml_queries.open_nvml() as trouble
            ):  # opened here and not in start(), as a driver may take seconds to wake up
                if not trouble:
                    self._gpu_watch.begin()
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


def clock_files(sysfs: Path = Path("/sys")) -> list[Path]:
    """The files in which Linux gives the current clock of some cores; none elsewhere and in most virtual machines.

    Other sources (psutil on Windows and macOS, /proc/cpuinfo in a virtual machine) give constants.
    """
    every = subfolders(sysfs / "devices/system/cpu", "cpu[0-9]*/cpufreq/scaling_cur_freq")
    step = -(-len(every) // _CLOCKS) or 1
    return every[::step]


def temperature_files(sysfs: Path = Path("/sys")) -> list[Path]:
    """The files with temperatures of the processor, those of the whole package if there are any. Sensors of other
    devices are left out, as reading them may wake the device.
    """
    found: list[Path] = []
    for chip in subfolders(sysfs / "class/hwmon", "hwmon*"):
        if text(chip / "name") in _CPU_SENSORS:
            found += subfolders(chip, "temp*_input")
    package = [f for f in found if (text(f.with_name(f.name.replace("_input", "_label"))) or "").startswith(_PACKAGE)]
    zones = [
        zone / "temp"
        for zone in subfolders(sysfs / "class/thermal", "thermal_zone*")
        if text(zone / "type") in _CPU_SENSORS
    ]
    return package or found or zones


def critical_temperature(files: list[Path]) -> dict[str, float]:
    """{"cpu.temperature": the lowest critical temperature of these sensors}; empty where none is plausible."""
    marks = [mark / 1000 for file in files if (mark := number(file.with_name(_critical(file)))) is not None]
    known = [mark for mark in marks if is_plausible_limit(mark)]
    return {"cpu.temperature": min(known)} if known else {}


def _critical(file: Path) -> str:
    """The name of the file with a sensor's critical temperature, beside that of a hwmon chip or of a thermal zone."""
    if file.name != "temp":
        return file.name.replace("_input", "_crit")
    kinds = subfolders(file.parent, "trip_point_*_type")
    critical = next((kind.name for kind in kinds if text(kind) == "critical"), "trip_point_0_type")
    return critical.replace("_type", "_temp")


def _mean(files: list[Path], scale: float) -> float | None:
    known = [value for file in files if (value := number(file)) is not None]
    return sum(known) / len(known) / scale if known else None


def _hottest(files: list[Path]) -> float | None:
    return max((value / 1000 for file in files if (value := number(file)) is not None), default=None)
