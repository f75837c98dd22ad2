"""The computer as a whole: operating system, kind, model, virtual or not. Never its name or a serial number."""

from __future__ import annotations

import os
import platform as python_platform
from contextlib import suppress
from pathlib import Path

from ..records.machine import Reading
from ..records.speed_variables import foreign_settings
from . import virtual_machine
from .firmware_names import firmware_model
from .sources.current import answer, platform
from .system_sources import number, reading, registry, sysctl_number, sysctl_text, text, windows_library

_CHASSIS = {
    "desktop": {3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36},
    "laptop": {8, 9, 10, 14, 30, 31, 32},
    "server": {17, 23, 25, 28, 29},
}
"""SMBIOS 3.7, table 17 "System Enclosure or Chassis Types"."""

_ROLES = {1: "desktop", 2: "laptop", 3: "desktop", 4: "server", 5: "server", 6: "desktop", 7: "server", 8: "laptop"}
"""ACPI 6.5, "Preferred PM Profile"; Windows' POWER_PLATFORM_ROLE has the same numbers."""

_DMI = "/sys/class/dmi/id"
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
_BIOS_NAMES = {
    "sys_vendor": "SystemManufacturer",
    "product_name": "SystemProductName",
    "product_version": "SystemVersion",
    "product_family": "SystemFamily",
    "board_vendor": "BaseBoardManufacturer",
    "board_name": "BaseBoardProduct",
}


def probe(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> dict[str, Reading]:
    """Keys host.os, kind, model, virtual and speed_variables, see `records/speed_variables.py`."""
    if platform() == "win32":
        readings = _windows()
    elif platform() == "darwin":
        readings = _macos()
    else:
        readings = _linux(sysfs, proc)
    return readings | {"host.speed_variables": _speed_variables()}


def _speed_variables() -> Reading:
    source = "this program's environment"
    try:
        return Reading(answer("speed variables", lambda: foreign_settings(os.environ)), source)
    except OSError as error:
        return Reading(None, source, str(error))


def chassis(code: int | None) -> str | None:
    """laptop, desktop or server, from the chassis type of SMBIOS."""
    return next((kind for kind, codes in _CHASSIS.items() if code in codes), None)


def _linux(sysfs: Path, proc: Path) -> dict[str, Reading]:
    dmi = sysfs / "class/dmi/id"
    model = firmware_model(lambda name: text(dmi / name)) or virtual_machine.board_model(proc) or None
    profile = number(sysfs / "firmware/acpi/pm_profile")
    kind = chassis(number(dmi / "chassis_type")) or _ROLES.get(profile or 0)
    virtual, source = virtual_machine.linux(sysfs, proc)
    return {
        "host.os": Reading(_linux_name(), "/etc/os-release and uname"),
        "host.kind": reading(kind, "/sys/class/dmi/id/chassis_type, ACPI profile", "the firmware does not say"),
        "host.model": reading(model, f"{_DMI}/sys_vendor, product_name", "the firmware does not say"),
        "host.virtual": reading(virtual, source, "nothing on this computer tells"),
    }


def _linux_name() -> str:
    name, kernel = "Linux", ""
    with suppress(OSError):
        name = answer("os-release", lambda: python_platform.freedesktop_os_release().get("PRETTY_NAME", "Linux"))
    with suppress(OSError):
        kernel = answer("kernel release", python_platform.release)
    return f"{name}, kernel {kernel}" if kernel else name


def _windows() -> dict[str, Reading]:
    key = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    product, release = registry(key, "ProductName"), registry(key, "DisplayVersion")
    written = str(registry(key, "CurrentBuildNumber") or "unknown")
    build = int(written) if written.isdigit() else 0
    # The registry still says "Windows 10" on Windows 11, whose builds begin at 22000.
    name = str(product or "Windows").replace("Windows 10", "Windows 11" if build >= 22000 else "Windows 10")
    model = firmware_model(lambda name: registry(_BIOS, _BIOS_NAMES[name]))
    role = 0
    with suppress(OSError, AttributeError):
        role = answer(
            "PowerDeterminePlatformRoleEx(2)", lambda: int(windows_library("powrprof").PowerDeterminePlatformRoleEx(2))
        )
    return {
        "host.os": Reading(f"{_joined(name, release)} (build {written})", rf"HKLM\{key}"),
        "host.kind": reading(_ROLES.get(role), "PowerDeterminePlatformRoleEx", "Windows does not say"),
        "host.model": reading(model, rf"HKLM\{_BIOS}", "the firmware does not say"),
        "host.virtual": Reading(virtual_machine.of_windows(model or ""), rf"HKLM\{_BIOS}"),
    }


def _macos() -> dict[str, Reading]:
    model, version = sysctl_text("hw.model"), ""
    with suppress(OSError):
        version = answer("macOS version", lambda: python_platform.mac_ver()[0])
    in_vm = sysctl_number("kern.hv_vmm_present")
    # Since 2022 a laptop's identifier may be plain "Mac14,2": only the older ones say MacBook.
    kind = "laptop" if "MacBook" in (model or "") or _has_battery() else "desktop"
    return {
        "host.os": Reading(f"macOS {version}".strip(), "SystemVersion.plist"),
        "host.kind": Reading(kind, "sysctl hw.model and whether there is a battery"),
        "host.model": reading(_joined("Apple", model) if model else None, "sysctl hw.model", "macOS does not say"),
        "host.virtual": reading(
            None if in_vm is None else "virtual machine" if in_vm else "none",
            "sysctl kern.hv_vmm_present",
            "this macOS does not say",
        ),
    }


def _has_battery() -> bool:
    import psutil

    try:
        return answer("psutil.has_battery", lambda: psutil.sensors_battery() is not None)
    except (OSError, RuntimeError, AttributeError, NotImplementedError):
        return False


def _joined(*words: object) -> str | None:
    return " ".join(str(word).strip() for word in words if word) or None
