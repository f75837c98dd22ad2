"""Which Python with torch runs the worker, and the environment that it needs before torch is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from .. import PACKAGES_FIRST
from ..records.plan import ACTIVE, PASSIVE

THREADS, WAITING = ("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "OMP_WAIT_POLICY"
BUSY = {
    ACTIVE: {"GOMP_SPINCOUNT": "300000", "KMP_BLOCKTIME": "200"},
    PASSIVE: {"GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"},
}
"""How long a thread waits busily before it sleeps: in rounds for GNU's OpenMP, in milliseconds for LLVM's and Intel's.

Both figures are what they take on most processors where no policy is named. Named alone, ACTIVE means five minutes and
for ever: a worker without work then kept all cores busy, and the CPU of a computer with an H100 trained 83 images/s
instead of 8,000 while the GPU's worker waited for its turn. Training alone is as fast either way (0.99, six pairs).
"""
ALLOCATOR = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40)}
"""glibc keeps the memory that a step frees for the next one (mallopt(3)); other C libraries do not know these names.

By default it gives blocks over 32 MiB back at once and gets them anew in every step, each page by a fault: 2 GB of them
in a step of ResNet-18 with 128 images of 32 pixels. Without, steps of ResNet-18 and ResNet-50 took 0.7 of their time,
and a smaller batch, whose blocks are below the limit, no longer looks faster for its size than a larger one.
"""


UNSEEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""For a program of the terminal that is started from the window: without, Windows opens a terminal for it."""

WORKER = (sys.executable, "-P", "-m", "rigdyno.core.worker")
"""The command of the child that trains; a frozen program answers to it as Python does, see `gui/launch.py`."""
DRIVER_PROBE = (sys.executable, "-P", "-m", "rigdyno.core.shader_worker")
"""The command of the child that measures GPUs through their drivers alone."""


def together(team: Sequence[str], folder: str) -> tuple[str, ...]:
    """The module, with its arguments, of one rank for each device of `team`, which serve requests like one worker.

    torchrun leaves what it notes of failures in `folder`, or in the system's for such things.
    """
    notes = ("--log-dir", folder) if folder else ()
    here = ("--standalone", "--local-addr", "127.0.0.1", *notes, "--nproc-per-node", str(len(team)))
    return ("rigdyno.core.worker.distributed", *here, "-m", "--serve", "--devices", ",".join(team))


def outside(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for programs that are not ours: without the frozen program's own libraries, which PyInstaller's
    start puts first and whose place it keeps the former value of.
    """
    found = dict(environment)
    if getattr(sys, "frozen", False):
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            kept = found.pop(f"{name}_ORIG", "")
            found.pop(name, None)
            found |= {name: kept} if kept else {}
    return found


@dataclass(frozen=True, slots=True)
class Engine:
    """The command that starts a worker, its module the last word, and how its threads behave."""

    command: tuple[str, ...] = WORKER
    threads: int = 1
    wait_policy: str = ACTIVE
    packages: str = ""
    """A folder of Python packages that goes before all others: that of a pack."""
    far: ClassVar[bool] = False
    """Whether it runs on another computer: then what is started here is not the worker."""

    @property
    def environment(self) -> dict[str, str]:
        """What makes training fast before torch is imported; a plain loop can be given the same."""
        keep = ALLOCATOR if sys.platform == "linux" else {}
        waiting = {WAITING: self.wait_policy} | BUSY[self.wait_policy]
        return dict.fromkeys(THREADS, str(self.threads)) | waiting | keep

    def running(self, module: str, *arguments: str) -> Engine:
        """The same Python, with the same torch, in which another module is the worker."""
        before = self.command[:-1] if self.command[-1] == WORKER[-1] else WORKER[:-1]
        return replace(self, command=(*before, module, *arguments))

    def start(self) -> subprocess.Popen[bytes]:
        """Start the worker with pipes on all three streams. Raises OSError where it cannot.

        At the priority of this program: a nicer worker would be slower than the user's own training beside other
        programs, and a nicer parent would look at its sensors late. Neither asks for more, which takes root.
        """
        ours = self.command[0] == sys.executable
        base = dict(os.environ) if ours else outside()
        environment = base | self._before() | self.environment | {"PYTHONIOENCODING": "utf-8"}
        pipe = subprocess.PIPE
        # A process group of its own: Ctrl-C is the parent's to handle, so that a partial result can be saved.
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | UNSEEN
            return subprocess.Popen(
                self.command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, creationflags=flags
            )
        return subprocess.Popen(
            self.command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True
        )

    def _before(self) -> dict[str, str]:
        """What puts the packages first in the child, and in the ranks that it starts."""
        if not self.packages:
            return {}
        before = os.pathsep.join(filter(None, (self.packages, os.environ.get("PYTHONPATH"))))
        return {"PYTHONPATH": before, PACKAGES_FIRST: self.packages}
