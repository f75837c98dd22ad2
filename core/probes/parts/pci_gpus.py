"""What Linux tells of a GPU on the PCI bus of any maker: memory, screens, whether it is part of the processor or in a
box of its own, and its link. Nothing is read of a GPU that sleeps, as reading wakes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..system_sources import number, subfolders, text

_AWAKE = (None, "active", "unsupported")
"""Values of power/runtime_status; "suspended", "suspending" and "resuming" are others."""
_GENERATIONS = {"2.5": 1, "5": 2, "5.0": 2, "8": 3, "8.0": 3, "16.0": 4, "32.0": 5, "64.0": 6}
"""PCIe generations by the GT/s that the kernel writes, as in "16.0 GT/s PCIe"."""
_BRIDGE, _AMD_PROCESSORS = "0x0604", "0x1022"
_ADDRESS = re.compile(r"[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", re.IGNORECASE)
LARGEST_BYTES = 2**42
MOST_LANES = 32


@dataclass(frozen=True, slots=True)
class PciFacts:
    """`memory`, `shared`: bytes of its own, and of the computer's that it may use; `generation`, `lanes`: of the
    fastest link that it and its slot allow.
    """

    memory: int | None = None
    shared: int | None = None
    drives_screen: bool | None = None
    integrated: bool | None = None
    external: bool | None = None
    generation: int | None = None
    lanes: int | None = None


def is_awake(device: Path) -> bool:
    """Whether a PCI device may be read without waking it."""
    return text(device / "power/runtime_status") in _AWAKE


def facts(device: Path) -> PciFacts:
    """All of them, from a folder such as /sys/bus/pci/devices/0000:03:00.0."""
    external, integrated = _is_external(device), is_integrated(device)
    if not is_awake(device):
        return PciFacts(external=external, integrated=integrated)
    generation, lanes = link(device, "max") if not integrated else (None, None)
    return PciFacts(
        amount(device / "mem_info_vram_total"),
        amount(device / "mem_info_gtt_total"),
        _drives_screen(device),
        integrated,
        external,
        generation,
        lanes,
    )


def is_integrated(device: Path) -> bool | None:
    """Whether a GPU is part of the processor; None where nothing tells.

    Intel's is always device 2 of the first bus. AMD's shares its slot with functions of the processor, such as the
    security processor; AMD gives these the maker's id for processors.
    """
    vendor = text(device / "vendor")
    if vendor == "0x8086":
        return device.name == "0000:00:02.0"
    if vendor != "0x1002":
        return None
    slot = device.name.rpartition(".")[0]
    return any(text(other / "vendor") == _AMD_PROCESSORS for other in subfolders(device.parent, f"{slot}.*"))


def link(device: Path, which: str) -> tuple[int | None, int | None]:
    """(generation, lanes) of the link between the computer and a GPU; `which`: "current" or "max".

    Newer cards have a switch of their own, and the GPU's link to that is always fast (AMD) or always told as slow
    (Intel): the link that counts is that of the first bridge of the same maker on the way from the processor.
    """
    vendor, end = text(device / "vendor"), _resolved(device)
    for parent in end.parents:
        if not _ADDRESS.fullmatch(parent.name):
            break
        if not _ADDRESS.fullmatch(parent.parent.name):
            break  # the root port belongs to the processor, also where both are Intel's or AMD's
        if text(parent / "vendor") == vendor and (text(parent / "class") or "").startswith(_BRIDGE):
            end = parent
    speed = (text(end / f"{which}_link_speed") or "").split(" ")[0]
    lanes = number(end / f"{which}_link_width")
    return _GENERATIONS.get(speed), lanes if lanes and 0 < lanes <= MOST_LANES else None


def amount(path: Path) -> int | None:
    """Bytes in a file; None where it tells none that can be."""
    told = number(path)
    return told if told is not None and 0 <= told <= LARGEST_BYTES else None


def _is_external(device: Path) -> bool | None:
    """Whether it, or a bridge above it, can be pulled out, as behind Thunderbolt (Linux 5.15 and newer)."""
    own = _resolved(device)
    told = [text(place / "removable") for place in (own, *own.parents) if _ADDRESS.fullmatch(place.name)]
    return "removable" in told if any(told) else None


def _drives_screen(device: Path) -> bool | None:
    states = [text(output / "status") for output in subfolders(device, "drm/card*/card*-*")]
    return "connected" in states if any(states) else None


def _resolved(device: Path) -> Path:
    try:
        return device.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return device
