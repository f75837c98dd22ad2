"""A check on another computer over `ssh`: the user's own client and keys; nothing is needed there but torch.

The child side of this package travels with the connection into a private folder, which is removed at the end.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import shlex
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import TracebackType
from typing import ClassVar, TypeVar

import msgspec

from ..records.events import Failure
from ..records.machine import Gpu, Machine, Sample
from ..records.result import Neighbour
from .measured_computer import Watcher
from .protocol import MAX_LINE
from .ssh_host import Host
from .worker_command import UNSEEN, WORKER, Engine, outside
from .worker_session import SessionError

PATIENCE_S = 60.0
"""For looking at a computer: connecting takes 10 s at most, sending the package and starting Python the rest."""
OPTIONS = (
    *("-o", "BatchMode=yes"),  # asks for no password: nobody could answer
    *("-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=10"),
    *("-o", "ServerAliveCountMax=2"),  # a dead connection ends after 20 to 30 s
)
AGENT = "rigdyno.core.sensors.ssh_agent"
"""The module that looks at the other computer."""
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
"""What `ssh` and a shell write to stderr, and the code of the sentence that it becomes."""

_BOOTSTRAP = """
import io, os, shutil, signal, subprocess, sys, tempfile, zipfile
if sys.version_info < (3, 10):
    sys.exit("rigdyno-old-python %d.%d" % sys.version_info[:2])
size, packed = int(sys.argv[1]), b""
while len(packed) < size:
    part = os.read(0, min(65536, size - len(packed)))
    if not part:
        sys.exit(1)
    packed += part
folder = tempfile.mkdtemp(prefix="rigdyno-")
try:
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    run = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    run += "runpy.run_module(sys.argv.pop(1), None, '__main__', True)"
    child = subprocess.Popen([sys.executable, "-c", run, folder] + sys.argv[2:], env=dict(os.environ, TMPDIR=folder))
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: child.kill())
    code = child.wait()
finally:
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(code if code >= 0 else 128 - code)
"""
"""What runs there first: reads the package from stdin, of which the rest is the program's; and cleans up after it."""


@dataclass(frozen=True, slots=True)
class RemoteEngine(Engine):
    """A worker that is started there. Its environment is set by `env`, before its Python begins."""

    there: There | None = None
    far: ClassVar[bool] = True

    def start(self) -> subprocess.Popen[bytes]:
        """Connect, and send the package; the rest of stdin is the worker's. Raises OSError without an ssh client."""
        assert self.there
        return self.there.start(*self.command[1:], environment=self.environment)


@dataclass(frozen=True)
class There:
    """A computer over ssh."""

    host: Host
    options: tuple[str, ...] = ()
    """More options for `ssh`."""

    @property
    def name(self) -> str:
        """Results of it are kept under that."""
        return self.host.target

    def inspect(self) -> Machine:
        """Its readings, without torch. Raises SessionError with the code of why it could not be asked."""
        machine = self._asked("inspect", Machine)
        name = f"{machine.value('host.model') or ''} ({self.host.target})".strip()
        known = machine.readings.get("host.model")
        if known is None:
            return machine
        return replace(machine, readings=machine.readings | {"host.model": replace(known, value=name, reason="")})

    def gpus(self) -> tuple[tuple[Gpu, ...], str]:
        """Its NVIDIA GPUs, woken."""
        return self._asked("gpus", tuple[tuple[Gpu, ...], str])

    def load(self) -> float | None:
        """Not asked: the sensors tell it from the first seconds on."""
        return None

    def neighbours(self) -> Callable[[], tuple[Neighbour, ...]]:
        """Not asked: the names of strangers' programs stay where they are."""
        return tuple

    def engine(self, threads: int, wait_policy: str) -> Engine:
        """Starts workers there."""
        return RemoteEngine((self.host.target, WORKER[-1]), threads, wait_policy, there=self)

    def watcher(
        self, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> Watcher:
        """Its sensors, over a connection of their own."""
        return RemoteSampler(self, clock, on_sample, period_s, gpus)

    def start(self, module: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Run a module of this package there. Raises OSError where there is no ssh client."""
        looks = module == AGENT
        packed = package(LOOKING if looks else TRAINING, with_data=not looks)
        variables = [f"{name}={value}" for name, value in (environment or {}).items()]
        far = ["env", *variables, self.host.python, "-c", _BOOTSTRAP, str(len(packed)), module, *arguments]
        port = ("-p", str(self.host.port)) if self.host.port else ()
        command = [_client(), *OPTIONS, *self.options, *port, "--", self.host.target, shlex.join(far)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=outside(), creationflags=UNSEEN)
        assert process.stdin
        with contextlib.suppress(OSError):  # it could not connect: what it writes to stderr says why
            process.stdin.write(packed)
            process.stdin.flush()
        return process

    def _asked(self, task: str, kind: type[Answer]) -> Answer:
        process = None
        try:
            process = self.start(AGENT, task)
            told, trouble = process.communicate(timeout=PATIENCE_S)
        except OSError as error:
            raise SessionError(Failure("host-no-client", str(error.strerror or error))) from error
        except subprocess.TimeoutExpired:
            raise SessionError(Failure("host-unreachable", self.host.target)) from None
        finally:
            if process and process.poll() is None:
                process.kill()
                process.communicate()
        if process.returncode:
            raise SessionError(self.why(trouble, process.returncode))
        try:
            return msgspec.json.decode(told, type=kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise SessionError(Failure("protocol", str(error))) from error

    def why(self, trouble: bytes, code: int) -> Failure:
        """The failure behind what ssh, a shell or Python wrote to stderr."""
        said = trouble.decode("utf-8", "replace").strip()
        known = next((known for sign, known in _TROUBLE if sign.lower() in said.lower()), "host-failed")
        last = said.splitlines()[-1][:200] if said else f"exit code {code}"
        about = {"host-python": self.host.python, "host-old-python": self.host.python, "host-failed": last}
        return Failure(known, about.get(known, self.host.target))


class RemoteSampler:
    """The sensors of another computer, its times shifted onto our clock; where they cannot be had, there are none."""

    def __init__(
        self, there: There, clock: Callable[[], float], on_sample: Callable[[Sample], None], period_s: float, gpus: bool
    ) -> None:
        self._there, self._clock, self._on_sample = there, clock, on_sample
        self._arguments = "sample", str(period_s), str(int(gpus))
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._silent: dict[str, str] = {}

    @property
    def silent(self) -> dict[str, str]:
        """Why sensors told nothing, by their keys."""
        return dict(self._silent)

    @property
    def marks(self) -> dict[str, float]:
        """Not asked for: a server looks after itself."""
        return {}

    def watch(self, pid: int | None) -> None:
        """The worker that is being measured, by its process id there."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(f"{pid or ''}\n".encode())
                self._process.stdin.flush()

    def __enter__(self) -> RemoteSampler:
        with contextlib.suppress(OSError):
            self._process = self._there.start(AGENT, *self._arguments)
            self._thread = threading.Thread(target=self._read, name="rigdyno-far", daemon=True)
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
                continue  # whatever a login script prints
            shift = self._clock() - sample.t if shift is None else shift
            self._on_sample(Sample(sample.t + shift, sample.values))


def _client() -> str:
    found = shutil.which("ssh")
    if found is None:
        raise FileNotFoundError(2, "there is no ssh client on this computer; install OpenSSH")
    return found


TRAINING = ("core/records", "core/worker")
"""The folders that a computer needs to train: what a worker may import, see tests/test_architecture.py."""
LOOKING = ("core/records", "core/probes", "core/sensors")
"""The folders that a computer needs to be looked at."""


@functools.cache
def package(folders: tuple[str, ...] = TRAINING, with_data: bool = True) -> bytes:
    """Folders of this package and those inside of them as a zip file, and the data set for those who train on it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rigdyno/__init__.py", "")
        for folder in ("core", "resources"):
            place = files(f"rigdyno.{folder}") / "__init__.py"
            archive.writestr(f"rigdyno/{folder}/__init__.py", place.read_bytes())
        for folder in folders:
            _add(archive, files(f"rigdyno.{folder.replace('/', '.')}"), f"rigdyno/{folder}")
        if with_data:
            data = files("rigdyno.resources") / "data" / "fashion_mnist.npz"
            archive.writestr("rigdyno/resources/data/fashion_mnist.npz", data.read_bytes())
    return packed.getvalue()


def _add(archive: zipfile.ZipFile, folder: Traversable, name: str) -> None:
    for file in folder.iterdir():
        if file.is_dir() and file.name != "__pycache__":
            _add(archive, file, f"{name}/{file.name}")
        elif file.name.endswith(".py"):
            archive.writestr(f"{name}/{file.name}", file.read_bytes())
