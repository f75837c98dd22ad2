"""Result files: JSON that is read with strict types, and the schema that is published with the program."""

from __future__ import annotations

import codecs
import gc
import inspect
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from ..records.result import FORMAT, Result
from ..records.verdict import Numbers
from ..reference import hardware_tables
from ..reference.scenarios import Rulebook
from ..verdict.judge import judge
from ..words.writer import english
from .data_folder import write_whole

MAX_BYTES = 64 * 2**20
"""A larger file is not read. The result of a check of an hour has less than a tenth of this."""
MOST_VALUES = 4_000_000
"""A file with more commas is not read. A value of a real result takes 17 bytes or more, so that a file of `MAX_BYTES`
has fewer; a file of nothing but "1," would take 30 times its size in memory."""
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""PowerShell and old versions of Notepad begin a file with one of these."""


class NoResultError(ValueError):
    """Why a file holds no result: a code of `failures.UNREADABLE` and its numbers. Its text is the English sentence."""

    def __init__(self, code: str, **numbers: float | int | str | None) -> None:
        super().__init__(english.sentence(code, numbers))
        self.code = code
        self.numbers: Numbers = numbers


class _Head(msgspec.Struct):
    format: int


_head, _decoder = msgspec.json.Decoder(_Head), msgspec.json.Decoder(Result)


def to_json(result: Result) -> bytes:
    """One result as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n"


def from_json(content: bytes) -> Result:
    """A result from JSON. Raises NoResultError, with the place of the first wrong value."""
    try:
        with _uncollected():
            result = _decoder.decode(content)
        number = result.format
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        number = _format(content)  # a newer format may only look damaged to this one
        if number <= FORMAT:
            raise _no_result(content, error) from error
    if number > FORMAT:
        raise NoResultError("newer-format", format=str(number), known=FORMAT)
    return result


def _no_result(content: bytes, error: Exception) -> NoResultError:
    """The error of the decoder as one of ours."""
    said = str(error)
    if not isinstance(error, msgspec.ValidationError):
        ends = "truncated" in said and content.lstrip()[:1] == b"{"
        return NoResultError("cut-short" if ends else "no-json")
    place = said.partition(" - at `$")[2].rstrip("`").lstrip(".")
    if missing := re.search(r"missing required field `(\w+)`", said):
        place = f"{place}.{missing[1]}".lstrip(".")
        return NoResultError("missing-field", place=place)
    return NoResultError("wrong-field", place=place) if place else NoResultError("other-json")


def _format(content: bytes) -> int:
    """The number of the format that a file states; 0 where it states none."""
    try:
        return _head.decode(content).format
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: it would take a third of the time of a decoder, and find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read(path: Path) -> Result:
    """The result in a file. Raises OSError, or NoResultError with the place of the first wrong value.

    Only regular files are read, as reading a pipe or a device may never end, and at most `MAX_BYTES` of them.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise NoResultError("no-file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NoResultError("too-large", mebibytes=MAX_BYTES >> 20)
    if content.count(b",") > MOST_VALUES:
        raise NoResultError("too-many", count=MOST_VALUES)
    return from_json(_utf8(content))


def _utf8(content: bytes) -> bytes:
    """The same text in UTF-8, which JSON requires, without a byte order mark."""
    if content.startswith(UTF16):
        try:
            return content.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise NoResultError("no-json") from error
    return content.removeprefix(codecs.BOM_UTF8)


def judged(result: Result, rules: Rulebook) -> Result:
    """The result with a new verdict by `rules`; the verdict is None where there are too few measurements."""
    verdict = judge(
        result.machine,
        result.runs,
        result.telemetry,
        rules,
        result.status == "complete",
        result.neighbours,
        hardware_tables.gpu_models(),
        result.driver_gpus,
    )
    return replace(result, verdict=verdict)


def write(result: Result, path: Path) -> None:
    """Write a result file; one that is interrupted leaves the old content. Raises OSError."""
    write_whole(path, to_json(result))


def file_name(result: Result, ending: str, whole: bool = False) -> str:
    """A name for a file of the result: its date, and with `whole` the beginning of its id.

    Both may come from a foreign file, so that only letters, digits and hyphens of them are used.
    """
    parts = [result.created[:10], *([result.id] if whole else [])]
    return "-".join(["rigdyno", *("".join(c for c in part if c.isalnum() or c == "-")[:12] for part in parts)]) + ending


def schema() -> bytes:
    """The JSON schema of a result file, as published in `resources/result.schema.json`."""
    described: dict[str, Any] = msgspec.json.schema(Result)
    described["title"] = f"Rigdyno result, format {FORMAT}"
    for record in described["$defs"].values():
        if "description" in record:
            record["description"] = inspect.cleandoc(record["description"])  # from Python 3.13 on it is so already
    return msgspec.json.format(msgspec.json.encode(described), indent=1) + b"\n"
