"""A busy process that is nobody's child of ours, as a stranger's program would be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START = """
import subprocess, sys
quiet = subprocess.DEVNULL
spin = [sys.argv[1], "-c", f"while kill -0 {sys.argv[2]} 2>/dev/null; do :; done"]
print(subprocess.Popen(spin, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet).pid)
"""


@contextmanager
def busy(name: str, folder: Path) -> Iterator[int]:
    """The id of a process of this name that keeps one core busy until the end of the block, or of this process."""
    program = folder / name
    shutil.copy2(Path(shutil.which("sh") or "/bin/sh").resolve(), program)
    # The one that starts it ends at once, so that the busy one is init's child and not ours.
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _START, str(program), str(os.getpid())],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    pid = int(told.stdout)
    try:
        yield pid
    finally:
        os.kill(pid, 9)
