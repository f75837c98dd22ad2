"""The live sensors of another computer, over an ssh connection of their own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from ..records.machine import Sample
from .protocol import MAX_LINE

if TYPE_CHECKING:
    from .ssh_computer import SshComputer

AGENT = "rigdyno.core.sensors.remote_agent"
"""The module that inspects another computer, and samples its sensors."""


class SshSensorWatcher:
    """Samples the sensors of another computer. Its times are shifted onto our clock; without a connection there are
    none.
    """

    def __init__(
        self,
        computer: SshComputer,
        clock: Callable[[], float],
        on_sample: Callable[[Sample], None],
        period_s: float,
        gpus: bool,
    ) -> None:
        self._computer, self._clock, self._on_sample = computer, clock, on_sample
        self._arguments = "sample", str(period_s), str(int(gpus))
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._silent: dict[str, str] = {}

    @property
    def missing_reasons(self) -> dict[str, str]:
        """Why sensors have no values, by their keys."""
        return dict(self._silent)

    @property
    def critical_temperatures(self) -> dict[str, float]:
        """None: a server protects itself against heat."""
        return {}

    def follow(self, pid: int | None) -> None:
        """Count the worker with this process id there as our own; None: no worker."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(f"{pid or ''}\n".encode())
                self._process.stdin.flush()

    def __enter__(self) -> SshSensorWatcher:
        with contextlib.suppress(OSError):
            self._process = self._computer.start(AGENT, *self._arguments)
            self._thread = threading.Thread(target=self._read, name="rigdyno-ssh-sensors", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is None:
            return
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        if self._thread:
            self._thread.join(2.0)
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()

    def _read(self) -> None:
        shift: float | None = None
        stream = self._process.stdout if self._process else None
        for line in iter(lambda: stream.readline(MAX_LINE), b"") if stream else ():
            try:
                told = json.loads(line)
                if "silent" in told:
                    self._silent = msgspec.convert(told["silent"], dict[str, str])
                    continue
                sample = msgspec.convert(told, Sample)
            except (ValueError, TypeError, RecursionError):
                continue  # a line that a login script printed
            shift = self._clock() - sample.t if shift is None else shift
            self._on_sample(Sample(sample.t + shift, sample.values))
