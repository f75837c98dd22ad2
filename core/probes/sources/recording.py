"""This computer, with everything written down that probes ask it and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .current import THIS_COMPUTER, Answer, Source, told

ERROR, BYTES = "error", "hex"
"""The only key of an answer that is an error, and of one that is bytes."""


class Recorder:
    """Asks another source, and keeps its answers in the form in which `replay.Replay` gives them again."""

    def __init__(self, of: Source = THIS_COMPUTER) -> None:
        self._of = of
        self.files: dict[str, Any] = {}
        """By path: the text of a file, None where there is none; {"link": where it leads}; and for a folder, whose path
        ends in "/", the names in it.
        """
        self.answers: dict[str, Any] = {}
        """By question: what was answered, {"error": why not}, or {"hex": digits of bytes}."""

    @property
    def platform(self) -> str:
        """That of the computer that is asked."""
        return self._of.platform

    def text(self, path: Path, having: str) -> str | None:
        """See `Source`. Lines that no probe reads are not kept."""
        found = self._of.text(path, having)
        self.files[path.as_posix()] = found
        return found

    def exists(self, path: Path) -> bool:
        """See `Source`."""
        found = self._of.exists(path)
        self.files.setdefault(path.as_posix(), "" if found else None)
        return found

    def link(self, path: Path) -> str | None:
        """See `Source`. Only the last part of the place is kept, which is what probes read."""
        found = self._of.link(path)
        self.files[path.as_posix()] = None if found is None else {"link": Path(found).name}
        return found

    def names(self, folder: Path, pattern: str) -> list[str]:
        """See `Source`."""
        found = self._of.names(folder, pattern)
        if "/" not in pattern:
            self.files.setdefault(f"{folder.as_posix().rstrip('/')}/", [])
        for path in found:
            for part in (Path(path), *Path(path).parents[:-1]):
                key = f"{(folder / part).parent.as_posix().rstrip('/')}/"
                self.files[key] = sorted({*self.files.get(key, ()), part.name})
        return found

    def answer(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """See `Source`."""
        try:
            found = self._of.answer(question, ask)
        except Exception as error:
            self.answers[question] = {ERROR: told(error)}
            raise
        self.answers[question] = as_json(found)
        return found


def as_json(found: Any) -> Any:
    """An answer in the form of JSON, in which bytes are their digits."""
    if isinstance(found, bytes):
        return {BYTES: found.hex()}
    if isinstance(found, list | tuple):
        return [as_json(part) for part in found]
    if isinstance(found, dict):
        return {name: as_json(part) for name, part in found.items()}
    return found


def from_json(told: Any) -> Any:
    """The answer again. Raises ValueError where bytes are no digits."""
    if isinstance(told, list):
        return [from_json(part) for part in told]
    if isinstance(told, dict):
        if told.keys() == {BYTES} and isinstance(told[BYTES], str):
            return bytes.fromhex(told[BYTES])
        return {name: from_json(part) for name, part in told.items()}
    return told
