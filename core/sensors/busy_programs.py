"""Finds the other programs that were busy while a check measured, to name them in the verdict's doubts."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from ..records.result import Neighbour

MIN_PERCENT = 2.0
"""Of the whole processor; a program that used less disturbs no measurement."""
MAX_PROGRAMS = 3


@dataclass(frozen=True, slots=True)
class ProcessTime:
    """The processor seconds that one process has used since its start; `parent` is the process id of its parent."""

    name: str
    parent: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All visible processes at one moment (`wall`, seconds), by process id and start time."""

    wall: float
    counts: Mapping[tuple[int, float], ProcessTime]


def take_snapshot() -> Snapshot:
    """The processes now. Takes about 0.1 ms for each; those whose times other users hide are left out."""
    counts: dict[tuple[int, float], ProcessTime] = {}
    for process in psutil.process_iter():
        try:
            seen = process.as_dict(["name", "ppid", "cpu_times", "create_time"])
        except (psutil.Error, OSError):  # it has ended, or psutil does not know the system's error
            continue
        if seen["cpu_times"] is not None and seen["create_time"] is not None:
            used = seen["cpu_times"].user + seen["cpu_times"].system
            counts[process.pid, seen["create_time"]] = ProcessTime(seen["name"] or "?", seen["ppid"] or 0, used)
    return Snapshot(time.monotonic(), counts)


def busiest(before: Snapshot, after: Snapshot) -> tuple[Neighbour, ...]:
    """The programs that used the processor most between two snapshots, without this one and its children.

    Processes of one name count as one program. Those that ended before the second snapshot are missing.
    """
    passed = max(after.wall - before.wall, 1e-9) * (psutil.cpu_count() or 1)
    parents = {pid: count.parent for (pid, _), count in after.counts.items()}
    used: dict[str, float] = {}
    for key, count in after.counts.items():
        if _ours(key[0], parents):
            continue
        earlier = before.counts[key].cpu_s if key in before.counts else 0.0
        used[count.name] = used.get(count.name, 0.0) + max(0.0, count.cpu_s - earlier)
    found = [Neighbour(name, 100 * seconds / passed) for name, seconds in used.items()]
    worth = [n for n in found if n.percent >= MIN_PERCENT]
    return tuple(sorted(worth, key=lambda n: -n.percent)[:MAX_PROGRAMS])


def _ours(pid: int, parents: Mapping[int, int]) -> bool:
    """Whether a process is this one or a descendant of it."""
    seen: set[int] = set()
    while pid and pid not in seen:
        if pid == os.getpid():
            return True
        seen.add(pid)
        pid = parents.get(pid, 0)
    return False
