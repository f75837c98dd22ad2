"""Standard output that may break: a full disk, a closed pipe or a vanished terminal must not cost a measurement."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

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
    def instead_of_stdout(cls) -> Iterator[Outlet]:
        """Put one in the place of `sys.stdout`; at the end what it holds is flushed, so that `trouble` is complete."""
        before = sys.stdout
        outlet = cls(before)
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
