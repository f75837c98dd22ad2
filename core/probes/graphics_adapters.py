"""The graphics adapters of all makers, as the operating system lists them. Reading the list wakes none of them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..records.machine import Adapter
from .parts import pci_gpus
from .patience import ask, ask_all
from .sources.current import THIS_COMPUTER, answer, asking, platform
from .system_sources import link_name, subfolders, text
from .windows import dxgi

VENDORS = {"10de": "NVIDIA", "1002": "AMD", "8086": "Intel", "106b": "Apple"}
"""Makers by PCI vendor id."""
_NAMES = (Path("/usr/share/misc/pci.ids"), Path("/usr/share/hwdata/pci.ids"))
"""Where Linux distributions keep the list of names from the PCI ID Repository, if they have it."""
_ASK_S = 10.0
"""Timeout. PowerShell takes one or two seconds to start, system_profiler as long to answer."""
_CIM = "Get-CimInstance Win32_VideoController | Select-Object Name,PNPDeviceID,DriverVersion | ConvertTo-Json -Compress"


def adapters(sysfs: Path = Path("/sys")) -> tuple[Adapter, ...]:
    """Every graphics adapter; none where the system does not tell. Never raises."""
    try:
        if platform() == "win32":
            return with_directx(_listed_by_windows(), ask(_descriptions)[0] or [])
        if platform() == "darwin":
            return tuple(macos(_output("system_profiler", "-json", "SPDisplaysDataType")))
        return tuple(linux(sysfs))
    except (OSError, ValueError, TypeError, AttributeError, subprocess.SubprocessError):
        return ()


def linux(sysfs: Path, names: tuple[Path, ...] = _NAMES) -> Iterator[Adapter]:
    """From the display controllers on the PCI bus."""
    every = subfolders(sysfs / "bus/pci/devices", "*")
    gpus = [d for d in every if _is_gpu(text(d / "class") or "", (text(d / "vendor") or "").removeprefix("0x"))]
    told = ask_all(*(partial(pci_gpus.facts, device) for device in gpus))
    for device, (facts, _) in zip(gpus, told, strict=True):
        vendor, model = ((text(device / name) or "").removeprefix("0x") for name in ("vendor", "device"))
        status = text(device / "power/runtime_status")
        known = facts or pci_gpus.PciFacts()
        yield Adapter(
            VENDORS.get(vendor, ""),
            _name_in(names, vendor, model),
            device.name.lower(),
            _driver(device / "driver"),
            None if status is None else status == "suspended",
            f"{vendor}:{model}",
            known.memory,
            known.shared,
            known.drives_screen,
            known.integrated,
            known.external,
            known.generation,
            known.lanes,
        )


def _is_gpu(kind: str, vendor: str) -> bool:
    """Whether a PCI class is that of a display controller, or that of AMD's and NVIDIA's accelerators without a screen.

    The class of processing accelerators, 0x12, holds Intel's neural units too, which are no GPUs.
    """
    return kind.startswith("0x03") or (kind.startswith("0x12") and VENDORS.get(vendor) in ("AMD", "NVIDIA"))


def _driver(link: Path) -> str:
    """The name of the kernel's driver that is bound, the last part of the link; empty where none is."""
    return link_name(link) or Path(text(link) or "").name  # a copy of a tree holds in a file where the link led


def windows(told: str) -> Iterator[Adapter]:
    """From PowerShell's JSON of Win32_VideoController: one object, or a list of them."""
    listed: Any = json.loads(told or "[]")
    for one in listed if isinstance(listed, list) else [listed]:
        place = str(one.get("PNPDeviceID") or "")
        found = re.match(r"PCI\\VEN_([0-9A-F]{4})(?:&DEV_([0-9A-F]{4}))?", place, re.IGNORECASE)
        vendor, model = (str(part or "").lower() for part in found.groups()) if found else ("", "")
        yield Adapter(
            VENDORS.get(vendor, ""),
            str(one.get("Name") or "unnamed"),
            driver=str(one.get("DriverVersion") or ""),
            model=f"{vendor}:{model}" if model else "",
        )


def _listed_by_windows() -> tuple[Adapter, ...]:
    """None where PowerShell does not answer: then DirectX's list stands for it."""
    try:
        return tuple(windows(_output("powershell", "-NoProfile", "-NonInteractive", "-Command", _CIM)))
    except (OSError, ValueError, TypeError, AttributeError, subprocess.SubprocessError):
        return ()


def _descriptions() -> list[tuple[bytes, bool]]:
    """See `dxgi.descriptions`."""
    return [(raw, screen) for raw, screen in answer("DXGI_ADAPTER_DESC1", dxgi.descriptions)]


def with_directx(adapters: Sequence[Adapter], told: Sequence[tuple[bytes, bool]]) -> tuple[Adapter, ...]:
    """Adapters with what DirectX tells of them, matched by their PCI ids, equal ones in their order; those that DirectX
    alone lists come last.
    """
    left, joined = [of_directx(one) for one in dxgi.directx_adapters(told)], []
    for adapter in adapters:
        match = next((one for one in left if one.model == adapter.model), None)
        if match is None:
            joined.append(adapter)
            continue
        left.remove(match)
        joined.append(
            replace(
                adapter,
                dedicated_memory=match.dedicated_memory,
                shared_memory=match.shared_memory,
                drives_screen=match.drives_screen,
            )
        )
    return (*joined, *left)


def of_directx(one: dxgi.DirectxAdapter) -> Adapter:
    """An adapter as DirectX lists it."""
    maker = VENDORS.get(one.model.partition(":")[0], "")
    return Adapter(
        maker,
        one.name,
        model=one.model,
        dedicated_memory=one.dedicated,
        shared_memory=one.shared,
        drives_screen=one.drives_screen,
    )


def macos(told: str) -> Iterator[Adapter]:
    """From system_profiler's JSON."""
    for one in json.loads(told or "{}").get("SPDisplaysDataType", []):
        vendor = str(one.get("spdisplays_vendor") or "")
        maker = next((name for name in VENDORS.values() if name.lower() in vendor.lower()), "")
        yield Adapter(maker, str(one.get("sppci_model") or "unnamed"), driver="macOS")


def _name_in(names: tuple[Path, ...], vendor: str, model: str) -> str:
    """See `_name`. Only the name is recorded, not the list of thousands."""
    if not names:
        return _name(vendor, model, names)

    def ask() -> str:
        with asking(THIS_COMPUTER):
            return _name(vendor, model, names)

    try:
        return answer(f"pci.ids {vendor}:{model}", ask)
    except OSError:
        return _name(vendor, model, ())


def _name(vendor: str, model: str, names: tuple[Path, ...]) -> str:
    """The name of a device in the list of PCI ids, without the code name of its chip; else its maker and its ids."""
    within = False
    for line in next((told.splitlines() for path in names if (told := text(path))), []):
        if within and line.startswith(f"\t{model}  "):
            written = line.split("  ", 1)[1]
            marketed = re.search(r"\[(.+)\]", written)
            return f"{VENDORS.get(vendor, '')} {marketed.group(1) if marketed else written}".strip()
        if line[:1] not in "\t#":
            within = line.startswith(f"{vendor}  ")
    return f"{VENDORS.get(vendor, 'PCI')} {vendor}:{model}"


def _output(*command: str) -> str:
    """What a command prints. Raises OSError and subprocess' errors."""
    return answer(f"$ {' '.join(command)}", lambda: _run(command))


def _run(command: tuple[str, ...]) -> str:
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    # PowerShell writes in the code page of the region: a name that cannot be decoded must not hide the GPU.
    return subprocess.run(
        command, capture_output=True, text=True, timeout=_ASK_S, check=True, creationflags=flags, encoding="utf-8",
        errors="replace",
    ).stdout  # fmt: skip
