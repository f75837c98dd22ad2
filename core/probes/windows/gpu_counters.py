"""Windows' performance counters of GPUs: load by program, memory of their own in use, and shared memory in use."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..system_sources import windows_library

ENGINES = r"\GPU Engine(*)\Utilization Percentage"
DEDICATED = r"\GPU Adapter Memory(*)\Dedicated Usage"
SHARED = r"\GPU Adapter Memory(*)\Shared Usage"
"""English names; PdhAddEnglishCounter takes them in every language of Windows. Windows 10 1709 and newer."""
Counters = Mapping[str, Sequence[tuple[str, float]]]
"""(instance, value) of each instance of each counter."""
_DOUBLE, _MORE_DATA, _ITEM_BYTES, _VALID = 0x200, 0x800007D2, 24, (0, 1)
"""PDH_FMT_DOUBLE, PDH_MORE_DATA, sizeof PDH_FMT_COUNTERVALUE_ITEM_W, PDH_CSTATUS_VALID_DATA and _NEW_DATA."""
_ENGINE = re.compile(r"pid_(\d+)_luid_(0x[0-9a-f]{1,8}_0x[0-9a-f]{1,8})_phys_\d+_eng_(\d+)_", re.IGNORECASE)
_MEMORY = re.compile(r"luid_(0x[0-9a-f]{1,8}_0x[0-9a-f]{1,8})_phys_\d+", re.IGNORECASE)
_MOST_BYTES = 2.0**50


class GpuCounters:
    """The three counters, open until `close`. Raises OSError where this Windows has none of them."""

    def __init__(self) -> None:
        self._library = windows_library("pdh")
        self._query = ctypes.c_void_p()
        self._open: dict[str, ctypes.c_void_p] = {}
        if self._library.PdhOpenQueryW(None, None, ctypes.byref(self._query)) != 0:
            raise OSError("PdhOpenQuery failed")
        for path in (ENGINES, DEDICATED, SHARED):
            counter = ctypes.c_void_p()
            added = self._library.PdhAddEnglishCounterW(
                self._query, ctypes.c_wchar_p(path), None, ctypes.byref(counter)
            )
            if added == 0:
                self._open[path] = counter
        if not self._open:
            raise OSError("no counters")

    def read(self) -> dict[str, list[tuple[str, float]]]:
        """All values now. Of load, the first answer has none, as it is a rate."""
        if self._library.PdhCollectQueryData(self._query) != 0:
            raise OSError("PdhCollectQueryData failed")
        return {path: self._values(counter) for path, counter in self._open.items()}

    def close(self) -> None:
        """Close the query; afterwards nothing can be read."""
        self._library.PdhCloseQuery(self._query)

    def _values(self, counter: ctypes.c_void_p) -> list[tuple[str, float]]:
        size, count = ctypes.c_uint32(), ctypes.c_uint32()
        ask = self._library.PdhGetFormattedCounterArrayW
        arguments = counter, _DOUBLE, ctypes.byref(size), ctypes.byref(count)
        if ask(*arguments, None) & 0xFFFFFFFF != _MORE_DATA:
            return []
        room = ctypes.create_string_buffer(size.value)
        if ask(*arguments, room) != 0:
            return []
        return items_in(room, min(count.value, size.value // _ITEM_BYTES))


def items_in(room: Any, count: int) -> list[tuple[str, float]]:
    """(instance, value) of the valid items in a buffer of PDH_FMT_COUNTERVALUE_ITEM_W: pointer to the name, status,
    value.
    """
    found: list[tuple[str, float]] = []
    for at in range(0, count * _ITEM_BYTES, _ITEM_BYTES):
        name = ctypes.c_void_p.from_buffer(room, at).value
        status = ctypes.c_uint32.from_buffer(room, at + 8).value
        if name and status in _VALID:
            found.append((ctypes.wstring_at(name), ctypes.c_double.from_buffer(room, at + 16).value))
    return found


def gpu_values(told: Counters, luid: str, ours: Collection[int] = ()) -> dict[str, float | None]:
    """Utilization (per cent of the busiest engine), others (that of programs other than `ours`), memory and
    shared_memory (bytes in use) of the GPU with this LUID; None where the counters do not tell.

    An engine's load is the sum over programs, a GPU's that of its busiest engine, as in Windows' Task Manager.
    """
    every: dict[str, float] = {}
    foreign: dict[str, float] = {}
    for instance, percent in told.get(ENGINES, ()):
        match = _ENGINE.match(instance)
        if match is None or match[2].lower() != luid.lower() or not 0 <= percent <= 1000:
            continue
        every[match[3]] = every.get(match[3], 0.0) + percent
        if int(match[1]) not in ours:
            foreign[match[3]] = foreign.get(match[3], 0.0) + percent
    return {
        "utilization": min(100.0, max(every.values())) if every else None,
        "others": min(100.0, max(foreign.values(), default=0.0)) if every and ours else None,
        "memory": _bytes(told.get(DEDICATED, ()), luid),
        "shared_memory": _bytes(told.get(SHARED, ()), luid),
    }


def _bytes(told: Sequence[tuple[str, float]], luid: str) -> float | None:
    """The sum over the physical GPUs of a linked adapter."""
    known = [
        value
        for instance, value in told
        if (match := _MEMORY.match(instance)) and match[1].lower() == luid.lower() and 0 <= value <= _MOST_BYTES
    ]
    return sum(known) if known else None
