"""What a check asks of the computer that it measures: this one (`LocalComputer`) or another (`SshComputer`)."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from ..records.machine import Gpu, Machine, Sample
from ..records.result import Neighbour
from .worker_command import WorkerCommand


class SensorWatcher(Protocol):
    """Samples the sensors of a computer from `__enter__` to `__exit__`, as `SensorSampler` does."""

    @property
    def missing_reasons(self) -> dict[str, str]:
        """Why sensors have no values, by their keys."""

    @property
    def critical_temperatures(self) -> dict[str, float]:
        """Critical temperatures in degrees Celsius, by the keys of their sensors."""

    def follow(self, pid: int | None) -> None:
        """Count the worker with this process id, and its children, as our own; None: no worker."""

    def __enter__(self) -> SensorWatcher: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class Computer(Protocol):
    """A computer that a check can measure."""

    @property
    def name(self) -> str:
        """The name under which its results are kept; empty for this computer."""

    def inspect(self) -> Machine:
        """What is in it, without torch. Raises SessionError where it cannot be reached."""

    def gpus(self) -> tuple[tuple[Gpu, ...], str]:
        """(its NVIDIA GPUs, woken if they slept; or why there are none)."""

    def load_of_others(self) -> float | None:
        """Per cent of its processor that other programs use now; None where that is not known."""

    def neighbours(self) -> Callable[[], tuple[Neighbour, ...]]:
        """Begin to observe other programs. The returned function gives those that have been busy since."""

    def worker_command(self, threads: int, wait_policy: str) -> WorkerCommand:
        """How to start a worker on it."""

    def sensor_watcher(
        self, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> SensorWatcher:
        """Something that calls `on_sample` every `period_s` seconds; `clock` gives the times of samples."""
