"""Which programs the processor serves first: a worker and its parent ask for it before all others, while they measure.

Beside a program that kept one of two cores busy, a worker of raised priority trained at 0.98 to 1.0 of its quiet rate;
one of equal priority at 0.06 to 0.5. So where the system allows it, others no longer spoil a measurement.

Linux and macOS let only root raise a priority, or whom a limit permits it (`ulimit -e`); Windows lets everybody.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

WORKER, PARENT, PARENT_SESSION = -19, -20, -10
"""Niceness while a worker measures. The parent samples sensors and draws, so that it should come before the worker's
busy threads; -19 will do where a limit allows no more. Its terminal session, in which others may be busy, gets less:
enough to draw ten times a second. That is done for a window alone, as a terminal can wait for its line.
"""
ABOVE_NORMAL, HIGH = 0x8000, 0x80
"""Priority classes of Windows for the two, see SetPriorityClass. A thread of a higher class is served at once, so the
next class above that of others is enough for the worker."""
VARIABLE, KEEP = "RIGDYNO_PRIORITY", "normal"
"""The environment variable that forbids it, and its value."""


def raise_own(niceness: int = WORKER) -> bool:
    """Let this thread, and those that it starts from now on, be served first. Whether the system allows it."""
    if os.environ.get(VARIABLE) == KEEP:
        return False
    if sys.platform == "win32":
        return _set_class(ABOVE_NORMAL)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    except OSError:
        return False
    if os.getsid(0) == os.getpid():  # a worker has a session of its own
        _set_session(niceness)
    return True


@contextlib.contextmanager
def raised_parent() -> Iterator[bool]:
    """Let all threads of this program be served as early as a worker; yields whether the system allows it."""
    if os.environ.get(VARIABLE) == KEEP:
        yield False
    elif sys.platform == "win32":
        before = _class()
        try:
            yield _set_class(HIGH)
        finally:
            _set_class(before)
    else:
        before = os.getpriority(os.PRIO_PROCESS, 0)
        allowed = _renice_all(PARENT) or _renice_all(WORKER)
        try:
            yield allowed
        finally:
            if allowed:
                _renice_all(before)


def _renice_all(niceness: int) -> bool:
    """Give all threads of this process this niceness; Linux has one for each of them. Whether the first could be."""
    try:
        threads = [int(folder.name) for folder in Path("/proc/self/task").iterdir()]
    except OSError:
        threads = [0]
    done = 0
    for thread in threads:
        with contextlib.suppress(OSError):  # forbidden, or it has ended meanwhile
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
            done += 1
    return done > 0


@contextlib.contextmanager
def raised_session() -> Iterator[None]:
    """Let the terminal session of this program come before others, without which its window would stand still.

    Linux may share the processor among sessions first, and among the programs of each after that (sched_autogroup, see
    sched(7)).
    """
    before = _session()
    allowed = os.environ.get(VARIABLE) != KEEP and before is not None and _set_session(PARENT_SESSION)
    try:
        yield
    finally:
        if allowed and before is not None:
            _set_session(before)


def _session() -> int | None:
    """The niceness of this process's session, as in "/autogroup-12 nice 0"; None where the system has none."""
    try:
        return int(Path("/proc/self/autogroup").read_text(encoding="ascii").split()[-1])
    except (OSError, ValueError, IndexError):
        return None


def _set_session(niceness: int) -> bool:
    """Give the session of this process a niceness; whether the system has that, and allows it."""
    try:
        Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")
    except OSError:
        return False
    return True


def _class() -> int:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    return int(kernel.GetPriorityClass(_this_process(kernel)))


def _set_class(priority: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    return bool(kernel.SetPriorityClass(_this_process(kernel), priority))


def _this_process(kernel: object) -> object:
    """The handle of this process. As a number it would be cut to 32 bits, and 64-bit Windows would not know it."""
    import ctypes

    kernel.GetCurrentProcess.restype = ctypes.c_void_p  # type: ignore[attr-defined]
    return ctypes.c_void_p(kernel.GetCurrentProcess())  # type: ignore[attr-defined]
