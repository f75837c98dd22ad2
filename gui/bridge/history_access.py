"""The history for the window: every call says what went wrong in one sentence, and nothing is ever thrown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from ...core.check import interrupted_checks
from ...core.check.interrupted_checks import InterruptedCheck
from ...core.records.result import Result
from ...core.reference import scenarios
from ...core.store import result_files
from ...core.store.data_folder import data_folder
from ...core.store.history import Deleted, History, damaged
from ...core.store.history_entries import Entry
from ...core.store.store_errors import TROUBLES, told
from ...core.words.language import _
from ..words.text import words

T = TypeVar("T")


class Archive:
    """The stored results of the data folder."""

    def __init__(self) -> None:
        self.damaged = False
        """Whether the last call failed as the file of the results is broken: `set_aside` helps."""

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
        rules = scenarios.load_rules()
        return self._tried(lambda history: [result_files.judged(history.load(i), rules) for i in ids], [])

    def add(self, paths: Sequence[Path]) -> tuple[int, list[str]]:
        """Take results from files; returns how many, and a sentence for each that could not be taken."""
        added, troubles = 0, []
        for path in paths:
            try:
                result = result_files.read(path)
            except TROUBLES as error:
                troubles.append(f"{path.name}: {told(error, words)}")
                continue
            _, trouble = self._tried(partial(History.store, result=result), None)
            if trouble:
                return added, [*troubles, trouble]
            added += 1
        return added, troubles

    def export(self, entries: Sequence[Entry], folder: Path) -> str:
        """Write each into a file of its own, except where one is there already; returns what came of it."""
        there, lines, written = [], [], 0
        for entry in entries:
            found, trouble = self.load([entry.id])
            for result in found:
                path = folder / result_files.file_name(result, ".json", whole=True)
                if path.exists():
                    there.append(path.name)
                    continue
                try:
                    result_files.write(result, path)
                    written += 1
                except OSError as error:
                    trouble = _("Not saved: {why}").format(why=told(error, words))
            lines += [trouble] if trouble else []
        if written:
            lines.insert(0, _("Saved in {path}: {count}").format(path=folder, count=written))
        if there:
            lines.append(_("Already there and left unchanged: {names}").format(names=", ".join(there)))
        return "\n".join(dict.fromkeys(lines))

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

    def set_aside(self) -> str:
        """Keep a damaged store under another name, so that a new one begins; returns what came of it."""
        aside, trouble = self._tried(lambda history: history.set_aside(), None)
        return trouble or (_("The damaged results are kept as {path}.").format(path=aside) if aside else "")

    def leftovers(self) -> list[InterruptedCheck]:
        """What interrupted checks have left behind; nothing where that cannot be read."""
        nothing: list[InterruptedCheck] = []
        return self._tried(lambda history: interrupted_checks.interrupted_checks(history.path.parent), nothing)[0]

    def keep(self, left: InterruptedCheck) -> tuple[Result | None, str]:
        """Make a partial result of it."""
        return self._tried(
            lambda history: interrupted_checks.keep(left, history.path.parent, scenarios.load_rules()), None
        )

    def discard(self, left: InterruptedCheck) -> str:
        """Delete it."""
        return self._tried(lambda _: interrupted_checks.discard(left), None)[1]

    def _tried(self, act: Callable[[History], T], instead: T) -> tuple[T, str]:
        path = Path()
        self.damaged = False
        try:
            history = History(data_folder())
            path = history.path
            return act(history), ""
        except TROUBLES as error:
            self.damaged = isinstance(error, sqlite3.Error) and damaged(error)
            return instead, told(error, words, path)
