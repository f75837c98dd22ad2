"""The known language models, from `resources/decoders.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from ..records.workload import DecoderShape


@dataclass(frozen=True, slots=True)
class KnownDecoder:
    """A published model: its numbers, how many parameters it has, and where that is said."""

    shape: DecoderShape
    parameters: int
    source: str


@cache
def known_decoders() -> dict[str, KnownDecoder]:
    """All of the table, by name, such as "llama-3.2-1b"."""
    return parse_decoders((files("rigdyno.resources") / "decoders.toml").read_text(encoding="utf-8"))


def decoder(name: str) -> DecoderShape:
    """The numbers of a known model. Raises KeyError."""
    return known_decoders()[name].shape


def parse_decoders(text: str) -> dict[str, KnownDecoder]:
    """Models from TOML text: a table each. Raises ValueError that says what is wrong and where."""
    return {name: _known(name, table) for name, table in tomllib.loads(text).items()}


def _known(name: str, table: object) -> KnownDecoder:
    if not isinstance(table, dict):
        raise ValueError(f"decoders: {name} is no table")
    numbers = {key: value for key, value in table.items() if key not in ("parameters", "source")}
    if unknown := numbers.keys() - set(DecoderShape.__dataclass_fields__):
        raise ValueError(f"decoders: unknown key {min(unknown)} in {name}")
    try:
        shape = msgspec.convert(numbers, DecoderShape)
        return KnownDecoder(
            shape, msgspec.convert(table.get("parameters"), int), msgspec.convert(table.get("source"), str)
        )
    except msgspec.ValidationError as error:
        raise ValueError(f"decoders: {name}: {error}") from error


DECODERS: tuple[str, ...] = tuple(known_decoders())
"""Names of all known models, in the order of the table."""
