"""Live values of the GPUs that NVML does not know, by the same keys as those that it knows."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..probes import graphics_adapters
from ..probes.nvml_queries import DriverThread
from ..probes.sources.nvml_answers import Missing
from ..probes.windows import dxgi
from ..probes.windows.gpu_counters import Counters, GpuCounters, gpu_values
from ..records.machine import sensor_numbers
from .sysfs_gpus import ASK, SysfsGpus

COUNTED = ("utilization", "others", "memory", "shared_memory")
"""What Windows' counters tell of each GPU."""
OF_NVIDIA = ("others", "shared_memory")
"""What they tell of NVIDIA's GPUs beside what NVML tells there."""
NOT_TOLD = "Windows' counters do not tell"


def of_this_system(sysfs: Path = Path("/sys")) -> CountedGpus | SysfsGpus:
    """The sampler for this operating system; on macOS one that has no GPUs."""
    return CountedGpus() if sys.platform == "win32" else linux(sysfs)


def linux(sysfs: Path = Path("/sys")) -> SysfsGpus:
    """The sampler of all AMD and Intel GPUs that this Linux lists."""
    listed = tuple(graphics_adapters.linux(sysfs, ()))
    numbered = sensor_numbers(listed)
    return SysfsGpus({n: sysfs / "bus/pci/devices" / a.pci for n, a in numbered.items() if a.driver and a.pci})


@dataclass
class CountedGpus:
    """All GPUs of Windows through its performance counters. `nvidia`: the names of NVML's GPUs in their order."""

    nvidia: Sequence[str] = ()
    silent: dict[str, str] = field(default_factory=dict)
    critical_temperatures: dict[str, float] = field(default_factory=dict)
    """Windows tells none."""
    ask: DriverThread = ASK
    _found: tuple[dxgi.DirectxAdapter, ...] = ()
    _counters: GpuCounters | None = None
    _failed: bool = False

    def sample(self, ours: Collection[int] = ()) -> dict[str, float | None]:
        """All values of all GPUs, by keys "gpu.N.name"; none where Windows has no such counters."""
        if self._failed:
            return {}
        try:
            told = self.ask(self._read)
        except (OSError, AttributeError, ValueError):
            self._failed = True
            return {}
        matched = luids(self._found, self.nvidia)
        values = counted({} if isinstance(told, Missing) else told, matched, len(self.nvidia), ours)
        why = told.reason if isinstance(told, Missing) else NOT_TOLD
        self.silent = {key: why for key, value in values.items() if value is None}
        return values

    def _read(self) -> Counters:
        if self._counters is None:
            self._found = tuple(dxgi.directx_adapters(dxgi.descriptions()))
            self._counters = GpuCounters()
        return self._counters.read()

    def close(self) -> None:
        """Give the counters back; the next sample opens them anew. Call it from the thread that samples."""
        counters, self._counters = self._counters, None
        if counters is not None:
            self.ask(counters.close)


def luids(found: Sequence[dxgi.DirectxAdapter], nvidia: Sequence[str]) -> dict[int, str]:
    """The LUID of each GPU by the N of its sensors. NVML orders GPUs otherwise: of NVIDIA's, only those are matched
    whose name no other one has.
    """
    matched: dict[int, str] = {}
    for n, name in enumerate(nvidia):
        alike = [one for one in found if one.name == name]
        if len(alike) == 1 and nvidia.count(name) == 1:
            matched[n] = alike[0].luid
    adapters = {one.luid: graphics_adapters.of_directx(one) for one in found}
    numbered = sensor_numbers(tuple(adapters.values()))
    for n, adapter in numbered.items():
        matched[n] = next(luid for luid, other in adapters.items() if other is adapter)
    return matched


def counted(told: Counters, luids_: Mapping[int, str], nvidia: int, ours: Collection[int]) -> dict[str, float | None]:
    """The counters' values by the keys of sensors: those of the first `nvidia` numbers are NVML's, and get the rest."""
    values: dict[str, float | None] = {}
    for n, luid in luids_.items():
        of_one = gpu_values(told, luid, ours)
        values |= {f"gpu.{n}.{name}": of_one[name] for name in (OF_NVIDIA if n < nvidia else COUNTED)}
    return values
