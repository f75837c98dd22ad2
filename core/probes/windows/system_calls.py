"""The calls into Windows, one function each, as thin as they can be: they give bytes and numbers that others read.

None of them needs an administrator or starts a process. Each raises OSError or AttributeError where Windows, or this
version of it, does not have the call; and may hang, so ask them through `patience.ask`.
"""

from __future__ import annotations

import ctypes
import sysconfig
from contextlib import suppress
from typing import Any

from ..system_sources import windows_library

_RSMB = 0x52534D42
_BATTERIES = "{72631E54-78A4-11D0-BCF7-00AA00B7B32A}"
"""GUID_DEVICE_BATTERY of poclass.h."""
_PRESENT_ONLY = 0
_QUERY_TAG, _QUERY_INFORMATION = 0x294040, 0x294044
"""IOCTL_BATTERY_QUERY_TAG and IOCTL_BATTERY_QUERY_INFORMATION of poclass.h. WMI's BatteryStaticData tells the same to
administrators alone, and powercfg's report takes seconds and writes a file."""
_READ_WRITE, _SHARED, _EXISTING = 0xC0000000, 3, 3
_INVALID = ctypes.c_void_p(-1).value
_PROCESSOR_INFORMATION = 11
BATTERY_BYTES, PROCESSOR_BYTES = 36, 24
"""sizeof BATTERY_INFORMATION and PROCESSOR_POWER_INFORMATION."""


def firmware_table() -> bytes:
    """Windows' RawSMBIOSData: four bytes, the length, the table."""
    ask = windows_library("kernel32").GetSystemFirmwareTable
    room = ctypes.create_string_buffer(max(0, int(ask(_RSMB, 0, None, 0))))
    filled = int(ask(_RSMB, 0, room, len(room)))
    return room.raw[: max(0, filled)]


def power_status() -> bytes:
    """SYSTEM_POWER_STATUS: four bytes (plug, battery's flag, per cent, battery saver), then two times in seconds."""
    status = (ctypes.c_uint8 * 12)()
    if not windows_library("kernel32").GetSystemPowerStatus(ctypes.byref(status)):
        raise OSError("GetSystemPowerStatus")
    return bytes(status)


def power_schemes() -> tuple[str, str]:
    """(GUID of the overlay, that is the power mode of the settings; GUID of the power plan), lower case, "" unknown."""
    library = windows_library("powrprof")
    overlay, plan = (ctypes.c_uint8 * 16)(), ctypes.c_void_p()
    told = ["", ""]
    with suppress(AttributeError):  # Windows 10 before 1709 has no overlays
        if library.PowerGetEffectiveOverlayScheme(ctypes.byref(overlay)) == 0:
            told[0] = guid_text(bytes(overlay))
    if library.PowerGetActiveScheme(None, ctypes.byref(plan)) == 0 and plan.value:
        told[1] = guid_text(ctypes.string_at(plan.value, 16))
        windows_library("kernel32").LocalFree(plan)
    return told[0], told[1]


def processor_power() -> bytes:
    """An array of PROCESSOR_POWER_INFORMATION, one for each logical processor of this group."""
    room = ctypes.create_string_buffer(PROCESSOR_BYTES * 256)  # a group has 64 at most
    ask = windows_library("powrprof").CallNtPowerInformation
    if ask(_PROCESSOR_INFORMATION, None, 0, room, len(room)) != 0:
        raise OSError("CallNtPowerInformation")
    return room.raw


def batteries() -> list[bytes]:
    """The BATTERY_INFORMATION of each battery that is there."""
    return [told for path in _device_paths(_BATTERIES) if (told := _battery(path))]


def machines() -> tuple[int, str]:
    """(the IMAGE_FILE_MACHINE_* of the processor, the platform that this Python was built for, as in "win-amd64")."""
    own, native = ctypes.c_uint16(), ctypes.c_uint16()
    kernel = windows_library("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    if not kernel.IsWow64Process2(process, ctypes.byref(own), ctypes.byref(native)):
        raise OSError("IsWow64Process2")
    return native.value, sysconfig.get_platform()


def guid_text(raw: bytes) -> str:
    """A GUID as Windows writes it, without braces: the first three parts are little-endian."""
    parts = (raw[3::-1], raw[5:3:-1], raw[7:5:-1], raw[8:10], raw[10:16])
    return "-".join(part.hex() for part in parts)


def guid_bytes(written: str) -> Any:
    """A GUID as calls take it: an array of 16 bytes."""
    digits = bytes.fromhex(written.strip("{}").replace("-", ""))
    swapped = digits[3::-1] + digits[5:3:-1] + digits[7:5:-1] + digits[8:]
    return (ctypes.c_uint8 * 16)(*swapped)


def _device_paths(interface: str) -> list[str]:
    """The paths of the devices that offer an interface, from the configuration manager."""
    library, guid, size = windows_library("cfgmgr32"), guid_bytes(interface), ctypes.c_uint32()
    asked = ctypes.byref(guid), None
    if library.CM_Get_Device_Interface_List_SizeW(ctypes.byref(size), *asked, _PRESENT_ONLY) != 0:
        return []
    room = ctypes.create_string_buffer(2 * size.value)
    if library.CM_Get_Device_Interface_ListW(*asked, room, size, _PRESENT_ONLY) != 0:
        return []
    return [path for path in room.raw.decode("utf-16-le", "replace").split("\0") if path]


def _battery(path: str) -> bytes:
    """Empty where the driver has none in this bay, or does not let itself be asked."""
    kernel = windows_library("kernel32")
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(ctypes.c_wchar_p(path), _READ_WRITE, _SHARED, None, _EXISTING, 0, None)
    if handle in (None, 0, _INVALID):
        return b""
    try:
        tag = _control(kernel, handle, _QUERY_TAG, bytes(4), 4)
        if not any(tag):
            return b""
        return _control(kernel, handle, _QUERY_INFORMATION, tag + bytes(8), BATTERY_BYTES)  # level 0 and rate 0
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))


def _control(kernel: Any, handle: int, code: int, given: bytes, size: int) -> bytes:
    room, got = ctypes.create_string_buffer(size), ctypes.c_uint32()
    done = kernel.DeviceIoControl(ctypes.c_void_p(handle), code, given, len(given), room, size, ctypes.byref(got), None)
    return room.raw[: min(size, got.value)] if done else b""
