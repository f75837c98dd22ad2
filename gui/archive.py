"""The history for the window: every call says what went wrong in one sentence, and nothing is ever thrown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from ..core import results, scenarios
from ..core.history import Deleted, Entry, History
from ..core.model import Result
from ..core.paths import data_folder
from .text import tr

T = TypeVar("T")
TROUBLES = (OSError, ValueError, KeyError, sqlite3.Error)


class Archive:
    """The stored results of the data folder."""

    def latest(self) -> tuple[Result | None, str]:
        """The last stored result, judged by the rules of today; None where there is none, and why it cannot be read."""
        entries, trouble = self.entries()
        if trouble or not entries:
            return None, trouble
        found, trouble = self.load([entries[0].id])
        return (found[0] if found else None), trouble

    def entries(self) -> tuple[list[Entry], str]:
        """All results, the latest first."""
        return self._tried(lambda history: history.entries(), [])

    def load(self, ids: Sequence[str]) -> tuple[list[Result], str]:
        """These results whole, judged by the rules of today."""
        rules = scenarios.load()
        return self._tried(lambda history: [results.judged(history.load(i), rules) for i in ids], [])

    def add(self, paths: Sequence[Path]) -> tuple[int, list[str]]:
        """Take results from files; returns how many, and a sentence for each that could not be taken."""
        added, troubles = 0, []
        for path in paths:
            try:
                History(data_folder()).store(results.read(path))
                added += 1
            except TROUBLES as error:
                troubles.append(f"{path.name}: {getattr(error, 'strerror', None) or error}")
        return added, troubles

    def export(self, entries: Sequence[Entry], folder: Path) -> str:
        """Write each into a file of its own; returns what came of it."""
        found, trouble = self.load([entry.id for entry in entries])
        if trouble:
            return trouble
        for result in found:
            path = folder / f"rigdyno-{result.created[:10]}-{_safe(result.id)}.json"
            if path.exists():
                return tr("{path} is there already.").format(path=path)
            try:
                results.write(result, path)
            except OSError as error:
                return tr("Not saved: {why}").format(why=error.strerror or error)
        return tr("Saved in {path}").format(path=folder)

    def delete(self, ids: Sequence[str]) -> tuple[Deleted | None, str]:
        """Take results out; what is returned brings them back."""
        return self._tried(lambda history: history.delete(ids), None)

    def restore(self, deleted: Deleted) -> str:
        """Bring them back."""
        return self._tried(lambda history: history.restore(deleted), None)[1]

    def write(self, result_id: str, field: str, value: str) -> str:
        """Keep a name or a note."""

        def act(history: History) -> None:
            (history.rename if field == "name" else history.annotate)(result_id, value)

        return self._tried(act, None)[1]

    def _tried(self, act: Callable[[History], T], instead: T) -> tuple[T, str]:
        try:
            return act(History(data_folder())), ""
        except TROUBLES as error:
            return instead, tr("The stored results cannot be read: {why}").format(why=error)


def _safe(name: str) -> str:
    """An id as part of a file's name, whatever a foreign file says."""
    return "".join(c for c in name if c.isalnum())[:12]
