"""Which threads of this process do the work, and on which cores and NUMA nodes they may run. Only Linux tells."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

SYSTEM = Path("/sys/devices/system")
THREADS = Path("/proc/self/task")
LEAST_SHARE = 0.1
"""Of the processor time of the busiest thread: others that worked less are not those that train."""


def cores(system: Path = SYSTEM) -> list[int]:
    """A logical processor of each core that this process may use; empty where the system does not tell."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    found: dict[str, int] = {}
    for number in sorted(os.sched_getaffinity(0)):
        found.setdefault(_read(system / f"cpu/cpu{number}/topology/thread_siblings_list") or str(number), number)
    return list(found.values())


def nodes(system: Path = SYSTEM) -> list[set[int]]:
    """The logical processors of each NUMA node, as far as this process may use them; nodes without any are left out."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    usable = os.sched_getaffinity(0)
    names = sorted((p for p in system.glob("node/node[0-9]*")), key=lambda p: int(p.name.removeprefix("node")))
    return [mine for p in names if (mine := numbers(_read(p / "cpulist")) & usable)]


def numbers(text: str) -> set[int]:
    """The numbers of a list such as "0-3,8", see cpuset(7)."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def threads_at_work(most: int, work: Callable[[], object]) -> list[int]:
    """The threads that take the most processor time during the `work`, the busiest first, `most` at most; empty where
    the system does not tell.
    """
    before = _busy()
    work()
    spent = {thread: now - before.get(thread, 0) for thread, now in _busy().items()}
    busiest = max(spent.values(), default=0)
    at_work = [t for t, ns in spent.items() if ns > LEAST_SHARE * busiest]
    return sorted(at_work, key=lambda t: -spent[t])[:most]


def all_threads() -> list[int]:
    """Every thread of this process."""
    return [int(path.name) for path in THREADS.glob("[0-9]*")]


@contextlib.contextmanager
def on_places(places: dict[int, set[int]]) -> Iterator[None]:
    """Keep threads on these logical processors for a while; those that end meanwhile are passed over."""
    before: dict[int, set[int]] = {}
    try:
        for thread, place in places.items():
            with contextlib.suppress(ProcessLookupError):
                before[thread] = os.sched_getaffinity(thread)
                os.sched_setaffinity(thread, place)
        yield
    finally:
        for thread, place in before.items():
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(thread, place)


def _busy() -> dict[int, int]:
    """The nanoseconds that each thread has run, see the kernel's Documentation/scheduler/sched-stats.rst."""
    return {t: int(text.split()[0]) for t in all_threads() if (text := _read(THREADS / f"{t}/schedstat"))}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
