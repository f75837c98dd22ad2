"""The processor: model, cores that this process may use, clocks, vector units and caches."""

from __future__ import annotations

import math
import os
import re
from itertools import pairwise
from pathlib import Path

import psutil

from ..records.machine import Reading
from . import processor_names
from .cgroup_limits import cpu_quota
from .cpu_windows_macos import macos, windows
from .sources.current import answer, platform
from .system_sources import cpu_list, number, reading, subfolders, text

_FLAGS = {
    "sse4_2": "SSE4.2",
    "avx": "AVX",
    "avx2": "AVX2",
    "fma": "FMA",
    "avx_vnni": "AVX-VNNI",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX-512 VNNI",
    "avx512_bf16": "AVX-512 BF16",
    "avx512_fp16": "AVX-512 FP16",
    "amx_int8": "AMX-INT8",
    "amx_bf16": "AMX-BF16",
    "amx_fp16": "AMX-FP16",
    "neon": "NEON",
    "asimd": "NEON",
    "asimdhp": "NEON FP16",
    "bf16": "NEON BF16",
    "i8mm": "NEON I8MM",
    "sve": "SVE",
    "sve2": "SVE2",
    "sme": "SME",
    "sme2": "SME2",
    "lsx": "LSX",
    "lasx": "LASX",
    "rvv": "RVV",
}
"""Instruction sets on which the speed of matrix products depends: the kernel's names and the usual ones."""


_RISC_V_VECTORS = re.compile(r"rv\d+[a-uw-z]*v")
"""The letters before the first "_" are the base and its standard extensions; v is that for vectors."""
ALIKE = 0.85
"""Cores whose speeds are in this ratio or above are of one kind: favoured ones differ by up to a tenth, those of the
other kind by a quarter or more."""


def probe(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> dict[str, Reading]:
    """Keys cpu.vendor, model, *_cores, *_clock (MHz), simd, caches, governor."""
    if platform() == "win32":
        readings = windows()
    elif platform() == "darwin":
        readings = macos()
    else:
        readings = _linux(sysfs, proc)
    logical = readings["cpu.logical_cores"].value
    readings["cpu.usable_cores"] = usable_cores(
        logical if isinstance(logical, int) else None, _affinity(), cpu_quota(sysfs, proc)
    )
    return readings


def usable_cores(logical: int | None, affinity: int | None, quota: float | None) -> Reading:
    """How many cores this process may keep busy at once; the smallest limit counts. A quota of 2.5 cores gives 3."""
    limits = [(f"{logical} logical core{'' if logical == 1 else 's'}", logical), (f"affinity to {affinity}", affinity)]
    if quota:
        limits.append((f"cgroup quota of {quota:g}", math.ceil(quota)))
    known = [(told, cores) for told, cores in limits if cores]
    source = ", ".join(told for told, _ in known) or "affinity and cgroup quota"
    return reading(min((cores for _, cores in known), default=None), source, "the system does not say")


def _affinity() -> int | None:
    """On how many logical processors this process may run. macOS has no such limit."""
    try:
        return answer("psutil affinity", lambda: len(psutil.Process().cpu_affinity())) or None
    except (OSError, AttributeError, psutil.Error):
        return None


def _count() -> int | None:
    try:
        return answer("os.cpu_count", os.cpu_count)
    except OSError:
        return None


def _linux(sysfs: Path, proc: Path) -> dict[str, Reading]:
    processors = processor_names.logical_processors(proc)
    info = next(iter(processors.values()), {})
    system = sysfs / "devices/system/cpu"
    online = cpu_list(text(system / "online"))
    cores = {cpu: _core_of(system, cpu) for cpu in online}
    kinds = {cpu: processor_names.kind_of(fields) for cpu, fields in processors.items()}
    fast, performance = _performance_cores(sysfs, cores, kinds)
    model = processor_names.model(processors, fast)
    flags = (info.get("flags") or info.get("Features") or info.get("features") or "").lower().split()
    if _RISC_V_VECTORS.match(info.get("isa", "")):
        flags.append("rvv")
    return {
        "cpu.vendor": reading(processor_names.vendor(info), "/proc/cpuinfo", "the kernel does not name it"),
        "cpu.model": reading(model, "/proc/cpuinfo", "the kernel does not name it"),
        "cpu.physical_cores": reading(
            len(set(cores.values())) if cores and None not in cores.values() else None,
            "/sys/devices/system/cpu/cpu*/topology",
            "the kernel gives no topology",
        ),
        "cpu.logical_cores": reading(len(online) or _count(), "/sys/devices/system/cpu/online", "not listed"),
        "cpu.performance_cores": performance,
        "cpu.base_clock": _base_clock(system, model or ""),
        "cpu.max_clock": reading(
            max((mhz for cpu in online if (mhz := _mhz(system / f"cpu{cpu}/cpufreq/cpuinfo_max_freq"))), default=None),
            "cpufreq/cpuinfo_max_freq",
            "the kernel has no clock control here (usual in a virtual machine)",
        ),
        "cpu.simd": reading(
            list(dict.fromkeys(name for flag, name in _FLAGS.items() if flag in flags)) or None,
            "flags in /proc/cpuinfo",
            "no vector unit that we know is listed",
        ),
        "cpu.caches": _caches(system, fast),
        "cpu.governor": reading(
            _governor(system / "cpu0/cpufreq"),
            "cpufreq/scaling_governor",
            "the kernel has no clock control here (usual in a virtual machine)",
        ),
    }


def _core_of(system: Path, cpu: int) -> str | None:
    """The kernel's list of the logical processors on this one's core; the same text for each of them."""
    topology = system / f"cpu{cpu}/topology"
    return text(topology / "core_cpus_list") or text(topology / "thread_siblings_list")


def _performance_cores(sysfs: Path, cores: dict[int, str | None], parts: dict[int, str]) -> tuple[list[int], Reading]:
    """(the logical processors on performance cores, empty where all are alike; how many cores that are)."""
    source = "/sys/devices/cpu_core/cpus"
    fast = cpu_list(text(sysfs / "devices/cpu_core/cpus"))
    slow = cpu_list(text(sysfs / "devices/cpu_atom/cpus"))
    if not (fast and slow):
        folder = sysfs / "devices/system/cpu"
        for source_of in ("cpu_capacity", "cpufreq/cpuinfo_max_freq"):
            source = f"/sys/devices/system/cpu/cpu*/{source_of}"
            speeds = {cpu: number(folder / f"cpu{cpu}/{source_of}") or 0 for cpu in cores}
            if fast := faster_kind(speeds, parts):
                break
        else:
            return [], Reading(None, source, "all cores are alike, or the kernel does not tell them apart")
    return fast, Reading(len({cores.get(cpu) or str(cpu) for cpu in fast}), source)


def faster_kind(speeds: dict[int, int], parts: dict[int, str]) -> list[int]:
    """The logical processors above the widest gap between speeds; empty where all are alike.

    Cores with one part number are of one kind, whose speed is that of the fastest: single cores of a kind are allowed a
    little more clock, which also makes gaps, but narrow ones.
    """
    kinds = {cpu: parts.get(cpu, "") for cpu in speeds}
    several = len(set(kinds.values())) > 1 and all(kinds.values())
    if several:
        best = {kind: max(s for cpu, s in speeds.items() if kinds[cpu] == kind) for kind in kinds.values()}
        speeds = {cpu: best[kind] for cpu, kind in kinds.items()}
    levels = sorted(set(speeds.values()))
    if len(levels) < 2 or levels[0] <= 0:
        return []
    ratio, least = min((slower / faster, faster) for slower, faster in pairwise(levels))
    return [cpu for cpu, speed in speeds.items() if speed >= least] if several or ratio < ALIKE else []


def _base_clock(system: Path, model: str) -> Reading:
    frequency = _mhz(system / "cpu0/cpufreq/base_frequency")
    if frequency:
        return Reading(frequency, "cpufreq/base_frequency")
    nominal = number(system / "cpu0/acpi_cppc/nominal_freq")
    if nominal:
        return Reading(nominal, "acpi_cppc/nominal_freq")
    written = re.search(r"@ *([\d.]+) *GHz", model)
    if written:
        return Reading(round(float(written[1]) * 1000), "the processor's name")
    return Reading(None, "cpufreq/base_frequency", "the kernel does not give it")


def _governor(folder: Path) -> str | None:
    """The governor with its driver, as in "powersave (intel_pstate)": its effect depends on the driver."""
    governor, driver = text(folder / "scaling_governor"), text(folder / "scaling_driver")
    return f"{governor} ({driver})" if governor and driver else governor


def _mhz(path: Path) -> int | None:
    khz = number(path)
    return round(khz / 1000) if khz else None


def _caches(system: Path, fast: list[int]) -> Reading:
    """Those of the first performance core, as on macOS, or of the first core."""
    first = min(fast, default=0)
    found: list[str] = []
    for index in subfolders(system / f"cpu{first}/cache", "index[0-9]*"):
        level, size, kind = text(index / "level"), text(index / "size"), text(index / "type")
        if level and size and size.endswith("K") and size[:-1].isdigit():
            letter = {"Data": "d", "Instruction": "i"}.get(kind or "", "")
            found.append(f"L{level}{letter} {_size(int(size[:-1]))}")
    return reading(found or None, f"/sys/devices/system/cpu/cpu{first}/cache", "the kernel does not list them")


def _size(kib: int) -> str:
    return f"{kib} KiB" if kib < 1024 else f"{kib / 1024:g} MiB"
