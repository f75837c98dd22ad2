"""The command that starts a worker, and the environment variables that it needs before torch is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from .. import PACKAGES_FIRST
from ..records.plan import ACTIVE, PASSIVE
from ..records.speed_variables import ALLOCATION, SPINNING, THREADS, WAITING, without_foreign

SPIN_TIMES = {
    ACTIVE: dict(zip(SPINNING, ("300000", "200"), strict=True)),
    PASSIVE: dict.fromkeys(SPINNING, "0"),
}
"""How long a thread waits busily before it sleeps: in rounds for GNU's OpenMP, in milliseconds for LLVM's and Intel's.

The figures for ACTIVE are the libraries' defaults without a policy. With OMP_WAIT_POLICY=ACTIVE alone, they wait busily
for five minutes and for ever. An idle worker then kept all cores busy: beside an H100, the CPU trained 83 images/s
instead of 8,000 while the GPU's worker waited for its turn. Training alone is as fast either way (0.99, six pairs).
"""
ALLOCATOR = dict(zip(ALLOCATION, ("0", str(2**40)), strict=True))
"""Variables with which glibc keeps the memory that a step frees for the next step, see mallopt(3); other C libraries
ignore them.

By default glibc returns blocks over 32 MiB to the system at once, and gets them again in every step with a fault for
each page: 2 GB in a step of ResNet-18 with 128 images of 32 pixels. With these variables, steps of ResNet-18 and
ResNet-50 took 0.7 of the time. Nor does a smaller batch, whose blocks are below that limit, look faster than a larger
one.
"""
NO_CONSOLE_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Creation flag: without it, Windows opens a console for a command that a program with a window starts."""

WORKER = (sys.executable, "-P", "-m", "rigdyno.core.worker")
"""The command of the worker, for this Python. A frozen program understands it as Python does, see `gui/launch.py`."""
SHADER_WORKER = (sys.executable, "-P", "-m", "rigdyno.core.shader_worker")
"""The command of the shader worker, which measures GPUs through their drivers alone."""


def torchrun_module(team: Sequence[str], folder: str) -> tuple[str, ...]:
    """The module, with its arguments, that starts a rank for each device of `team`; the ranks serve requests as a
    worker.

    torchrun writes its logs into `folder`; where that is empty, into the system's temporary folder.
    """
    notes = ("--log-dir", folder) if folder else ()
    here = ("--standalone", "--local-addr", "127.0.0.1", *notes, "--nproc-per-node", str(len(team)))
    return ("rigdyno.core.worker.distributed", *here, "-m", "--serve", "--devices", ",".join(team))


def foreign_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for programs that are not ours. A frozen program was started by PyInstaller with the folder of
    its own libraries in front, and with the former value in a variable `…_ORIG`, which this restores.
    """
    found = dict(environment)
    if getattr(sys, "frozen", False):
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            kept = found.pop(f"{name}_ORIG", "")
            found.pop(name, None)
            found |= {name: kept} if kept else {}
    return found


@dataclass(frozen=True, slots=True)
class WorkerCommand:
    """How a worker is started: the command, whose last word is a module; its threads, and how these wait."""

    command: tuple[str, ...] = WORKER
    threads: int = 1
    wait_policy: str = ACTIVE
    packages: str = ""
    """A folder of Python packages that come before all others: that of a pack. Empty: none."""
    keeps_memory: bool = True
    """Whether glibc keeps freed memory, see `ALLOCATOR`; without it the worker trains as a plain `python train.py`."""
    is_remote: ClassVar[bool] = False
    """Whether the worker runs on another computer, so that the process started here is not the worker."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables on which the speed of training depends. They work only if set before torch is imported."""
        keep = ALLOCATOR if self.keeps_memory and sys.platform == "linux" else {}
        waiting = {WAITING: self.wait_policy} | SPIN_TIMES[self.wait_policy]
        return dict.fromkeys(THREADS, str(self.threads)) | waiting | keep

    def with_module(self, module: str, *arguments: str) -> WorkerCommand:
        """The command of the same Python with another module, and its arguments, as the worker."""
        before = self.command[:-1] if self.command[-1] == WORKER[-1] else WORKER[:-1]
        return replace(self, command=(*before, module, *arguments))

    def start(self) -> subprocess.Popen[bytes]:
        """Start the worker, with pipes on all three streams. Raises OSError where that fails.

        It raises its own priority where the system allows that, see `process_priority.py`.
        """
        ours = self.command[0] == sys.executable
        base = dict(os.environ) if ours else foreign_environment()
        environment = without_foreign(base) | self._before() | self.environment | {"PYTHONIOENCODING": "utf-8"}
        pipe = subprocess.PIPE
        # A process group of its own: only the parent gets Ctrl-C, so that it can save a partial result.
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | NO_CONSOLE_WINDOW
            return subprocess.Popen(
                self.command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, creationflags=flags
            )
        return subprocess.Popen(
            self.command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True
        )

    def _before(self) -> dict[str, str]:
        """The variables that put `packages` first, in the worker and in the ranks that it starts."""
        if not self.packages:
            return {}
        before = os.pathsep.join(filter(None, (self.packages, os.environ.get("PYTHONPATH"))))
        return {"PYTHONPATH": before, PACKAGES_FIRST: self.packages}
