"""Result files: JSON in and out, strictly typed, and the schema that is published with the program."""

from __future__ import annotations

import codecs
import gc
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
"""A check of an hour leaves less than a tenth of this behind; what is larger is not read at all."""
MOST_VALUES = 4_000_000
"""Counted by their commas. One of those sensors and windows takes 17 bytes and more, so that a file of `MAX_BYTES` has
fewer; one of nothing but "1," would take 30 times its size in memory."""
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What PowerShell and the Notepad of old begin a file with."""


class NoResultError(ValueError):
    """Why something is no result: a code of `failures.UNREADABLE` with its numbers; its text is the English sentence."""

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
    """A result from JSON. Raises NoResultError with the place of the first thing that does not belong."""
    try:
        with _uncollected():
            result = _decoder.decode(content)
        number = result.format
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        number = _format(content)  # what a newer one holds may only look damaged
        if number <= FORMAT:
            raise _no_result(content, error) from error
    if number > FORMAT:
        raise NoResultError("newer-format", format=str(number), known=FORMAT)
    return result


def _no_result(content: bytes, error: Exception) -> NoResultError:
    """What a decoder stumbled over, in words that are not the decoder's."""
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
    """The result in a file. Raises OSError, or NoResultError with the place of the first thing that does not belong.

    A pipe might never begin and a device never end: only a file is read, and no more of it than a result may have.
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
    """The same text as JSON has to be written."""
    if content.startswith(UTF16):
        try:
            return content.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise NoResultError("no-json") from error
    return content.removeprefix(codecs.BOM_UTF8)


def judged(result: Result, rules: Rulebook) -> Result:
    """The same measurements with the verdict that `rules` give; None where they are too few."""
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
    """Write a result file, whole or not at all. Raises OSError."""
    write_whole(path, to_json(result))


def file_name(result: Result, ending: str, whole: bool = False) -> str:
    """What to call a file of it: its date, and with `whole` the beginning of its id; a foreign one may say anything."""
    parts = [result.created[:10], *([result.id] if whole else [])]
    return "-".join(["rigdyno", *("".join(c for c in part if c.isalnum() or c == "-")[:12] for part in parts)]) + ending


def schema() -> bytes:
    """The JSON schema of a result file, as published in `resources/result.schema.json`."""
    described: dict[str, Any] = msgspec.json.schema(Result)
    described["title"] = f"Rigdyno result, format {FORMAT}"
    return msgspec.json.format(msgspec.json.encode(described), indent=1) + b"\n"
