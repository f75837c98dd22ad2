"""The files in which Linux gives clocks and temperatures of the processor, and the limits of these."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..probes.system_sources import number, subfolders, text
from .temperature_guard import is_plausible_limit

_CLOCKS = 8
"""Clocks of at most so many cores are read, evenly spread, since each reading interrupts that core."""
_THROTTLING = {"coretemp", "k10temp", "zenpower", "x86_pkg_temp"}
"""Sensors whose critical temperature is where the processor begins to slow itself down (Linux, Documentation/hwmon):
Intel's TjMax and the limit of AMD's hardware thermal control. Healthy laptops reach it under load."""
_CPU_SENSORS = re.compile(r"(cpu|soc|(big|little|mid)core|cluster|tj)[-_\w]*", re.IGNORECASE)
"""Names of the processor's thermal zones on boards with ARM and RISC-V: "cpu-thermal", "soc_thermal" or, where each
kind of core has its own, "bigcore0-thermal"."""
_PACKAGE = ("Package id", "Tctl", "Tdie")
"""The labels of the sensors that are for the whole processor."""
_COLDEST_C, _HOTTEST_C = -40.0, 130.0
"""No processor works beyond these: k10temp of Linux 4.15 reported temperatures below zero as 4,294,948 degrees."""


def clock_files(sysfs: Path = Path("/sys")) -> list[Path]:
    """The files in which Linux gives the current clock of some cores that this process may use; none elsewhere and in
    most virtual machines.

    Other sources (psutil on Windows and macOS, /proc/cpuinfo in a virtual machine) give constants.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else ()
    named = [sysfs / f"devices/system/cpu/cpu{core}/cpufreq/scaling_cur_freq" for core in cores]
    every = [file for file in named if file.is_file()]
    step = -(-len(every) // _CLOCKS) or 1
    return every[::step]


def clocks(files: list[Path]) -> list[float] | None:
    """The clocks in MHz; None where no file tells."""
    return [khz / 1000 for file in files if (khz := number(file)) is not None] or None


def temperature_files(sysfs: Path = Path("/sys")) -> list[Path]:
    """The files with temperatures of the processor, those of the whole package if there are any. Sensors of other
    devices are left out, as reading them may wake the device.

    Tctl drives the fans, and lies up to 27 degrees above the temperature itself, Tdie, on some of AMD's processors.
    """
    found: list[Path] = []
    for chip in subfolders(sysfs / "class/hwmon", "hwmon*"):
        if _is_processor(text(chip / "name")):
            own = subfolders(chip, "temp*_input")
            real = [file for file in own if _label(file).startswith("Tdie")]
            found += [file for file in own if not (real and _label(file).startswith("Tctl"))]
    package = [file for file in found if _label(file).startswith(_PACKAGE)]
    zones = [
        zone / "temp"
        for zone in subfolders(sysfs / "class/thermal", "thermal_zone*")
        if _is_processor(text(zone / "type"))
    ]
    return package or found or zones


def hottest(files: list[Path]) -> float | None:
    """The highest of these temperatures in degrees Celsius, without those that cannot be; None where none is left."""
    told = [value / 1000 for file in files if (value := number(file)) is not None]
    return max((celsius for celsius in told if _COLDEST_C <= celsius <= _HOTTEST_C), default=None)


def critical_temperature(files: list[Path]) -> dict[str, float]:
    """{"cpu.temperature": the lowest temperature (°C) at which the system would switch off}; empty where none is told.

    Where a processor slows itself down at its critical temperature, see `throttling_temperature`, it needs no guard.
    """
    lowest = _lowest_mark([file for file in files if not _is_throttling(file)])
    return {"cpu.temperature": lowest} if lowest is not None else {}


def throttling_temperature(files: list[Path]) -> float | None:
    """The lowest temperature (°C) at which the processor slows itself down; None where none is told."""
    return _lowest_mark([file for file in files if _is_throttling(file)])


def _lowest_mark(files: list[Path]) -> float | None:
    marks = [mark / 1000 for file in files if (mark := number(file.with_name(_critical(file)))) is not None]
    return min((mark for mark in marks if is_plausible_limit(mark)), default=None)


def _is_throttling(file: Path) -> bool:
    return (text(file.parent / "name") or text(file.parent / "type")) in _THROTTLING


def _is_processor(sensor: str | None) -> bool:
    return sensor in _THROTTLING or _CPU_SENSORS.fullmatch(sensor or "") is not None


def _label(file: Path) -> str:
    return text(file.with_name(file.name.replace("_input", "_label"))) or ""


def _critical(file: Path) -> str:
    """The name of the file with a sensor's critical temperature, beside that of a hwmon chip or of a thermal zone."""
    if file.name != "temp":
        return file.name.replace("_input", "_crit")
    kinds = subfolders(file.parent, "trip_point_*_type")
    critical = next((kind.name for kind in kinds if text(kind) == "critical"), "trip_point_0_type")
    return critical.replace("_type", "_temp")
