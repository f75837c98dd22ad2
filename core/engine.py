"""Which Python with torch runs the worker, and the environment that it needs before torch is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

ACTIVE, PASSIVE = "ACTIVE", "PASSIVE"
"""OpenMP's ways to wait. Busy waiting is 1.6x faster on a quiet machine and 1.7x slower where a core is taken."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The command that starts a worker, and how its threads behave."""

    command: tuple[str, ...] = (sys.executable, "-P", "-m", "rigdyno.core.worker")
    threads: int = 1
    wait_policy: str = ACTIVE

    def start(self) -> subprocess.Popen[bytes]:
        """Start the worker with pipes on all three streams. Raises OSError where it cannot."""
        environment = dict(os.environ)
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            environment[name] = str(self.threads)
        environment["OMP_WAIT_POLICY"] = self.wait_policy
        environment["PYTHONIOENCODING"] = "utf-8"
        pipe = subprocess.PIPE
        # A process group of its own: Ctrl-C is the parent's to handle, so that a partial result can be saved.
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
            return subprocess.Popen(
                self.command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, creationflags=flags
            )
        return subprocess.Popen(
            self.command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True
        )
