"""Memory, swap, and free space on the disk of the data folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from ..records.machine import Reading
from . import cgroup_limits
from .system_sources import reading, text


def probe(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> dict[str, Reading]:
    """Keys memory.total, limit, available, swap_total, swap_used and disk.free, all in bytes."""
    memory, trouble = _ask(psutil.virtual_memory)
    swap, swap_trouble = _ask(psutil.swap_memory)
    total: int | None = memory.total if memory else None
    group = cgroup_limits.memory(sysfs, proc)
    limit, room, soft = group or (None, None, False)
    if limit is not None and total is not None and limit >= total:
        limit, room = None, None  # more than there is limits nothing
    available = min(memory.total, memory.available + zfs_cache(proc)) if memory else None
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
        "memory.swap_total": reading(swap.total if swap else None, "psutil.swap_memory", swap_trouble),
        "memory.swap_used": reading(swap.used if swap else None, "psutil.swap_memory", swap_trouble),
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
    source = "psutil.disk_usage of the data folder"
    home = os.environ.get("RIGDYNO_HOME")
    folder = (Path(home) if home else platformdirs.user_data_path("rigdyno", appauthor=False)).absolute()
    trouble = ""
    for place in (folder, *folder.parents):
        # Before the first check the folder does not exist: then the nearest parent that exists is on the same disk.
        usage, trouble = _ask(partial(psutil.disk_usage, str(place)))
        if usage:
            return Reading(usage.free, source)
    return Reading(None, source, trouble)


def _ask(question: Callable[[], Any]) -> tuple[Any, str]:
    """(answer, "") or (None, why). psutil raises RuntimeError where a counter of Windows is switched off."""
    try:
        return question(), ""
    except (OSError, RuntimeError, ValueError, AttributeError, NotImplementedError, psutil.Error) as error:
        return None, f"{type(error).__name__}: {error}"
