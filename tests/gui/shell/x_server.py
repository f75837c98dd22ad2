"""A real X server for one test, of which nothing stays in the system's folders."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

SOCKETS = Path("/tmp/.X11-unix")


@contextlib.contextmanager
def x_server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Give Xvfb's process and the name of its display; one at a time in a test session.

    SIGTERM makes Xvfb remove its socket and its lock, but not the folder of the sockets, which it makes if missing.
    """
    with Path(tempfile.gettempdir(), "x-server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # else two tests would take each other's folder for the system's
        there_before = SOCKETS.exists()
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
        with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
            os.close(write)
            with os.fdopen(read) as told:
                number = told.readline().strip()
            assert number, "Xvfb did not start"
            try:
                yield server, f":{number}"
            finally:
                server.terminate()
        if not there_before:
            with contextlib.suppress(OSError):  # another program's socket is in it by now
                SOCKETS.rmdir()
