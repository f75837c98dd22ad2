"""Who uses the processor: the worker and its children, this app, or others; told from two looks at the counters."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_REFRESH = 4
"""Look for new children of the worker at every fourth look: it starts them seldom, and finding them costs most."""

_CLOCK_SLACK_S = 0.05
"""The kernel gives the start of a process in ticks of 10 ms since boot, which drift a little against the wall clock."""


@dataclass(frozen=True, slots=True)
class Core:
    """Seconds that one logical processor has counted since boot."""

    total: float
    busy: float
    steal: float | None


@dataclass(frozen=True, slots=True)
class Look:
    """The counters at one moment. `app` is the processor time that this process has used."""

    cores: tuple[Core, ...]
    app: float
    wall: float


def look() -> Look:
    """Read the counters now. Raises what psutil raises where there are none."""
    return Look(tuple(_core(times) for times in psutil.cpu_times(percpu=True)), time.process_time(), time.time())


def shares(before: Look, after: Look, own_s: float | None) -> dict[str, float | None]:
    """Per cent of the machine between two looks: cpu.total, cpu.core.N, cpu.own, cpu.app, cpu.others, cpu.steal.

    `own_s` is the processor time that the worker used meanwhile. If it cannot be told (None), neither can the others'.
    Time stolen by the host of a virtual machine is nobody's work here: it is in cpu.steal alone.
    """
    values: dict[str, float | None] = dict.fromkeys(("cpu.total", "cpu.own", "cpu.app", "cpu.others", "cpu.steal"))
    values |= {f"cpu.core.{number}": None for number in range(len(after.cores))}
    if len(before.cores) != len(after.cores):
        return values  # a core was switched on or off: the sums do not compare
    passed = [_since(old, new) for old, new in zip(before.cores, after.cores, strict=True)]
    for number, core in enumerate(passed):
        values[f"cpu.core.{number}"] = _percent(core.busy, core.total)
    total, busy = sum(core.total for core in passed), sum(core.busy for core in passed)
    stolen = [core.steal for core in passed if core.steal is not None]
    app_s = max(0.0, after.app - before.app)
    values["cpu.total"] = _percent(busy, total)
    values["cpu.app"] = _percent(app_s, total)
    values["cpu.steal"] = _percent(sum(stolen), total) if stolen else None
    if own_s is not None:
        values["cpu.own"] = _percent(own_s, total)
        values["cpu.others"] = _percent(busy - own_s - app_s, total)
    return values


class Family:
    """A process and its descendants, whose processor time and memory count as one."""

    def __init__(self, pid: int) -> None:
        """Raises psutil.Error if there is no such process."""
        self._root = psutil.Process(pid)
        self._members: dict[int, psutil.Process] = {pid: self._root}
        self._spent: dict[int, float] = {}
        self._looks = 0
        self.over = False
        """The process has ended."""

    @property
    def pids(self) -> set[int]:
        """Their process ids, as far as they are known."""
        return set(self._members)

    def look(self, since: float) -> tuple[float | None, float | None]:
        """(processor seconds since the last look, resident bytes now).

        None where it cannot be told: some member ended meanwhile and took its count along, or it is older than
        `since` (the wall time of the last look) and had not been seen before.
        """
        if self._looks % _REFRESH == 0:
            self._find_children()
        self._looks += 1
        used, resident, complete = 0.0, 0.0, True
        for pid, process in list(self._members.items()):
            try:
                times = process.cpu_times()
                resident += process.memory_info().rss
                spent = times.user + times.system
                if pid in self._spent:
                    used += max(0.0, spent - self._spent[pid])
                elif process.create_time() >= since - _CLOCK_SLACK_S:
                    used += spent
                else:
                    complete = False
                self._spent[pid] = spent
            except (psutil.Error, OSError):
                complete = False
                self.over = self.over or process is self._root
                del self._members[pid]
        return (used if complete else None), (None if self.over else resident)

    def _find_children(self) -> None:
        try:
            for pid in _descendants(self._root):
                if pid not in self._members:
                    self._members[pid] = psutil.Process(pid)
        except (psutil.Error, OSError):
            return  # one of them is gone again; the next search finds the rest


def _descendants(root: psutil.Process) -> Iterator[int]:
    """Linux keeps a list per thread, hundreds of times cheaper than psutil's walk over every process there is."""
    waiting = [root.pid]
    if not Path(f"/proc/{root.pid}/task/{root.pid}/children").exists():
        yield from (child.pid for child in root.children(recursive=True))
        return
    while waiting:
        found = list(_children(waiting.pop()))
        yield from found
        waiting += found


def _children(pid: int) -> Iterator[int]:
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            yield from map(int, (thread / "children").read_text(encoding="ascii").split())
    except (OSError, ValueError):  # a thread or the process ended while we read
        return


def _core(times: object) -> Core:
    """psutil's user time includes guests'; on Windows its system time includes interrupts: neither is added twice."""

    def counted(*names: str) -> float:
        return float(sum(getattr(times, name, 0.0) for name in names))

    busy = counted("user", "nice", "system", "irq", "softirq")
    steal = counted("steal") if hasattr(times, "steal") else None
    return Core(busy + counted("idle", "iowait") + (steal or 0.0), busy, steal)


def _since(old: Core, new: Core) -> Core:
    # Idle time and time waiting for the disk may run backwards by a tick; never let that make a negative share.
    stolen = None if old.steal is None or new.steal is None else max(0.0, new.steal - old.steal)
    return Core(new.total - old.total, max(0.0, new.busy - old.busy), stolen)


def _percent(part: float, whole: float) -> float | None:
    return min(100.0, max(0.0, 100 * part / whole)) if whole > 0 else None
