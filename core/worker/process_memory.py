"""The memory of this process: now, at its peak, and its limit; without psutil, which the worker does not have."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_PROC = Path("/proc/self")
LIMIT_FACTOR = 1.2
"""The limit as a multiple of what a run may take. That is 0.8 of the memory which was free at the start of the check,
so the limit is a little less than all of it.
"""
_MMAP_MAX, _TRIM_THRESHOLD = -4, -1
"""Parameters of mallopt(3), by their numbers in glibc's malloc.h. A threshold of -1 is the highest one."""
_before: list[tuple[int, int]] = []
"""Bytes that this process held before its first run, and its limit then."""


def current_memory() -> int | None:
    """Resident bytes now; None on systems other than Linux."""
    return _status("VmRSS")


def peak_memory() -> int | None:
    """The most resident bytes since `reset_peak_memory`; since the process began where the peak cannot be reset."""
    if (held := _status("VmHWM")) is not None:
        return held
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit if resource else None


def reset_peak_memory() -> None:
    """Forget the peak so far. Only Linux can."""
    with suppress(OSError):
        (_PROC / "clear_refs").write_text("5", encoding="ascii")


def limit_memory(allowed: int | None) -> None:
    """Limit the memory of this process to little more than the `allowed` bytes, so that a run fails before the computer
    swaps although it was estimated to fit. None: no limit.

    Only on Linux. Callers pass None where there is an accelerator, since its driver maps more memory than it uses.
    """
    if sys.platform != "linux" or resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if not _before:
        _before.append((_status("VmData") or 0, soft))
    held, own = _before[0]
    limits = [n for n in (own, held + int(LIMIT_FACTOR * allowed) if allowed else own) if n != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits, default=resource.RLIM_INFINITY), hard))


def return_freed_memory() -> None:
    """Give freed memory back to the system: glibc keeps it, see `ALLOCATOR` in `session/worker_command.py`."""
    if library := _glibc():
        library.malloc_trim(0)


def keep_freed_memory() -> bool:
    """From now on let glibc keep the memory that is freed, as `ALLOCATOR` does from the start; whether it does."""
    library = _glibc()
    return bool(library and library.mallopt(_MMAP_MAX, 0) and library.mallopt(_TRIM_THRESHOLD, -1))


def _glibc() -> ctypes.CDLL | None:
    """The C library, if it is glibc."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if library and hasattr(library, "malloc_trim") else None


def _status(name: str) -> int | None:
    with suppress(OSError, ValueError):
        for line in (_PROC / "status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return None
