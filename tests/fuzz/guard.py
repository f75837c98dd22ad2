"""What a reader of hostile files must not do: write elsewhere, start a program, open a connection, or take too long."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

FORBIDDEN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect", "socket.bind",
             "socket.getaddrinfo", "socket.sendto", "exec", "ctypes.dlopen", "pickle.find_class", "urllib.Request",
             "webbrowser.open")  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
            "shutil.rmtree", "sqlite3.connect")  # fmt: skip


class BrokeOutError(BaseException):
    """The reader did what no file may make it do; no `except Exception` hides it."""


class TooLongError(BaseException):
    """One file held the reader up."""


class Guard:
    """Watches this process for good, by Python's audit events; they count while it is `armed`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._armed = str(folder.resolve()), False
        self.seen: list[str] = []
        sys.addaudithook(self._heard)

    @contextmanager
    def armed(self, seconds: float) -> Iterator[None]:
        """What happens in here is watched, and has so much of the processor's time."""
        before = signal.signal(signal.SIGPROF, self._rings)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        self._armed, self.seen = True, []
        try:
            yield
        finally:
            self._armed = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
        if self.seen:
            raise BrokeOutError(self.seen[0])

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._armed:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITING and not self._inside(path):
                self.seen.append(f"{path!r} was opened for writing")
        elif event in CHANGING:
            beside = event == "os.remove" and arguments[1] != -1  # in a folder that is open: a temporary one's
            if not beside and not self._inside(arguments[0]):
                self.seen.append(f"{event} {arguments[0]!r}")
        elif event in FORBIDDEN and not _ours(event, arguments):
            self.seen.append(f"{event} {arguments!r:.200}")

    def _inside(self, path: object) -> bool:
        if isinstance(path, int):  # a file that is open already
            return True
        written = os.path.realpath(os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else str(path))
        return written.startswith(self._folder + os.sep) or written == self._folder

    def _rings(self, _number: int, _frame: FrameType | None) -> None:
        raise TooLongError


def _ours(event: str, arguments: tuple[Any, ...]) -> bool:
    """The child that writes a worker's lines; and what is imported late: compiled code of ours, not of a file's."""
    if event == "exec":
        return getattr(arguments[0], "co_filename", "") not in ("<string>", "<stdin>", "")
    return event in ("subprocess.Popen", "os.posix_spawn") and arguments[0] == "/bin/cat"  # Python 3.13 tells both
