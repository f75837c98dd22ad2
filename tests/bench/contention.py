"""Who else used the machine while a stretch was measured: a stretch that others spoilt must not count."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
from rigdyno.core.sensors import processor_load

OTHERS_PERCENT = 4.0
"""Others may use so much of the machine; a quiet one shows 0-2 %, and ticks of 4 ms make short stretches coarse."""
STEAL_PERCENT = 2.0
"""The host of a virtual machine may take so much."""
QUIET_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Usage:
    """Per cent of the machine that others, the host of a virtual machine (None: not told) and we ourselves used."""

    others: float
    steal: float | None
    own: float

    @property
    def flaw(self) -> str:
        """Why a stretch with this usage cannot count; empty where it can."""
        if self.others > OTHERS_PERCENT:
            return f"others used {self.others:.1f} % of the machine"
        if self.steal is not None and self.steal > STEAL_PERCENT:
            return f"the host took {self.steal:.1f} % of the machine"
        return ""


class Watch:
    """Counts from its making on; `stop` says what was used since."""

    def __init__(self) -> None:
        self._tree, self._look = tree_seconds(), processor_load.read_times()

    def stop(self) -> Usage:
        """The usage so far. Ask while our children still live or have been waited for, or their time is lost."""
        now, spent = processor_load.read_times(), tree_seconds() - self._tree
        values = processor_load.usage_between(self._look, now, spent)
        total = sum(c.total for c in now.cores) - sum(c.total for c in self._look.cores)
        ours = spent + now.app - self._look.app
        return Usage(values["cpu.others"] or 0.0, values["cpu.steal"], 100 * ours / total if total else 0.0)


def tree_seconds() -> float:
    """Processor seconds of all our descendants: those that live, and those that were waited for."""
    me = psutil.Process()
    mine = me.cpu_times()
    seconds = mine.children_user + mine.children_system
    for child in me.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue  # it ended just now; its parent's count has it
        seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


def wait_for_quiet(patience_s: float) -> float:
    """Wait until others leave the machine alone, `patience_s` at most; returns the seconds waited."""
    begin = time.monotonic()
    while True:
        watch = Watch()
        time.sleep(QUIET_LOOK_S)
        waited = time.monotonic() - begin
        if not watch.stop().flaw or waited >= patience_s:
            return waited
