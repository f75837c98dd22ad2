"""The computer as a whole: operating system, kind, model, virtual or not. Never its name or a serial number."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from ..records.machine import Reading
from ..records.speed_variables import foreign_settings
from .system_sources import in_wsl, number, reading, registry, sysctl_number, sysctl_text, text, windows_library

_CHASSIS = {
    "desktop": {3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36},
    "laptop": {8, 9, 10, 14, 30, 31, 32},
    "server": {17, 23, 25, 28, 29},
}
"""SMBIOS 3.7, table 17 "System Enclosure or Chassis Types"."""

_ROLES = {1: "desktop", 2: "laptop", 3: "desktop", 4: "server", 5: "server", 6: "desktop", 7: "server", 8: "laptop"}
"""ACPI 6.5, "Preferred PM Profile"; Windows' POWER_PLATFORM_ROLE has the same numbers."""

_HYPERVISORS = (
    ("vmware", "VMware"),
    ("virtualbox", "VirtualBox"),
    ("innotek", "VirtualBox"),
    ("parallels", "Parallels"),
    ("microsoft corporation virtual machine", "Hyper-V"),
    ("hvm domu", "Xen"),
    ("xen", "Xen"),
    ("amazon ec2", "KVM"),
    ("google compute engine", "KVM"),
    ("openstack", "KVM"),
    ("kvm", "KVM"),
    ("qemu", "QEMU"),
    ("bochs", "QEMU"),
)
"""Words in the names of maker and product that only virtual machines have; the first that is found counts."""

_DMI = "/sys/class/dmi/id"
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"


def probe(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> dict[str, Reading]:
    """Keys host.os, kind, model, virtual and speed_variables, see `records/speed_variables.py`."""
    if sys.platform == "win32":
        readings = _windows()
    elif sys.platform == "darwin":
        readings = _macos()
    else:
        readings = _linux(sysfs, proc)
    return readings | {"host.speed_variables": Reading(foreign_settings(os.environ), "this program's environment")}


def hypervisor(maker_and_product: str) -> str | None:
    """The hypervisor that the names of maker and product in the firmware mean; None for a physical computer."""
    told = maker_and_product.lower()
    return next((name for sign, name in _HYPERVISORS if sign in told), None)


def chassis(code: int | None) -> str | None:
    """laptop, desktop or server, from the chassis type of SMBIOS."""
    return next((kind for kind, codes in _CHASSIS.items() if code in codes), None)


def _linux(sysfs: Path, proc: Path) -> dict[str, Reading]:
    dmi = sysfs / "class/dmi/id"
    model = _joined(text(dmi / "sys_vendor"), text(dmi / "product_name")) or text(proc / "device-tree/model")
    profile = number(sysfs / "firmware/acpi/pm_profile")
    kind = chassis(number(dmi / "chassis_type")) or _ROLES.get(profile or 0)
    virtual, source = _linux_virtual(sysfs, proc, model)
    return {
        "host.os": Reading(_linux_name(), "/etc/os-release and uname"),
        "host.kind": reading(kind, "/sys/class/dmi/id/chassis_type, ACPI profile", "the firmware does not say"),
        "host.model": reading(model, f"{_DMI}/sys_vendor, product_name", "the firmware does not say"),
        "host.virtual": Reading(virtual, source),
    }


def _linux_name() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        name = "Linux"
    return f"{name}, kernel {platform.release()}"


def _linux_virtual(sysfs: Path, proc: Path, model: str | None) -> tuple[str, str]:
    if in_wsl(proc):
        return "WSL", "/proc/sys/kernel/osrelease"
    named = hypervisor(model or "")
    if named:
        return named, _DMI
    if text(sysfs / "hypervisor/type") == "xen":
        return "Xen", "/sys/hypervisor/type"
    if " hypervisor" not in (text(proc / "cpuinfo") or ""):
        return "none", "/sys/class/dmi/id and the flags in /proc/cpuinfo"
    # Small virtual machines have no DMI, but each hypervisor has a clock source of its own.
    clocks = text(sysfs / "devices/system/clocksource/clocksource0/available_clocksource") or ""
    for sign, name in (("kvm", "KVM"), ("hyperv", "Hyper-V"), ("xen", "Xen")):
        if sign in clocks:
            return name, "the kernel's available_clocksource"
    return "unnamed hypervisor", "the flag hypervisor in /proc/cpuinfo"


def _windows() -> dict[str, Reading]:
    key = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    product, release = registry(key, "ProductName"), registry(key, "DisplayVersion")
    written = str(registry(key, "CurrentBuildNumber") or "unknown")
    build = int(written) if written.isdigit() else 0
    # The registry still says "Windows 10" on Windows 11, whose builds begin at 22000.
    name = str(product or "Windows").replace("Windows 10", "Windows 11" if build >= 22000 else "Windows 10")
    model = _joined(registry(_BIOS, "SystemManufacturer"), registry(_BIOS, "SystemProductName"))
    try:
        role = int(windows_library("powrprof").PowerDeterminePlatformRoleEx(2))
    except (OSError, AttributeError):
        role = 0
    return {
        "host.os": Reading(f"{_joined(name, release)} (build {written})", rf"HKLM\{key}"),
        "host.kind": reading(_ROLES.get(role), "PowerDeterminePlatformRoleEx", "Windows does not say"),
        "host.model": reading(model, rf"HKLM\{_BIOS}", "the firmware does not say"),
        "host.virtual": Reading(hypervisor(model or "") or "none", rf"HKLM\{_BIOS}"),
    }


def _macos() -> dict[str, Reading]:
    model = sysctl_text("hw.model")
    in_vm = sysctl_number("kern.hv_vmm_present")
    # Since 2022 a laptop's identifier may be plain "Mac14,2": only the older ones say MacBook.
    kind = "laptop" if "MacBook" in (model or "") or _has_battery() else "desktop"
    return {
        "host.os": Reading(f"macOS {platform.mac_ver()[0]}", "SystemVersion.plist"),
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
        return psutil.sensors_battery() is not None
    except (OSError, RuntimeError, AttributeError, NotImplementedError):
        return False


def _joined(*words: object) -> str | None:
    return " ".join(str(word).strip() for word in words if word) or None
