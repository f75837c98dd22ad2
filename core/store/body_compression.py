"""The body of a stored result: its JSON, compressed."""

from __future__ import annotations

import zlib

from .result_files import MAX_BYTES, NoResultError

LEVEL = 6
"""Of zlib's 1 to 9. Measured on the results of four checks (126 to 276 kB): level 6 leaves 17 to 29 % of a result and
takes 2 to 8 ms; level 1 leaves 12 to 18 % more, and level 9 saves 1 to 4 % more for two to four times the time."""
LARGEST = 4 * MAX_BYTES
"""Bytes of JSON. A file of `MAX_BYTES` grows when it is imported, as missing fields are stored with their defaults."""


def compressed(body: bytes) -> bytes:
    """The JSON of one result as the history keeps it."""
    return zlib.compress(body, LEVEL)


def decompressed(stored: object) -> bytes:
    """The JSON again, byte for byte. Raises NoResultError where the stored bytes are damaged, or none.

    No more than `LARGEST` is unpacked: a few kilobytes of a foreign file could fill the memory.
    """
    stream = zlib.decompressobj()
    try:
        body = stream.decompress(stored if isinstance(stored, bytes) else b"", LARGEST)
    except zlib.error as error:
        raise NoResultError("no-json") from error
    if not stream.eof:
        raise NoResultError("cut-short")
    return body
