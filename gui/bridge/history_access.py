"""The history for the window: each call returns a sentence where it failed, and none raises an error."""

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
from ...core.store.store_errors import TROUBLES, explain
from ...core.words.language import _
from ..words.text import words

T = TypeVar("T")


class Archive:
    """The stored results of the data folder.

    The sentence that a call returns is empty where it succeeded.
    """

    def __init__(self) -> None:
        self.damaged = False
        """Whether the last call failed because the database is damaged, for which `set_aside` helps."""

    def latest(self) -> tuple[Result | None, str]:
        """The latest result, judged by the current rules; None where there is none or it cannot be read."""
        entries, trouble = self.entries()
        if trouble or not entries:
            return None, trouble
        found, trouble = self.load([entries[0].id])
        return (found[0] if found else None), trouble

    def entries(self) -> tuple[list[Entry], str]:
        """The entries of all results, the latest first."""
        return self._tried(lambda history: history.entries(), [])

    def load(self, ids: Sequence[str]) -> tuple[list[Result], str]:
        """The whole results with these ids, judged by the current rules."""
        rules = scenarios.load_rules()
        return self._tried(lambda history: [result_files.judged(history.load(i), rules) for i in ids], [])

    def add(self, paths: Sequence[Path]) -> tuple[int, list[str]]:
        """Store results from files. Returns how many, and a sentence for each file that could not be read."""
        added, troubles = 0, []
        for path in paths:
            try:
                result = result_files.read(path)
            except TROUBLES as error:
                troubles.append(f"{path.name}: {explain(error, words)}")
                continue
            _, trouble = self._tried(partial(History.store, result=result), None)
            if trouble:
                return added, [*troubles, trouble]
            added += 1
        return added, troubles

    def export(self, entries: Sequence[Entry], folder: Path) -> str:
        """Write each result to a file in a folder; existing files are kept. Returns sentences about what was done."""
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
                    trouble = _("Not saved: {why}").format(why=explain(error, words))
            lines += [trouble] if trouble else []
        if written:
            lines.insert(0, _("Saved in {path}: {count}").format(path=folder, count=written))
        if there:
            lines.append(_("Already there and left unchanged: {names}").format(names=", ".join(there)))
        return "\n".join(dict.fromkeys(lines))

    def delete(self, ids: Sequence[str]) -> tuple[Deleted | None, str]:
        """Delete results. Returns what `restore` needs."""
        return self._tried(lambda history: history.delete(ids), None)

    def restore(self, deleted: Deleted) -> str:
        """Restore deleted results."""
        return self._tried(lambda history: history.restore(deleted), None)[1]

    def write(self, result_id: str, field: str, value: str) -> str:
        """Store a result's name or note."""

        def act(history: History) -> None:
            (history.rename if field == "name" else history.annotate)(result_id, value)

        return self._tried(act, None)[1]

    def set_aside(self) -> str:
        """Rename a damaged database, so that a new one is made. Returns a sentence about what was done."""
        aside, trouble = self._tried(lambda history: history.set_aside(), None)
        return trouble or (_("The damaged results are kept as {path}.").format(path=aside) if aside else "")

    def interrupted(self) -> list[InterruptedCheck]:
        """The checks that were interrupted; empty where they cannot be read."""
        nothing: list[InterruptedCheck] = []
        return self._tried(lambda history: interrupted_checks.interrupted_checks(history.path.parent), nothing)[0]

    def keep(self, left: InterruptedCheck) -> tuple[Result | None, str]:
        """Store an interrupted check as a partial result, and return it."""
        return self._tried(
            lambda history: interrupted_checks.keep(left, history.path.parent, scenarios.load_rules()), None
        )

    def discard(self, left: InterruptedCheck) -> str:
        """Delete what an interrupted check has left."""
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
            return instead, explain(error, words, path)
