"""Standard output that may break: a full disk, a closed pipe or a vanished terminal must not cost a measurement."""

from __future__ import annotations

import ctypes
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TextIO, cast

from ..records.child_channel import tell_windows

GONE = (errno.EPIPE, errno.EIO)
"""The reader has had enough (`| head`), or the terminal was closed: nobody is left to be told."""


class Outlet:
    """A text stream that remembers the first failure in `trouble` and drops what comes after it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._broken = False
        self.trouble = ""

    @classmethod
    @contextmanager
    def instead_of_stdout(cls, alone: bool = False) -> Iterator[Outlet]:
        """Put one in the place of `sys.stdout`; at the end what it holds is flushed, so that `trouble` is complete.

        `alone`: what C libraries write on standard output meanwhile goes to stderr, as it is no part of the JSON.
        """
        before = sys.stdout
        with _private_stdout() if alone else nullcontext(before) as stream:
            outlet = cls(stream)
            sys.stdout = cast(TextIO, outlet)
            try:
                yield outlet
            finally:
                outlet.flush()
                sys.stdout = before

    def write(self, text: str) -> int:
        """Write, or drop it."""
        if not self._broken:
            try:
                return self._stream.write(text)
            except OSError as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Flush, or remember why not."""
        if not self._broken:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def _give_up(self, error: OSError) -> None:
        self._broken = True
        if error.errno not in GONE:
            self.trouble = error.strerror or type(error).__name__
        with suppress(OSError, ValueError):  # what is left in the buffer would fail once more when Python ends
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


@contextmanager
def _private_stdout() -> Iterator[TextIO]:
    """`sys.stdout` on a file descriptor that no library knows, while descriptor 1 leads to stderr.

    Where the stream is not descriptor 1, as under a test, or is a console of Windows, which has no other, it stays.
    """
    before = sys.stdout
    try:
        usual = before.fileno() == 1 and isinstance(before, io.TextIOWrapper) and not _is_windows_console(before)
        kept = os.dup(1) if usual else None
        before.flush()
    except (OSError, ValueError, AttributeError):  # no stdout, or nobody reads it
        kept = None
    if kept is None:
        yield before
        return
    with Path(os.devnull).open("wb") as nowhere:
        # Without a stderr, descriptor 2 may be any file that was opened since.
        os.dup2(2 if sys.stderr else nowhere.fileno(), 1)
    tell_windows(1)
    try:
        with open(kept, "w", encoding=before.encoding, errors=before.errors, closefd=False) as stream:
            yield stream
    finally:
        ctypes.CDLL("ucrtbase" if os.name == "nt" else None).fflush(None)  # what C libraries buffered is stderr's, too
        os.dup2(kept, 1)
        tell_windows(1)
        os.close(kept)


def _is_windows_console(stream: TextIO) -> bool:
    return os.name == "nt" and stream.isatty()
