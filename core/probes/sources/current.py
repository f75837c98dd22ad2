"""The one object that probes ask for files, calls and commands: this computer, unless another was put in its place.

A probe reads files by the functions of `system_sources`, and asks everything else by `answer`, with a name for the
question. So whatever probes learn can be recorded, and they can be shown a computer that is not there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol, TypeVar

Answer = TypeVar("Answer")


class AnswerError(OSError):
    """A recorded computer does not tell: "not recorded", or the error that it gave when it was asked."""


class Source(Protocol):
    """A computer, as probes ask it."""

    @property
    def platform(self) -> str:
        """As `sys.platform`: "linux", "win32" or "darwin"."""

    def text(self, path: Path, having: str) -> str | None:
        """The text of a file, stripped, only the lines that contain `having`; None where it is absent, unreadable or
        empty.
        """

    def exists(self, path: Path) -> bool:
        """Whether there is such a file or folder."""

    def link(self, path: Path) -> str | None:
        """Where a symbolic link leads; None where there is none."""

    def names(self, folder: Path, pattern: str) -> list[str]:
        """What matches a pattern such as "card*" or "drm/card*", as names or paths below it, sorted; empty where
        it cannot be listed.
        """

    def answer(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """What `ask` returns: text, bytes, numbers, or lists and dicts of them by text. Raises what it raises, and
        AnswerError. A tuple may come again as a list. What tells one computer from all others, as the firmware's table
        does by its serial numbers, must not be an answer: ask for what was read from it.
        """


class ThisComputer:
    """The computer that this program runs on."""

    @property
    def platform(self) -> str:
        """That of this Python."""
        return sys.platform

    def text(self, path: Path, having: str) -> str | None:
        """See `Source`."""
        try:
            whole = path.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            return None
        return with_lines(whole, having)

    def exists(self, path: Path) -> bool:
        """See `Source`."""
        return path.exists()

    def link(self, path: Path) -> str | None:
        """See `Source`."""
        try:
            return str(path.readlink())
        except OSError:
            return None

    def names(self, folder: Path, pattern: str) -> list[str]:
        """See `Source`."""
        try:
            return sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern))
        except OSError:
            return []

    def answer(self, question: str, ask: Callable[[], Answer]) -> Answer:  # noqa: ARG002
        """Asks; `question` is for those who record."""
        return ask()


THIS_COMPUTER = ThisComputer()
_current: ContextVar[Source] = ContextVar("source", default=THIS_COMPUTER)


def source() -> Source:
    """Whom probes ask now."""
    return _current.get()


@contextmanager
def asking(other: Source) -> Iterator[None]:
    """Within the block, probes of this thread ask `other`."""
    before = _current.set(other)
    try:
        yield
    finally:
        _current.reset(before)


def answer(question: str, ask: Callable[[], Answer]) -> Answer:
    """See `Source.answer`."""
    return source().answer(question, ask)


def platform() -> str:
    """See `Source.platform`."""
    return source().platform


def told(error: Exception) -> str:
    """An error as a reason, "PermissionError: …"; a recorded one as it was told then."""
    return str(error) if isinstance(error, AnswerError) else f"{type(error).__name__}: {error}"


def with_lines(whole: str, having: str) -> str | None:
    """The text stripped, of its lines only those with `having`; None where nothing is left."""
    if having:
        whole = "\n".join(line for line in whole.splitlines() if having in line)
    return whole.strip("\0 \n\t") or None
