"""Large tensors of a part of a batch, allocated as those of the whole batch would be.

glibc keeps freed memory for the next step, but blocks over 32 MiB it takes from the system and returns each time, and
every page of them faults anew: a cost that a smaller batch, whose tensors are below the limit, would not show.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

_TRIM, _MAP = -1, -3
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h."""
LARGE = 32 * 2**20
"""Where glibc's own adjustment of the limit ends (DEFAULT_MMAP_THRESHOLD_MAX); it trims at twice that."""


def scaled(share: float, mallopt: Callable[[int, int], int] | None = None) -> bool:
    """From now on treat blocks as if they were 1/`share` as large; 1.0 goes back. False where it cannot be told to."""
    call = mallopt or _glibc()
    if call is None:
        return False
    large = max(1, round(LARGE * share))
    return bool(call(_MAP, large) and call(_TRIM, 2 * large))


def _glibc() -> Callable[[int, int], int] | None:
    """The C library's mallopt, where it is glibc's."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library.mallopt if hasattr(library, "gnu_get_libc_version") else None
