"""A recorded computer without what tells it from all others: names, serial numbers, addresses.

The same number is replaced by the same word everywhere, so that a GPU still is the one that PyTorch names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from ...probes.sources.recording import BYTES
from ...store.machine_folder import FileAnswer, RecordedComputer, TorchAnswer
from .anonymised_text import UUID, scrub

_NUMBERED = (
    ("uuid", UUID),
    ("mac", re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")),
    # Sums of bytes have as many digits, but no letters.
    ("id", re.compile(r"\b(?=\d*[a-fA-F])[0-9a-fA-F]{16,}\b")),
)
_SERIAL_KEY = re.compile(r"(?i)serial|asset_tag")
_SERIAL_IN_JSON = re.compile(r'(?i)("[^"]*(?:serial|asset_tag)[^"]*"\s*:\s*)(?:"[^"]*"|\d+)')
"""In what a command printed."""
_SERIAL_LINE = re.compile(r"(?im)^((?:E:)?[^\n=:]*(?:serial|asset_tag)[^\n=:]*[=:][ \t]*)\S.*$")
"""In files of lines, as /proc/cpuinfo and those of udev are: "Serial : 1000", "E:MEMORY_DEVICE_0_SERIAL_NUMBER=12"."""
SERIAL = "<serial>"


def anonymised(computer: RecordedComputer) -> RecordedComputer:
    """The same computer, of which nothing tells whose it is."""
    clean = _Anonymiser()
    torch = msgspec.convert(clean.value(msgspec.to_builtins(computer.torch)), TorchAnswer)
    files: dict[str, FileAnswer] = clean.value(computer.files)
    return replace(computer, files=files, answers=clean.value(computer.answers), torch=torch)


class _Anonymiser:
    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._count: dict[str, int] = {}

    def value(self, told: Any) -> Any:
        """An answer with every text in it replaced, also those by which others are found."""
        if isinstance(told, str):
            return self.text(told)
        if isinstance(told, list | tuple):
            return [self.value(part) for part in told]
        if isinstance(told, dict):
            if set(told) == {BYTES}:  # bytes of a structure, in which probes ask for nothing that numbers a computer
                return told
            return {
                self.text(key): SERIAL if _SERIAL_KEY.search(key) and part is not None else self.value(part)
                for key, part in told.items()
            }
        return told

    def text(self, told: str) -> str:
        """A text with names and numbers replaced."""
        if told.strip().isdigit():  # an amount
            return told
        for kind, pattern in _NUMBERED:
            told = pattern.sub(self._numbered(kind), told)
        if told.lstrip()[:1] in ("{", "["):
            return scrub(_SERIAL_IN_JSON.sub(rf'\1"{SERIAL}"', told))
        return scrub(_SERIAL_LINE.sub(rf"\1{SERIAL}", told))

    def _numbered(self, kind: str) -> Callable[[re.Match[str]], str]:
        def instead(found: re.Match[str]) -> str:
            number = found[0].lower()
            if number not in self._known:
                self._count[kind] = self._count.get(kind, 0) + 1
                self._known[number] = f"<{kind}-{self._count[kind]}>"
            return self._known[number]

        return instead
