"""The memory that this process holds, has held and gives back; the worker has no psutil."""

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
SHARE = 1.2
"""Times what a run was allowed: a little less than all that was free at the check's start, of which that is 0.8."""
_before: list[tuple[int, int]] = []
"""What this process held before its first run, and the limit that it had then."""


def current() -> int | None:
    """Resident bytes now; None where the system does not tell a process about itself (not on Linux)."""
    return _status("VmRSS")


def peak() -> int | None:
    """The most resident bytes since `reset_peak`, or since the process began where that cannot be reset."""
    if (held := _status("VmHWM")) is not None:
        return held
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit if resource else None


def reset_peak() -> None:
    """Forget the peak so far; Linux alone can."""
    with suppress(OSError):
        (_PROC / "clear_refs").write_text("5", encoding="ascii")


def cap(allowed: int | None) -> None:
    """Refuse this process memory beyond what a run is `allowed`, so that it fails before the computer swaps.

    An upper end for the estimates that plans are refused by. Linux alone can; drivers of accelerators map more than
    they use, so where there is one there is no cap (None).
    """
    if sys.platform != "linux" or resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if not _before:
        _before.append((_status("VmData") or 0, soft))
    held, own = _before[0]
    limits = [n for n in (own, held + int(SHARE * allowed) if allowed else own) if n != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits, default=resource.RLIM_INFINITY), hard))


def release() -> None:
    """Give freed memory back to the system where glibc was told to keep it, see `engine.ALLOCATOR`."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if hasattr(library, "malloc_trim"):
            library.malloc_trim(0)


def _status(name: str) -> int | None:
    with suppress(OSError, ValueError):
        for line in (_PROC / "status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return None
