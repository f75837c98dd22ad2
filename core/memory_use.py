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
