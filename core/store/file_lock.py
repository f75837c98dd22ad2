"""A lock on an open file. The system releases it when the process ends, also when it is killed."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    FAR = 2**40
    """The byte to lock. As no other process can read a locked byte on Windows, it lies behind the end of any file."""

    def lock(file: IO[bytes], wait: bool = True) -> None:
        """Lock the file until it is closed. Raises OSError where another process has the lock: after ten seconds, or at
        once without `wait`.
        """
        here = file.tell()
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(here)
else:
    import fcntl

    def lock(file: IO[bytes], wait: bool = True) -> None:
        """Lock the file until it is closed. Where another process has the lock, this waits for it, or raises OSError
        without `wait`.
        """
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
