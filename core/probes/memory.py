"""Memory, swap, and free space on the disk of the data folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from ..records.machine import Reading
from . import cgroup_limits
from .sources.current import answer, told
from .system_sources import reading, text

_TROUBLES = (OSError, RuntimeError, ValueError, AttributeError, NotImplementedError, psutil.Error)
"""What psutil raises; RuntimeError where a counter of Windows is switched off."""


def probe(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> dict[str, Reading]:
    """Keys memory.total, limit, available, swap_total, swap_used and disk.free, all in bytes."""
    memory, trouble = _ask("psutil.virtual_memory", lambda: _parts(psutil.virtual_memory(), "total", "available"))
    swap, swap_trouble = _ask("psutil.swap_memory", lambda: _parts(psutil.swap_memory(), "total", "used"))
    total: int | None = memory["total"] if memory else None
    group = cgroup_limits.memory(sysfs, proc)
    limit, room, soft = group or (None, None, False)
    if limit is not None and total is not None and limit >= total:
        limit, room = None, None  # more than there is limits nothing
    available = min(memory["total"], memory["available"] + zfs_cache(proc)) if memory else None
    free = [amount for amount in (available, room) if amount is not None]
    return {
        "memory.total": reading(total, "psutil.virtual_memory", trouble),
        "memory.limit": reading(
            limit,
            "cgroup, a soft limit: beyond it programs are slowed down" if soft else "cgroup",
            "no limit is set below the memory that is there",
        ),
        "memory.available": reading(
            min(free, default=None),
            "psutil.virtual_memory and cgroup" if room is not None else "psutil.virtual_memory",
            trouble,
        ),
        "memory.swap_total": reading(swap["total"] if swap else None, "psutil.swap_memory", swap_trouble),
        "memory.swap_used": reading(swap["used"] if swap else None, "psutil.swap_memory", swap_trouble),
        "disk.free": _disk_free(),
    }


def zfs_cache(proc: Path = Path("/proc")) -> int:
    """Bytes of ZFS' cache that it gives back when programs need them; the kernel counts them as used."""
    told = dict.fromkeys(("size", "c_min"), 0)
    for line in (text(proc / "spl/kstat/zfs/arcstats") or "").splitlines():
        name, *rest = line.split() or [""]
        if name in told and len(rest) == 2 and rest[1].isdigit():
            told[name] = int(rest[1])
    return max(0, told["size"] - told["c_min"])


def _disk_free() -> Reading:
    free, trouble = _ask("psutil.disk_usage(data folder)", _room_for_data)
    return Reading(free, "psutil.disk_usage of the data folder", trouble)


def _room_for_data() -> int:
    home = os.environ.get("RIGDYNO_HOME")
    folder = (Path(home) if home else platformdirs.user_data_path("rigdyno", appauthor=False)).absolute()
    for place in (folder, *folder.parents):
        # Before the first check the folder does not exist: then the nearest parent that exists is on the same disk.
        with suppress(*_TROUBLES):
            return int(psutil.disk_usage(str(place)).free)
    return int(psutil.disk_usage(folder.anchor).free)


def _parts(told: Any, *names: str) -> dict[str, int]:
    return {name: getattr(told, name) for name in names}


def _ask(question: str, ask: Callable[[], Any]) -> tuple[Any, str]:
    """(answer, "") or (None, why)."""
    try:
        return answer(question, ask), ""
    except _TROUBLES as error:
        return None, told(error)
