"""The live sensors: one thread that looks at all of them four times a second, as cheaply as it can."""

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
from .nvidia_live import Watch
from .processor_load import Family, Look, look, shares
from .temperature_guard import is_mark

PERIOD_S = 0.25
AGAIN_S = 5.0
"""A driver that hung while it was opened is tried again after so long: eight GPUs may take ten seconds to wake up."""
_CLOCKS = 8
"""Read the clock of so many cores at most, evenly spread: each costs a question to that core, and it may be working."""

_CPU_SENSORS = {"coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal", "x86_pkg_temp"}
_PACKAGE = ("Package id", "Tctl", "Tdie")
"""The labels of the sensors that are for the whole processor."""

Answer = TypeVar("Answer")


class Sampler:
    """Calls `on_sample` from its own thread, every `period_s`, from start() to stop(). Also a context manager.

    `clock` gives the time on the check's axis. With `gpus`, NVML is open from start() to stop(), and wakes the GPU.
    Rates (cpu.*) are None in the first sample. A sensor that fails is None from then on and is not asked again.
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
        self._gpu_watch = Watch()
        self._silent: set[str] = set()
        self._family: Family | None = None
        self._last: Look | None = None
        self._clock_files = clock_files(sysfs)
        self._temperature_files = temperature_files(sysfs)
        self._marks = critical_mark(self._temperature_files)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, pid: int | None) -> None:
        """The worker that is being measured, with its children; None when there is none. Safe from any thread."""
        try:
            self._family = Family(pid) if pid is not None else None
        except (psutil.Error, OSError):
            self._family = None

    def start(self) -> None:
        """Begin. A sampler runs once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="rigdyno-telemetry", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, and wait for the thread: one second at most, since a driver may hang. May be called again."""
        self._stopping.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=1.0)

    def __enter__(self) -> Sampler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def sample(self) -> Sample:
        """One look at every sensor now. The thread calls this; nobody else should while it runs."""
        t = self._clock()
        values = self._processor()
        memory = self._ask("memory.used", psutil.virtual_memory)
        values["memory.used"] = None if memory is None else float(memory.total - memory.available)
        swap = self._ask("swap.used", psutil.swap_memory)
        values["swap.used"] = None if swap is None else float(swap.used)
        values["cpu.clock"] = self._ask("cpu.clock", lambda: _mean(self._clock_files, 1000))
        values["cpu.temperature"] = self._ask("cpu.temperature", lambda: _hottest(self._temperature_files))
        values |= self._gpu_watch.sample(self._family.pids if self._family else ())
        return Sample(t, values)

    @property
    def silent(self) -> dict[str, str]:
        """Why sensors of GPUs gave nothing, by their keys."""
        return self._gpu_watch.reasons

    @property
    def marks(self) -> dict[str, float]:
        """Critical temperatures, by the keys of their sensors, where they are told."""
        return self._marks | self._gpu_watch.marks

    def _run(self) -> None:
        if not self._gpus:
            self._loop()
            return
        while not self._stopping.is_set():
            with (
                nvml_queries.opened() as trouble
            ):  # opened here and not in start(), as a driver may take seconds to wake up
                if not trouble:
                    self._gpu_watch.begin()
                self._loop(AGAIN_S if trouble == "silent" else math.inf)

    def _loop(self, seconds: float = math.inf) -> None:
        due = time.monotonic()
        end = due + seconds
        while not self._stopping.is_set() and due < end:
            self._on_sample(self.sample())
            # After a long stall go on from now: a burst of late samples would show rates over no time.
            due = max(due + self._period_s, time.monotonic())
            self._stopping.wait(due - time.monotonic())

    def _processor(self) -> dict[str, float | None]:
        now = self._ask("cpu.total", look)
        family, last, self._last = self._family, self._last, now
        own_s: float | None = 0.0
        resident: float | None = None
        if family is not None:
            own_s, resident = family.look(last.wall if last else time.time())
            if family.over and self._family is family:
                self._family = None
        if now is None:
            values: dict[str, float | None] = {}
        else:
            # Without an earlier look there is no rate; comparing the look with itself gives the keys, and None.
            values = shares(last or now, now, own_s)
        if family is None:
            values["cpu.own"] = None  # nobody is being measured, which is not the same as a worker that is idle
        values["memory.own"] = resident
        return values

    def _ask(self, name: str, question: Callable[[], Answer | None]) -> Answer | None:
        """The sensor's answer; a sensor that fails is silent from then on."""
        if name in self._silent:
            return None
        try:
            answer = question()
        except Exception:  # psutil raises many kinds, and no sensor is worth a broken measurement
            answer = None
        if answer is None:
            self._silent.add(name)
        return answer


def quiet_load(seconds: float = 0.3) -> float | None:
    """Per cent of the machine that others use right now. Call it before any work of ours; it takes `seconds`."""
    try:
        before = look()
        time.sleep(seconds)
        return shares(before, look(), own_s=0.0)["cpu.others"]
    except (psutil.Error, OSError, RuntimeError, AttributeError, NotImplementedError):
        return None


def clock_files(sysfs: Path = Path("/sys")) -> list[Path]:
    """Where Linux tells the clock that some of the cores have now; nothing elsewhere and in most virtual machines.

    Others' figures (psutil's on Windows and macOS, /proc/cpuinfo's in a virtual machine) are constants, so not live.
    """
    every = subfolders(sysfs / "devices/system/cpu", "cpu[0-9]*/cpufreq/scaling_cur_freq")
    step = -(-len(every) // _CLOCKS) or 1
    return every[::step]


def temperature_files(sysfs: Path = Path("/sys")) -> list[Path]:
    """The sensors of the processor: of the whole package where they say so. No other one: that may wake a device."""
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


def critical_mark(files: list[Path]) -> dict[str, float]:
    """The lowest critical mark of these sensors; empty where none has one that can be believed."""
    marks = [mark / 1000 for file in files if (mark := number(file.with_name(_critical(file)))) is not None]
    known = [mark for mark in marks if is_mark(mark)]
    return {"cpu.temperature": min(known)} if known else {}


def _critical(file: Path) -> str:
    """The file beside a sensor's with its critical mark: that of a chip, or of a thermal zone."""
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
