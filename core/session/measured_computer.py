"""Where a check is done: on this computer, or, with the same questions, on another one (see `remote.py`)."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from ..probes import inspect_machine, nvidia_gpus
from ..records.machine import Gpu, Machine, Sample
from ..records.plan import ACTIVE
from ..records.result import Neighbour
from ..sensors import busy_programs, sensor_sampler
from .worker_command import Engine


class Watcher(Protocol):
    """What looks at the sensors of a computer while a check runs there, as `telemetry.Sampler` does."""

    @property
    def silent(self) -> dict[str, str]:
        """Why sensors told nothing, by their keys."""

    @property
    def marks(self) -> dict[str, float]:
        """Critical temperatures, by the keys of their sensors."""

    def watch(self, pid: int | None) -> None:
        """The worker that is being measured, by its process id there."""

    def __enter__(self) -> Watcher: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class Site(Protocol):
    """The questions of a check to the computer that it measures."""

    @property
    def name(self) -> str:
        """Results of it are kept under that; empty for this computer."""

    def inspect(self) -> Machine:
        """What is in it. Raises SessionError where it cannot be reached."""

    def gpus(self) -> tuple[tuple[Gpu, ...], str]:
        """Its NVIDIA GPUs, woken; or why there are none."""

    def load(self) -> float | None:
        """Per cent of its processor that others use right now; None where that is not known."""

    def neighbours(self) -> Callable[[], tuple[Neighbour, ...]]:
        """Call what this gives at the end: the other programs that were busy meanwhile."""

    def engine(self, threads: int, wait_policy: str) -> Engine:
        """How to start a worker on it."""

    def watcher(
        self, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> Watcher:
        """Looks at its sensors from __enter__ to __exit__."""


class Here:
    """This computer. `command` starts a worker."""

    def __init__(self, command: tuple[str, ...] = Engine().command) -> None:
        self._command = command

    @property
    def name(self) -> str:
        """It is this one."""
        return ""

    def inspect(self) -> Machine:
        """See `machine.inspect`, which never raises."""
        return inspect_machine.inspect()

    def gpus(self) -> tuple[tuple[Gpu, ...], str]:
        """See `nvidia.gpus`."""
        return nvidia_gpus.gpus(wake=True)

    def load(self) -> float | None:
        """See `telemetry.quiet_load`."""
        return sensor_sampler.quiet_load()

    def neighbours(self) -> Callable[[], tuple[Neighbour, ...]]:
        """See `neighbours.busiest`."""
        before = busy_programs.look()
        return lambda: busy_programs.busiest(before, busy_programs.look())

    def engine(self, threads: int, wait_policy: str = ACTIVE) -> Engine:
        """A child process."""
        return Engine(self._command, threads, wait_policy)

    def watcher(
        self, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> Watcher:
        """A thread of this process."""
        return sensor_sampler.Sampler(clock, on_sample, period_s, gpus=gpus)
