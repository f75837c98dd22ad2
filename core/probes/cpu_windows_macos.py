"""The processor on Windows and macOS, which report less than Linux."""

from __future__ import annotations

import ctypes
import struct
from contextlib import suppress
from functools import partial

import psutil

from ..records.machine import Reading
from .patience import SILENT, ask
from .sources.current import answer
from .system_sources import reading, registry, sysctl_number, sysctl_text, windows_library
from .windows import power_readings, system_calls

_WINDOWS_FEATURES = {
    38: "SSE4.2",
    39: "AVX",
    40: "AVX2",
    41: "AVX-512",
    19: "NEON",
    67: "NEON FP16",
    68: "NEON BF16",
    66: "NEON I8MM",
    46: "SVE",
    47: "SVE2",
    70: "SME",
}
"""PF_… constants of winnt.h. There are none for AVX-512 BF16 and VNNI, nor for AMX."""

_MACOS_FEATURES = {
    "hw.optional.sse4_2": "SSE4.2",
    "hw.optional.avx1_0": "AVX",
    "hw.optional.avx2_0": "AVX2",
    "hw.optional.fma": "FMA",
    "hw.optional.avx512f": "AVX-512",
    "hw.optional.neon": "NEON",
    "hw.optional.AdvSIMD": "NEON",
    "hw.optional.arm.FEAT_FP16": "NEON FP16",
    "hw.optional.arm.FEAT_BF16": "NEON BF16",
    "hw.optional.arm.FEAT_I8MM": "NEON I8MM",
    "hw.optional.arm.FEAT_SME": "SME",
}

_MACOS_CACHES = {"L1d": "l1dcachesize", "L1i": "l1icachesize", "L2": "l2cachesize", "L3": "l3cachesize"}

_PROCESSOR_CORE, _CACHE, _ALL = 0, 2, 0xFFFF
"""LOGICAL_PROCESSOR_RELATIONSHIP of winnt.h."""


def windows() -> dict[str, Reading]:
    """Readings from the registry and kernel32: these need no administrator, and not the seconds that WMI takes."""
    key = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    maker, model, clock = (registry(key, name) for name in ("VendorIdentifier", "ProcessorNameString", "~MHz"))
    vendors = {"GenuineIntel": "Intel", "AuthenticAMD": "AMD"}
    efficiency, caches = _windows_topology()
    fast = efficiency.count(max(efficiency)) if len(set(efficiency)) > 1 else None
    names = [name for code, name in _WINDOWS_FEATURES.items() if _windows_has(code)]
    topology = "GetLogicalProcessorInformationEx"
    return {
        "cpu.vendor": reading(vendors.get(str(maker), maker), rf"HKLM\{key}", "the registry does not say"),
        "cpu.model": reading(" ".join(str(model or "").split()) or None, rf"HKLM\{key}", "the registry does not say"),
        **_counts(),
        "cpu.performance_cores": reading(fast, topology, "all cores are alike"),
        "cpu.base_clock": reading(clock, rf"HKLM\{key}", "the registry does not say"),
        "cpu.max_clock": _highest_clock(clock if isinstance(clock, int) else None),
        "cpu.simd": reading(
            names or None,
            "IsProcessorFeaturePresent, which does not tell AVX-512 BF16, VNNI or AMX",
            "no vector unit that we know is listed",
        ),
        "cpu.caches": reading(caches or None, topology, "Windows does not list them"),
        "cpu.governor": Reading(None, "Windows", "only Linux has governors"),
    }


def _highest_clock(base: int | None) -> Reading:
    told, why = ask(lambda: answer("CallNtPowerInformation", system_calls.processor_power))
    clock = power_readings.highest_clock(told, base) if told else None
    return reading(clock, "CallNtPowerInformation", why if why == SILENT else "Windows gives the base clock only")


def windows_topology(records: bytes) -> tuple[list[int], list[str]]:
    """(efficiency class of each core, caches as in "L3 32 MiB") from the output of GetLogicalProcessorInformationEx.

    Each record is a SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX: relationship, size, then a union. Higher classes are
    faster.
    """
    cores: list[int] = []
    caches: dict[str, None] = {}
    at = 0
    while at + 20 <= len(records):
        relationship, size = struct.unpack_from("<II", records, at)
        if size < 8:
            break
        if relationship == _PROCESSOR_CORE:
            cores.append(records[at + 9])
        elif relationship == _CACHE:
            level, _, _, cache_size, kind = struct.unpack_from("<BBHII", records, at + 8)
            letter = {1: "i", 2: "d"}.get(kind, "")
            amount = f"{cache_size >> 10} KiB" if cache_size < 1 << 20 else f"{cache_size / (1 << 20):g} MiB"
            caches[f"L{level}{letter} {amount}"] = None
        at += size
    return cores, sorted(caches)


def macos() -> dict[str, Reading]:
    """Readings from sysctl, which is called through the C library without starting a process."""
    model = sysctl_text("machdep.cpu.brand_string")
    vendor = sysctl_text("machdep.cpu.vendor") or ("Apple" if (model or "").startswith("Apple") else None)
    names = [name for feature, name in _MACOS_FEATURES.items() if sysctl_number(feature) == 1]
    caches: list[str] = []
    for label, feature in _MACOS_CACHES.items():
        # Apple's own processors give the performance cores' caches below perflevel0.
        size = sysctl_number(f"hw.perflevel0.{feature}") or sysctl_number(f"hw.{feature}")
        if size:
            caches.append(f"{label} {size >> 10} KiB" if size < 1 << 20 else f"{label} {size / (1 << 20):g} MiB")
    fast = sysctl_number("hw.perflevel0.physicalcpu") if sysctl_number("hw.nperflevels") not in (None, 1) else None
    return {
        "cpu.vendor": reading(
            {"GenuineIntel": "Intel"}.get(vendor or "", vendor), "sysctl machdep.cpu", "macOS does not say"
        ),
        "cpu.model": reading(model, "sysctl machdep.cpu.brand_string", "macOS does not say"),
        **_counts(),
        "cpu.performance_cores": reading(fast, "sysctl hw.perflevel0.physicalcpu", "all cores are alike"),
        "cpu.base_clock": _macos_clock("hw.cpufrequency"),
        "cpu.max_clock": _macos_clock("hw.cpufrequency_max"),
        "cpu.simd": reading(
            list(dict.fromkeys(names)) or None, "sysctl hw.optional", "no vector unit that we know is listed"
        ),
        "cpu.caches": reading(caches or None, "sysctl hw.*cachesize", "macOS does not list them"),
        "cpu.governor": Reading(None, "macOS", "only Linux has governors"),
    }


def _macos_clock(name: str) -> Reading:
    hertz = sysctl_number(name)
    return reading(round(hertz / 1e6) if hertz else None, f"sysctl {name}", "Apple's own processors do not tell")


def _counts() -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for kind, logical in (("physical", False), ("logical", True)):
        count = None
        with suppress(OSError):
            count = answer(f"psutil {kind} cores", partial(psutil.cpu_count, logical=logical))
        readings[f"cpu.{kind}_cores"] = reading(count, "psutil.cpu_count", "the system does not say")
    return readings


def _windows_topology() -> tuple[list[int], list[str]]:
    """See `windows_topology`; empty where Windows does not tell."""

    def ask() -> tuple[list[int], list[str]]:
        kernel = windows_library("kernel32").GetLogicalProcessorInformationEx
        size = ctypes.c_uint32(0)
        kernel(_ALL, None, ctypes.byref(size))  # says how much room it needs
        buffer = ctypes.create_string_buffer(size.value)
        return windows_topology(buffer.raw[: size.value] if kernel(_ALL, buffer, ctypes.byref(size)) else b"")

    try:
        efficiency, caches = answer("GetLogicalProcessorInformationEx", ask)
    except (OSError, AttributeError):
        return [], []
    return efficiency, caches


def _windows_has(feature: int) -> bool:
    question = f"IsProcessorFeaturePresent({feature})"
    try:
        return answer(question, lambda: bool(windows_library("kernel32").IsProcessorFeaturePresent(feature)))
    except (OSError, AttributeError):
        return False
