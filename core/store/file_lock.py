"""A lock on an open file that ends with the process that holds it, however that ends."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    FAR = 2**40
    """Windows lets nobody else read what is locked: a byte that no file of ours ever reaches."""

    def lock(file: IO[bytes], wait: bool = True) -> None:
        """Have the file to oneself until it is closed. Raises OSError where another one has it and does not let go."""
        here = file.tell()
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(here)
else:
    import fcntl

    def lock(file: IO[bytes], wait: bool = True) -> None:
        """Have the file to oneself until it is closed. Raises OSError where another one has it and does not let go."""
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
