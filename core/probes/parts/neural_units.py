"""Neural units (NPUs) beside the processor. They are named, as shops advertise them; no PyTorch trains on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...records.machine import Reading
from ..patience import PATIENCE_S, SILENT, UNREADABLE, ask
from ..sources.current import platform
from ..system_sources import reading, registry, subfolders, sysctl_text, text

_CLASS = r"SYSTEM\CurrentControlSet\Control\Class\{f01a9d53-3ff6-48d2-9f97-c8a7004be10c}"
"""Windows' device class ComputeAccelerator (devguid.h). It keeps devices that were taken out, as all classes do; a
neural unit is part of the processor."""
_MOST = 16
_NAMES = {"intel_vpu": "Intel NPU", "amdxdna": "AMD NPU (XDNA)", "rocket": "Rockchip NPU", "ethosu": "Arm Ethos NPU"}
"""By the driver of Linux, below /sys/class/accel; others there, such as Habana's, are accelerators for training."""
_NONE = "no neural unit is listed"


def probe(sysfs: Path = Path("/sys"), patience_s: float = PATIENCE_S) -> dict[str, Reading]:
    """Key npu.names: the neural units; no value where none is listed."""
    look: Callable[[], list[str]]
    if platform() == "win32":
        look, source = _windows, rf"HKLM\{_CLASS}"
    elif platform() == "darwin":
        look, source = _macos, "sysctl machdep.cpu.brand_string"
    else:
        look, source = (lambda: linux(sysfs)), "/sys/class/accel"
    names, why = ask(look, patience_s)
    return {"npu.names": reading(names or None, source, why if why in (SILENT, UNREADABLE) else _NONE)}


def linux(sysfs: Path) -> list[str]:
    """Those that have a driver; the kernel lists no other ones apart from other devices."""
    drivers = []
    for unit in subfolders(sysfs / "class/accel", "accel*"):
        told = (text(unit / "device/uevent") or "").splitlines()
        drivers += [line.removeprefix("DRIVER=") for line in told if line.startswith("DRIVER=")]
    return [_NAMES[driver] for driver in dict.fromkeys(drivers) if driver in _NAMES]


def _windows() -> list[str]:
    names = [registry(rf"{_CLASS}\{number:04}", "DriverDesc") for number in range(_MOST)]
    return list(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and 0 < len(name) <= 200))


def _macos() -> list[str]:
    return ["Apple Neural Engine"] if (sysctl_text("machdep.cpu.brand_string") or "").startswith("Apple") else []
