"""Who uses the processor: the worker and its children, this app, or others. Computed from two readings of counters."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_REFRESH = 4
"""New children of the worker are looked for in every fourth sample: it rarely starts any, and the search costs most."""

_CLOCK_SLACK_S = 0.05
"""Tolerance of start times: the kernel counts them in ticks of 10 ms since boot, which drift against the wall clock."""


@dataclass(frozen=True, slots=True)
class CoreTimes:
    """Seconds that one logical processor has counted since boot. `steal`: taken by the host of a virtual machine."""

    total: float
    busy: float
    steal: float | None


@dataclass(frozen=True, slots=True)
class ProcessorTimes:
    """The counters at one moment. `app` is the processor time (s) of this process, `wall` the wall-clock time (s)."""

    cores: tuple[CoreTimes, ...]
    app: float
    wall: float


def read_times() -> ProcessorTimes:
    """Read the counters now. Raises psutil's errors where there are none."""
    return ProcessorTimes(
        tuple(_core(times) for times in psutil.cpu_times(percpu=True)), time.process_time(), time.time()
    )


def usage_between(before: ProcessorTimes, after: ProcessorTimes, own_s: float | None) -> dict[str, float | None]:
    """Per cent of the whole processor between two readings: cpu.total, cpu.own, cpu.app, cpu.others, cpu.steal; and of
    each logical processor: cpu.core.N.

    `own_s` is the processor time that the worker used in between. Where it is None, own and others are None. Time that
    the host of a virtual machine has taken counts in cpu.steal only.
    """
    values: dict[str, float | None] = dict.fromkeys(("cpu.total", "cpu.own", "cpu.app", "cpu.others", "cpu.steal"))
    values |= {f"cpu.core.{number}": None for number in range(len(after.cores))}
    if len(before.cores) != len(after.cores):
        return values  # a core was switched on or off, so that sums cannot be compared
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


class ProcessTree:
    """A process and its descendants, whose processor time and memory are added up."""

    def __init__(self, pid: int) -> None:
        """Raises psutil.Error if there is no such process."""
        self._root = psutil.Process(pid)
        self._members: dict[int, psutil.Process] = {pid: self._root}
        self._spent: dict[int, float] = {}
        self._looks = 0
        self.ended = False
        """The process has ended."""

    @property
    def pids(self) -> set[int]:
        """The process ids of those that are known."""
        return set(self._members)

    def usage(self, since: float) -> tuple[float | None, float | None]:
        """(processor seconds since the last call, resident bytes now); `since` is the wall time of the last call.

        The seconds are None where a process ended in between, whose last seconds are unknown, or where one is found
        that had started before `since`. The bytes are None once the process itself has ended.
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
                self.ended = self.ended or process is self._root
                del self._members[pid]
        return (used if complete else None), (None if self.ended else resident)

    def _find_children(self) -> None:
        try:
            for pid in _descendants(self._root):
                if pid not in self._members:
                    self._members[pid] = psutil.Process(pid)
        except (psutil.Error, OSError):
            return  # one has ended meanwhile; the next search finds the others


def _descendants(root: psutil.Process) -> Iterator[int]:
    """Process ids of all descendants. On Linux from the kernel's lists of children for each thread, which is hundreds
    of times cheaper than psutil's search through all processes.
    """
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


def _core(times: object) -> CoreTimes:
    """Seconds of one logical processor from psutil's times. Not added, as they are included already: guest times (in
    user time), and on Windows interrupts (in system time).
    """

    def counted(*names: str) -> float:
        return float(sum(getattr(times, name, 0.0) for name in names))

    busy = counted("user", "nice", "system", "irq", "softirq")
    steal = counted("steal") if hasattr(times, "steal") else None
    return CoreTimes(busy + counted("idle", "iowait") + (steal or 0.0), busy, steal)


def _since(old: CoreTimes, new: CoreTimes) -> CoreTimes:
    # Counters of idle time and of waiting for the disk may run backwards by a tick: no share may become negative.
    stolen = None if old.steal is None or new.steal is None else max(0.0, new.steal - old.steal)
    return CoreTimes(new.total - old.total, max(0.0, new.busy - old.busy), stolen)


def _percent(part: float, whole: float) -> float | None:
    return min(100.0, max(0.0, 100 * part / whole)) if whole > 0 else None
