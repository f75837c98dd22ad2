"""Which other programs were busy while a check measured: the names behind "other programs used half the processor"."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from ..records.result import Neighbour

WORTH_PERCENT = 2.0
"""Of the whole processor: what takes less disturbs nothing."""
MOST = 3


@dataclass(frozen=True, slots=True)
class Count:
    """The processor seconds that one process had used at a look, and who started it."""

    name: str
    parent: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """All processes that this one may see, by id and time of birth, at one moment."""

    wall: float
    counts: Mapping[tuple[int, float], Count]


def look() -> Look:
    """Count now; takes some 0.1 ms for each process. Those of other users may hide their times: they are left out."""
    counts: dict[tuple[int, float], Count] = {}
    for process in psutil.process_iter():
        try:
            seen = process.as_dict(["name", "ppid", "cpu_times", "create_time"])
        except (psutil.Error, OSError):  # it has ended, or the system has an error for it that psutil does not know
            continue
        if seen["cpu_times"] is not None and seen["create_time"] is not None:
            used = seen["cpu_times"].user + seen["cpu_times"].system
            counts[process.pid, seen["create_time"]] = Count(seen["name"] or "?", seen["ppid"] or 0, used)
    return Look(time.monotonic(), counts)


def busiest(before: Look, after: Look) -> tuple[Neighbour, ...]:
    """The programs, without ours and its workers, that used most between two looks; all processes of a name as one.

    One that ended before the second look took its count along: it is missing, though the sensors noticed it.
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
    worth = [n for n in found if n.percent >= WORTH_PERCENT]
    return tuple(sorted(worth, key=lambda n: -n.percent)[:MOST])


def _ours(pid: int, parents: Mapping[int, int]) -> bool:
    """Whether a process is this one or has descended from it."""
    seen: set[int] = set()
    while pid and pid not in seen:
        if pid == os.getpid():
            return True
        seen.add(pid)
        pid = parents.get(pid, 0)
    return False
