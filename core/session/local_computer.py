"""This computer, as a check asks it, see `computer.py`."""

from __future__ import annotations

from collections.abc import Callable

from ..probes import inspect_machine, nvidia_gpus
from ..records.machine import Gpu, Machine, Sample
from ..records.plan import ACTIVE
from ..records.result import Neighbour
from ..sensors import busy_programs, sensor_sampler
from .computer import SensorWatcher
from .worker_command import WorkerCommand


class LocalComputer:
    """This computer. `command` starts a worker."""

    def __init__(self, command: tuple[str, ...] = WorkerCommand().command) -> None:
        self._command = command

    @property
    def name(self) -> str:
        """Empty: results of this computer are kept under no name."""
        return ""

    def inspect(self) -> Machine:
        """See `inspect_machine.inspect`, which never raises."""
        return inspect_machine.inspect()

    def gpus(self) -> tuple[tuple[Gpu, ...], str]:
        """See `nvidia_gpus.gpus`."""
        return nvidia_gpus.gpus(wake=True)

    def load_of_others(self) -> float | None:
        """See `sensor_sampler.load_of_others`."""
        return sensor_sampler.load_of_others()

    def neighbours(self) -> Callable[[], tuple[Neighbour, ...]]:
        """See `busy_programs.busiest`."""
        before = busy_programs.take_snapshot()
        return lambda: busy_programs.busiest(before, busy_programs.take_snapshot())

    def worker_command(self, threads: int, wait_policy: str = ACTIVE) -> WorkerCommand:
        """A worker that is a child process."""
        return WorkerCommand(self._command, threads, wait_policy)

    def sensor_watcher(
        self, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> SensorWatcher:
        """A sampler that is a thread of this process."""
        return sensor_sampler.SensorSampler(clock, on_sample, period_s, gpus=gpus)
