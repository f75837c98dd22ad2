"""This computer, with everything written down that probes ask it and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .current import THIS_COMPUTER, Answer, Source, told

ERROR = "error"
"""The only key of an answer that is an error."""


class Recorder:
    """Asks another source, and keeps its answers in the form in which `replay.Replay` gives them again."""

    def __init__(self, of: Source = THIS_COMPUTER) -> None:
        self._of = of
        self.files: dict[str, Any] = {}
        """By path: the text of a file, None where there is none; {"link": where it leads}; and for a folder, whose path
        ends in "/", the names in it.
        """
        self.answers: dict[str, Any] = {}
        """By question: what was answered, or {"error": why not}."""

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
        key = f"{folder.as_posix().rstrip('/')}/"
        self.files[key] = sorted({*self.files.get(key, ()), *found})
        return found

    def answer(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """See `Source`."""
        try:
            found = self._of.answer(question, ask)
        except Exception as error:
            self.answers[question] = {ERROR: told(error)}
            raise
        self.answers[question] = found
        return found
