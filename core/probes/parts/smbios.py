"""Memory modules in the firmware's table of the hardware (SMBIOS 3.8, DSP0134), and in udev's copy of that table."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_ARRAY, _DEVICE, _END = 16, 17, 127
"""Structure types: a group of sockets, one socket or chip of memory, the end of the table."""
_SYSTEM_MEMORY = 3
"""7.17.2: the use of an array. Others are flash, cache and video memory."""
_KINDS = {
    0x12: "DDR", 0x13: "DDR2", 0x18: "DDR3", 0x1A: "DDR4", 0x1B: "LPDDR", 0x1C: "LPDDR2", 0x1D: "LPDDR3",
    0x1E: "LPDDR4", 0x20: "HBM", 0x21: "HBM2", 0x22: "DDR5", 0x23: "LPDDR5", 0x24: "HBM3",
}  # fmt: skip
"""7.18.2."""
_UNKNOWN_SIZE, _EXTENDED_SIZE, _IN_KIB = 0xFFFF, 0x7FFF, 0x8000
LARGEST_BYTES = 2**42
"""4 TiB: no module holds more; a table that says so is broken."""
_RAW_HEADER = 8
"""Bytes of Windows' RawSMBIOSData before the table: four numbers of a byte, and the table's length."""


@dataclass(frozen=True, slots=True)
class MemoryModule:
    """One module, or what is soldered as one. `speed` in MT/s as configured; 0 where it is not told."""

    size: int
    kind: str = ""
    speed: int = 0
    locator: str = ""
    bank: str = ""


def structures(table: bytes) -> Iterator[tuple[int, int, bytes, tuple[str, ...]]]:
    """(type, handle, formatted part with its header, strings) of each structure; ends where the table is broken."""
    at = 0
    while at + 4 <= len(table):
        kind, length, handle = struct.unpack_from("<BBH", table, at)
        end = table.find(b"\0\0", at + length)
        if length < 4 or at + length > len(table) or end < 0:
            return
        strings = table[at + length : end].split(b"\0")
        yield kind, handle, table[at : at + length], tuple(s.decode("latin-1").strip() for s in strings)
        if kind == _END:
            return
        at = end + 2


def memory_modules(table: bytes) -> tuple[tuple[MemoryModule, ...], int] | None:
    """(the modules that are there, the number of places for one) from a table; None where it tells nothing of memory,
    or of modules that cannot be.
    """
    found: list[MemoryModule] = []
    places, arrays = 0, {}
    for kind, handle, body, strings in structures(table):
        if kind == _ARRAY and len(body) >= 6:
            arrays[handle] = body[5]
        elif kind == _DEVICE and len(body) >= 0x15:
            if arrays.get(_number(body, 4, 2), _SYSTEM_MEMORY) != _SYSTEM_MEMORY:
                continue
            places += 1
            size = _size(body)
            if size is None or size > LARGEST_BYTES:
                return None
            if size:
                found.append(_module(body, size, strings))
    return (tuple(found), places) if found else None


def of_windows(answer: bytes) -> bytes:
    """The table in the answer of GetSystemFirmwareTable; empty where it is none."""
    if len(answer) <= _RAW_HEADER:
        return b""
    return answer[_RAW_HEADER : _RAW_HEADER + _number(answer, 4, 4)]


def modules_of_udev(told: str) -> tuple[tuple[MemoryModule, ...], int] | None:
    """The same from the properties that udev has read from the table as root, which all may read; systemd 248 or newer.

    Lines as in "E:MEMORY_DEVICE_0_SIZE=17179869184".
    """
    devices: dict[int, dict[str, str]] = {}
    for number, name, value in re.findall(r"^E:MEMORY_DEVICE_(\d{1,4})_(\w+)=(.*)$", told, re.MULTILINE):
        devices.setdefault(int(number), {})[name] = value.strip()
    found: list[MemoryModule] = []
    for _, told_of in sorted(devices.items()):
        if told_of.get("PRESENT") == "0":
            continue
        size = _whole(told_of.get("SIZE", ""))
        if not 0 < size <= LARGEST_BYTES:
            return None
        kind = told_of.get("TYPE", "")
        speed = _whole(told_of.get("CONFIGURED_SPEED_MTS", "")) or _whole(told_of.get("SPEED_MTS", ""))
        found.append(
            MemoryModule(
                size,
                kind if kind in _KINDS.values() else "",
                speed if speed < 2**16 else 0,
                told_of.get("LOCATOR", ""),
                told_of.get("BANK_LOCATOR", ""),
            )
        )
    return (tuple(found), len(devices)) if found else None


def _module(body: bytes, size: int, strings: tuple[str, ...]) -> MemoryModule:
    speed = _speed(body, 0x20, 0x58) or _speed(body, 0x15, 0x54)
    kind = _KINDS.get(body[0x12], "")
    return MemoryModule(size, kind, speed, _string(strings, body[0x10]), _string(strings, body[0x11]))


def _size(body: bytes) -> int | None:
    """Bytes of a module; 0 for an empty socket, None where the firmware does not know."""
    told = _number(body, 0x0C, 2)
    if told == _UNKNOWN_SIZE:
        return None
    if told == _EXTENDED_SIZE:
        return (_number(body, 0x1C, 4) & 0x7FFFFFFF) << 20 or None
    return (told & 0x7FFF) << 10 if told & _IN_KIB else told << 20


def _speed(body: bytes, at: int, extended: int) -> int:
    told = _number(body, at, 2)
    speed = _number(body, extended, 4) & 0x7FFFFFFF if told == 0xFFFF else told
    return speed if speed < 2**16 else 0


def _number(body: bytes, at: int, size: int) -> int:
    """A number of the structure; 0 where it ends before, as those of older versions do."""
    return int.from_bytes(body[at : at + size], "little") if at + size <= len(body) else 0


def _string(strings: tuple[str, ...], number: int) -> str:
    return strings[number - 1] if 0 < number <= len(strings) else ""


def _whole(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 20 else 0
