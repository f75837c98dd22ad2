"""Result files: JSON in and out, strictly typed, and the schema that is published with the program."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from . import reference
from .model import FORMAT, Result
from .paths import write_whole
from .scenarios import Rulebook
from .verdict import judge

MAX_BYTES = 64 * 2**20
"""A check of an hour leaves less than a tenth of this behind; what is larger is not read at all."""


class _Head(msgspec.Struct):
    format: int


_head, _decoder = msgspec.json.Decoder(_Head), msgspec.json.Decoder(Result)


def to_json(result: Result) -> bytes:
    """One result as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n"


def from_json(content: bytes) -> Result:
    """A result from JSON. Raises ValueError with the place of the first thing that does not belong."""
    try:
        with _uncollected():
            result = _decoder.decode(content)
        number = result.format
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        number = _format(content)  # what a newer one holds may only look damaged
        if number <= FORMAT:
            raise ValueError(f"not a Rigdyno result: {error}") from error
    if number > FORMAT:
        raise ValueError(f"format {number} is from a newer Rigdyno; this one reads up to {FORMAT}")
    return result


def _format(content: bytes) -> int:
    """The number of the format that a file says it has; 0 where it does not."""
    try:
        return _head.decode(content).format
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """All that a decoder makes is kept: looking for garbage in it would take a third of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read(path: Path) -> Result:
    """The result in a file. Raises OSError, or ValueError with the place of the first thing that does not belong."""
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 20} MiB, so not a Rigdyno result")
    return from_json(path.read_bytes())


def judged(result: Result, rules: Rulebook) -> Result:
    """The same measurements with the verdict that `rules` give; None where they are too few."""
    verdict = judge(
        result.machine,
        result.runs,
        result.telemetry,
        rules,
        result.status == "complete",
        result.neighbours,
        reference.gpus(),
    )
    return replace(result, verdict=verdict)


def write(result: Result, path: Path) -> None:
    """Write a result file, whole or not at all. Raises OSError."""
    write_whole(path, to_json(result))


def schema() -> bytes:
    """The JSON schema of a result file, as published in `resources/result.schema.json`."""
    described: dict[str, Any] = msgspec.json.schema(Result)
    described["title"] = f"Rigdyno result, format {FORMAT}"
    return msgspec.json.format(msgspec.json.encode(described), indent=1) + b"\n"
