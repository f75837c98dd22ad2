"""Live values of AMD's and Intel's GPUs from Linux's files (amdgpu, xe, i915; kernel documentation "GPU Driver Uapi",
Documentation/hwmon/xe_hwmon). A sleeping GPU is not woken: its values are missing until it is awake.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..probes.nvml_queries import DriverThread
from ..probes.parts.pci_gpus import amount, is_awake, is_integrated, link
from ..probes.sources.nvml_answers import Missing
from ..probes.system_sources import number, subfolders, text
from .temperature_guard import is_plausible_limit

GAUGES = (
    *("utilization", "memory", "shared_memory", "power", "power_limit", "energy", "sm_clock", "temperature"),
    *("pcie_generation", "pcie_width"),
)
"""The sensors of each GPU, named as NVML's; `shared_memory`: bytes of the computer's memory that it uses."""
ASLEEP, NOT_TOLD, OF_THE_CHIP = (
    "GPU is asleep",
    "not reported by this driver",
    "the sensor counts the whole processor",
)
ASK = DriverThread()
"""One thread for all samplers: a new one for each check would stay behind."""
_CLOCK_FILES = ("drm/card*/gt/gt0/rps_act_freq_mhz", "tile0/gt0/freq0/act_freq", "drm/card*/gt_act_freq_mhz")
_MARKED_CLOCK = re.compile(r"^\d+: *(\d+) ?mhz \*", re.IGNORECASE | re.MULTILINE)
"""The line of pp_dpm_sclk that holds now: "1: 1800Mhz *"."""
_MOST_WATTS, _MOST_MHZ, _COLDEST_C, _HOTTEST_C = 5000.0, 20_000.0, -40.0, 150.0


@dataclass
class SysfsGpus:
    """GPUs by the N of their sensor keys, each a folder such as /sys/bus/pci/devices/0000:03:00.0."""

    devices: Mapping[int, Path]
    clock: Callable[[], float] = time.monotonic
    silent: dict[str, str] = field(default_factory=dict)
    """Why keys have no value, by key; a GPU that wakes up gets rid of them."""
    ask: DriverThread = ASK
    _energy: dict[int, tuple[float, float]] = field(default_factory=dict)

    critical_temperatures: dict[str, float] = field(default_factory=dict)
    """The temperature (°C) at which the driver switches the computer off, by the key of the sensor."""

    def sample(self, _ours: Collection[int] = ()) -> dict[str, float | None]:
        """All values of all GPUs, by keys "gpu.N.name". A driver that hangs is waited for once."""
        if not self.devices:
            return {}
        told = self.ask(lambda: {n: self._look(n, device) for n, device in self.devices.items()})
        values: dict[str, float | None] = {}
        self.silent.clear()
        for n in self.devices:
            found = dict.fromkeys(GAUGES, told.reason) if isinstance(told, Missing) else told[n]
            for name, value in found.items():
                key = f"gpu.{n}.{name}"
                values[key] = None if isinstance(value, str) else value
                if isinstance(value, str):
                    self.silent[key] = value
        return values

    def close(self) -> None:
        """Files are not kept open."""

    def _look(self, n: int, device: Path) -> dict[str, float | str]:
        """Each value, or the reason why there is none."""
        if not is_awake(device):
            return dict.fromkeys(GAUGES, ASLEEP)
        mark = _scaled(device, "hwmon/hwmon*/temp1_emergency", 1000, _COLDEST_C, _HOTTEST_C)
        if mark is not None and is_plausible_limit(mark):
            self.critical_temperatures[f"gpu.{n}.temperature"] = mark
        chip = bool(is_integrated(device))
        used, shared = amount(device / "mem_info_vram_used"), amount(device / "mem_info_gtt_used")
        if chip and used is not None and shared is not None:
            used += shared  # what is its own is a part of the computer's memory too
        generation, lanes = (None, None) if chip else link(device, "current")
        joules = _scaled(device, "hwmon/hwmon*/energy1_input", 1e6, 0.0, 1e15)
        told = {
            "utilization": _scaled(device, "gpu_busy_percent", 1, 0.0, 100.0),
            "memory": used,
            "shared_memory": shared,
            "power": self._watts(n, device, joules),
            "power_limit": _first(device, _MOST_WATTS, 1e6, "power1_cap", "power1_max"),
            "energy": joules or None,
            "sm_clock": _megahertz(device),
            "temperature": _scaled(device, "hwmon/hwmon*/temp*_input", 1000, _COLDEST_C, _HOTTEST_C),
            "pcie_generation": generation,
            "pcie_width": lanes,
        }
        found: dict[str, float | str] = {k: NOT_TOLD if v is None else float(v) for k, v in told.items()}
        if chip:  # its sensors are the processor's: counted as a GPU's, they would be counted twice
            found |= dict.fromkeys(("power", "power_limit", "energy"), OF_THE_CHIP)
        return found

    def _watts(self, n: int, device: Path, joules: float | None) -> float | None:
        """The driver's own figure; else, where it counts energy alone, its growth since the last sample."""
        now, before = self.clock(), self._energy.get(n)
        if joules is not None:
            self._energy[n] = now, joules
        told = _first(device, _MOST_WATTS, 1e6, "power1_average", "power1_input")
        if told is not None or joules is None or before is None or now <= before[0]:
            return told
        watts = (joules - before[1]) / (now - before[0])
        return watts if 0 <= watts <= _MOST_WATTS else None


def _first(device: Path, most: float, unit: float, *names: str) -> float | None:
    found = (_scaled(device, f"hwmon/hwmon*/{name}", unit, 0.0, most) for name in names)
    return next((value for value in found if value is not None), None)


def _scaled(device: Path, pattern: str, unit: float, least: float, most: float) -> float | None:
    """The number in the first of these files that tells one which can be, in units of `unit`."""
    told = (number(file) for file in subfolders(device, pattern))
    scaled = (value / unit for value in told if value is not None and abs(value) < 2**63)
    return next((value for value in scaled if least <= value <= most), None)


def _megahertz(device: Path) -> float | None:
    mhz = _scaled(device, "hwmon/hwmon*/freq1_input", 1e6, 0.0, _MOST_MHZ)
    if mhz is None and (marked := _MARKED_CLOCK.search(text(device / "pp_dpm_sclk") or "")):
        mhz = float(marked[1][:9])
    for pattern in _CLOCK_FILES:
        if mhz is None:
            mhz = _scaled(device, pattern, 1, 0.0, _MOST_MHZ)
    return mhz if mhz is not None and mhz <= _MOST_MHZ else None
