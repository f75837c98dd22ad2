"""Memory modules, their sockets and channels. One module where two belong halves the memory's bandwidth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from ...records.machine import Reading
from ..patience import PATIENCE_S, SILENT, UNREADABLE, ask, ask_all
from ..sources.current import THIS_COMPUTER, answer, asking, platform
from ..system_sources import reading, text
from ..windows import system_calls
from .memory_channels import channels
from .smbios import MemoryModule, memory_modules, modules_of_udev, of_windows

Layout = tuple[tuple[MemoryModule, ...], int]
_UDEV = "udev/data/+dmi:id"
_NOT_TOLD = "the firmware's table does not tell of memory modules"
_ROOT_ONLY = "only root may read the firmware's table, and udev keeps no copy of it"


def probe(sysfs: Path = Path("/sys"), run: Path = Path("/run"), patience_s: float = PATIENCE_S) -> dict[str, Reading]:
    """Keys memory.modules (a text each, as in "16 GiB DDR5 4800 MT/s"), sockets (places for one, free ones and soldered
    ones too) and channels (those that hold one).
    """
    if platform() == "win32":
        layout, why = ask(
            lambda: _parsed("RSMB", lambda: memory_modules(of_windows(system_calls.firmware_table()))), patience_s
        )
        return _readings(layout, "GetSystemFirmwareTable RSMB", _reason(why, _NOT_TOLD))
    if platform() == "darwin":
        return _readings(None, "macOS", "Apple's computers have no table of memory modules")
    # Root alone may read the table itself, and all may read what udev's rules have taken from it.
    table, copy = sysfs / "firmware/dmi/tables/DMI", run / _UDEV
    own, (layout, why) = ask_all(
        lambda: _parsed("DMI", lambda: memory_modules(table.read_bytes())),
        lambda: _parsed("udev", lambda: modules_of_udev(text(copy) or "")),
        patience_s=patience_s,
    )
    if own[0] is not None:
        return _readings(own[0], "/sys/firmware/dmi/tables/DMI", "")
    return _readings(layout, f"/run/{_UDEV}", _reason(why, _ROOT_ONLY))


def _parsed(table: str, look: Callable[[], Layout | None]) -> Layout | None:
    """What is read from a table. The table itself is no answer, as it has serial numbers."""

    def ask_here() -> tuple[list[tuple[Any, ...]], int] | None:
        with asking(THIS_COMPUTER):
            found = look()
        return ([astuple(module) for module in found[0]], found[1]) if found else None

    told = answer(f"memory modules of {table}", ask_here)
    return (tuple(MemoryModule(*module) for module in told[0]), told[1]) if told else None


def _reason(why: str, otherwise: str) -> str:
    """Why there is nothing: the question's own reason where it was not simply answered so."""
    return why if why in (SILENT, UNREADABLE) else otherwise


def _readings(layout: Layout | None, source: str, reason: str) -> dict[str, Reading]:
    modules, sockets = layout or ((), 0)
    return {
        "memory.modules": reading([described(module) for module in modules] or None, source, reason),
        "memory.sockets": reading(sockets or None, source, reason),
        "memory.channels": reading(
            channels(modules), source, "the firmware does not name the channels" if modules else reason
        ),
    }


def described(module: MemoryModule) -> str:
    """As in "16 GiB DDR5 4800 MT/s": size, kind and configured speed, without what is not told."""
    size = f"{module.size / 2**30:g} GiB" if module.size >= 2**30 else f"{module.size >> 20} MiB"
    return " ".join(filter(None, (size, module.kind, f"{module.speed} MT/s" if module.speed else "")))
