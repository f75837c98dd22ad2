"""What one run of the benchmarks is told: which, how many, how long, and how to report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rigdyno.core.probes.inspect_machine import inspect


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of one run. `say` gets a line of progress. `beside`: whether a busy neighbour takes a core meanwhile,
    where a benchmark can be done beside one.
    """

    pairs: int
    short: bool
    threads: int
    say: Callable[[str], None]
    beside: bool = False

    def seconds(self, usual: float) -> float:
        """The length of a stretch that is `usual` seconds, or a third of it in a short run."""
        return usual / 3 if self.short else usual


def usable_threads() -> int:
    """The threads that the program would choose: the physical cores that this process may use."""
    machine = inspect()
    known = [v for k in ("cpu.physical_cores", "cpu.usable_cores") if isinstance(v := machine.value(k), int)]
    return max(1, min(known, default=1))
