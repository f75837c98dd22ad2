"""Whether this Linux runs in a virtual machine, and in which."""

from __future__ import annotations

import re
from pathlib import Path

from .system_sources import in_wsl, text

_HYPERVISORS = (
    ("vmware", "VMware"),
    ("virtualbox", "VirtualBox"),
    ("innotek", "VirtualBox"),
    ("parallels", "Parallels"),
    ("microsoft corporation virtual machine", "Hyper-V"),
    ("hvm domu", "Xen"),
    ("xen", "Xen"),
    ("openstack", "KVM"),
    ("apple virtualization", "Apple Virtualization"),
    ("bhyve", "bhyve"),
    ("nutanix ahv", "KVM"),
    ("ovirt", "KVM"),
    ("rhev hypervisor", "KVM"),
    ("digitalocean droplet", "KVM"),
    ("kvm", "KVM"),
    ("qemu", "QEMU"),
    ("bochs", "QEMU"),
)
"""Words in the names of maker and product that only virtual machines have; the first that is found counts."""

_CLOUDS = ("amazon ec2", "google compute engine", "alibaba cloud", "tencent cloud")
"""Names of computers that are rented whole as well as in parts: only the processor tells which."""
_DMI = "/sys/class/dmi/id"
_MADE_UP = ("dummy-virt", "qemu", "riscv-virtio", "virtual machine", "vmware", "xenvm")
"""Parts of the models that virtual machines have in their device trees."""
_NO_CHASSIS = (None, "1", "2")
"""Chassis types that say nothing: absent, other, unknown. Virtual machines have these."""


def linux(sysfs: Path, proc: Path) -> tuple[str | None, str]:
    """(the hypervisor, "none" for a physical computer, None where nothing tells; where that was read)."""
    if in_wsl(proc):
        return "WSL", "/proc/sys/kernel/osrelease"
    if "control_d" in (text(proc / "xen/capabilities") or ""):
        return "none", "/proc/xen/capabilities"  # Xen's first domain, which has the computer's devices to itself
    dmi = sysfs / "class/dmi/id"
    named = " ".join(text(dmi / name) or "" for name in ("sys_vendor", "product_name", "bios_vendor"))
    if found := hypervisor(named):
        return found, _DMI
    if text(sysfs / "hypervisor/type") == "xen":
        return "Xen", "/sys/hypervisor/type"
    if found := _device_tree(proc):
        return found, "/proc/device-tree"
    cloud = any(sign in named.lower() for sign in _CLOUDS)
    info = text(proc / "cpuinfo") or ""
    if " hypervisor" in info:
        return ("KVM", _DMI) if cloud else _by_clock(sysfs)
    if any(line.startswith("flags") for line in info.splitlines()):
        return "none", "/sys/class/dmi/id and the flags in /proc/cpuinfo"
    return _without_flags(sysfs, proc, named.lower())


def of_windows(maker_and_product: str) -> str:
    """The hypervisor of a computer with Windows, "none" for a physical one; rented ones are virtual unless they are
    named as metal.
    """
    told = maker_and_product.lower()
    rented = any(sign in told for sign in _CLOUDS) and "metal" not in told
    return hypervisor(maker_and_product) or ("KVM" if rented else "none")


def hypervisor(maker_and_product: str) -> str | None:
    """The hypervisor that the names of maker and product in the firmware mean; None where they mean none."""
    told = maker_and_product.lower()
    return next((name for sign, name in _HYPERVISORS if re.search(rf"\b{sign}\b", told)), None)


def _without_flags(sysfs: Path, proc: Path, named: str) -> tuple[str | None, str]:
    """On processors other than x86, none of whose features tells of a hypervisor: what else speaks for a real one."""
    if "amazon ec2" in named:
        return "none" if ".metal" in named else "KVM", _DMI
    if text(proc / "device-tree/model"):
        return "none", "/proc/device-tree"
    real = text(sysfs / "class/dmi/id/chassis_type") not in _NO_CHASSIS or not (named.strip() or text(proc / "cpuinfo"))
    return "none" if real else None, f"{_DMI}/chassis_type"


def _device_tree(proc: Path) -> str | None:
    """The hypervisor that its device tree names, as those of ARM and RISC-V guests without firmware do."""
    told = (text(proc / "device-tree/hypervisor/compatible") or "").replace("\0", " ").lower()
    for sign, name in (("kvm", "KVM"), ("xen", "Xen"), ("vmware", "VMware"), ("microsoft", "Hyper-V")):
        if sign in told:
            return name
    if told:
        return "unnamed hypervisor"
    return "virtual machine" if board_model(proc) == "" else None


def board_model(proc: Path) -> str | None:
    """The model in the device tree; empty for the made-up one of a virtual machine, None where there is no model."""
    model = text(proc / "device-tree/model")
    return "" if model and any(sign in model.lower() for sign in _MADE_UP) else model


def _by_clock(sysfs: Path) -> tuple[str, str]:
    """Small virtual machines have no DMI, but each hypervisor has a clock source of its own."""
    clocks = text(sysfs / "devices/system/clocksource/clocksource0/available_clocksource") or ""
    for sign, name in (("kvm", "KVM"), ("hyperv", "Hyper-V"), ("xen", "Xen")):
        if sign in clocks:
            return name, "the kernel's available_clocksource"
    return "unnamed hypervisor", "the flag hypervisor in /proc/cpuinfo"
