"""Another computer, as a check asks it: over `ssh`, with the user's own client and keys.

It needs Python and torch alone. The worker's part of this package is sent over the connection into a private folder,
which is removed at the end, see `ssh_package.py`.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import msgspec

from ..records.events import Failure
from ..records.machine import Gpu, Machine, Sample
from ..records.process_priority import VARIABLE
from ..records.result import Neighbour
from .computer import SensorWatcher
from .ssh_host import Host
from .ssh_package import BOOTSTRAP, INSPECTING, TRAINING, package_as_zip
from .ssh_sensors import AGENT, SshSensorWatcher
from .worker_command import NO_CONSOLE_WINDOW, WORKER, WorkerCommand, foreign_environment
from .worker_session import SessionError

INSPECT_TIMEOUT_S = 60.0
"""For inspecting a computer: at most 10 s to connect, the rest to send the package and start Python."""
OPTIONS = (
    *("-o", "BatchMode=yes"),  # no question for a password, which nobody could answer
    *("-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=10"),
    *("-o", "ServerAliveCountMax=2"),  # a dead connection ends after 20 to 30 s
)
Answer = TypeVar("Answer")
_TROUBLE = (
    ("Host key verification failed", "host-key"),
    ("Could not resolve hostname", "host-unknown"),
    ("Permission denied", "host-denied"),
    ("Connection refused", "host-unreachable"),
    ("timed out", "host-unreachable"),
    ("No route to host", "host-unreachable"),
    ("rigdyno-old-python", "host-old-python"),
    ("not found", "host-python"),
    ("No such file", "host-python"),
)
"""Parts of messages that `ssh`, a shell or `BOOTSTRAP` write to stderr, and the code of the failure that they mean."""


@dataclass(frozen=True, slots=True)
class SshWorkerCommand(WorkerCommand):
    """The command of a worker on another computer, where `env` sets its environment before Python starts."""

    computer: SshComputer | None = None
    is_remote: ClassVar[bool] = True

    def start(self) -> subprocess.Popen[bytes]:
        """Connect and send the package. The rest of stdin is the worker's. Raises OSError without an ssh client."""
        assert self.computer
        return self.computer.start(*self.command[1:], environment=self.environment)


@dataclass(frozen=True)
class SshComputer:
    """A computer that is reached over ssh."""

    host: Host
    options: tuple[str, ...] = ()
    """More options for `ssh`."""

    @property
    def name(self) -> str:
        """Its results are kept under the name that `ssh` is given."""
        return self.host.target

    def inspect(self) -> Machine:
        """What is in it, without torch. Raises SessionError where it cannot be reached; its code says why."""
        machine = self._asked("inspect", Machine)
        name = f"{machine.value('host.model') or ''} ({self.host.target})".strip()
        known = machine.readings.get("host.model")
        if known is None:
            return machine
        return replace(machine, readings=machine.readings | {"host.model": replace(known, value=name, reason="")})

    def gpus(self) -> tuple[tuple[Gpu, ...], str]:
        """(its NVIDIA GPUs, woken; or why there are none). Raises SessionError."""
        return self._asked("gpus", tuple[tuple[Gpu, ...], str])

    def load_of_others(self) -> float | None:
        """None: the sensors tell it from the first seconds of the check on."""
        return None

    def neighbours(self) -> Callable[[], tuple[Neighbour, ...]]:
        """Never any: the names of other people's programs stay on their computer."""
        return tuple

    def worker_command(self, threads: int, wait_policy: str) -> WorkerCommand:
        """How to start a worker there."""
        return SshWorkerCommand((self.host.target, WORKER[-1]), threads, wait_policy, computer=self)

    def sensor_watcher(
        self, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> SensorWatcher:
        """A watcher that samples over a connection of its own."""
        return SshSensorWatcher(self, clock, on_sample, period_s, gpus)

    def start(self, module: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Run a module of this package there, with pipes on all three streams. Raises OSError without an ssh client."""
        inspects = module == AGENT
        packed = package_as_zip(INSPECTING if inspects else TRAINING, with_data=not inspects)
        asked = {VARIABLE: os.environ[VARIABLE]} if VARIABLE in os.environ else {}
        variables = [f"{name}={value}" for name, value in {**asked, **(environment or {})}.items()]
        remote = ["env", *variables, self.host.python, "-c", BOOTSTRAP, str(len(packed)), module, *arguments]
        port = ("-p", str(self.host.port)) if self.host.port else ()
        command = [_client(), *OPTIONS, *self.options, *port, "--", self.host.target, shlex.join(remote)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=foreign_environment(), creationflags=NO_CONSOLE_WINDOW
        )
        assert process.stdin
        with contextlib.suppress(OSError):  # ssh could not connect: its stderr says why
            process.stdin.write(packed)
            process.stdin.flush()
        return process

    def _asked(self, task: str, kind: type[Answer]) -> Answer:
        process = None
        try:
            process = self.start(AGENT, task)
            told, trouble = process.communicate(timeout=INSPECT_TIMEOUT_S)
        except OSError as error:
            raise SessionError(Failure("host-no-client", str(error.strerror or error))) from error
        except subprocess.TimeoutExpired:
            raise SessionError(Failure("host-unreachable", self.host.target)) from None
        finally:
            if process and process.poll() is None:
                process.kill()
                process.communicate()
        if process.returncode:
            raise SessionError(self.failure_of(trouble or told, process.returncode))
        return _answer(told, kind)

    def failure_of(self, trouble: bytes, code: int) -> Failure:
        """The failure that messages on stderr and an exit code mean."""
        said = trouble.decode("utf-8", "replace").strip()
        known = next((known for sign, known in _TROUBLE if sign.lower() in said.lower()), "host-failed")
        last = said.splitlines()[-1][:200] if said else f"exit code {code}"
        about = {"host-python": self.host.python, "host-old-python": self.host.python, "host-failed": last}
        return Failure(known, about.get(known, self.host.target))


def _answer(told: bytes, kind: type[Answer]) -> Answer:
    """The last line that is such an answer: others are what login shells and start files print. Raises SessionError."""
    trouble = "no answer"
    for line in reversed(told.splitlines()):
        begin = min((at for sign in (b"{", b"[") if (at := line.find(sign)) >= 0), default=0)
        try:
            return msgspec.json.decode(line[begin:], type=kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            trouble = str(error)
    raise SessionError(Failure("protocol", trouble))


def _client() -> str:
    found = shutil.which("ssh")
    if found is None:
        raise FileNotFoundError(2, "there is no ssh client on this computer; install OpenSSH")
    return found
