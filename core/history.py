"""Every result that this computer has seen, in one SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from .model import Result
from .results import from_json

SCHEMA = 1
"""Version of the tables, kept in SQLite's user_version. A new one comes with a numbered migration."""
BUSY_S = 10.0
"""Another instance writes for milliseconds; ten seconds of waiting means that something is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history; the whole result is loaded by its id."""

    id: str
    created: str
    status: str
    scenario: int | None
    trust: str | None


class History:
    """The store in `folder`. Each call opens the file, does its work in one transaction and closes it again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "results.sqlite"

    def store(self, result: Result) -> None:
        """Keep a result; one with the same id is replaced. Raises sqlite3.Error or OSError."""
        verdict = result.verdict
        row = (
            result.id,
            result.created,
            result.status,
            verdict.scenario if verdict else None,
            verdict.trust if verdict else None,
            msgspec.json.encode(result),
        )
        with closing(self._open()) as database, database:
            database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?)", row)

    def entries(self) -> list[Entry]:
        """All results, the latest first."""
        with closing(self._open()) as database:
            rows = database.execute("SELECT id, created, status, scenario, trust FROM results ORDER BY created DESC")
            return [Entry(*row) for row in rows]

    def load(self, result_id: str) -> Result:
        """One result whole. Raises KeyError where there is none of this id, ValueError where it is damaged."""
        with closing(self._open()) as database:
            row = database.execute("SELECT body FROM results WHERE id = ?", (result_id,)).fetchone()
        if row is None:
            raise KeyError(result_id)
        return from_json(row[0])

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=BUSY_S)
        try:
            with suppress(sqlite3.OperationalError):  # refused at once while another instance is doing the same
                database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA:
                raise sqlite3.DatabaseError(f"{self.path} was written by a newer Rigdyno (tables {version})")
            if version < SCHEMA:
                with database:
                    database.execute(
                        "CREATE TABLE IF NOT EXISTS results (id TEXT PRIMARY KEY, created TEXT NOT NULL, "
                        "status TEXT NOT NULL, scenario INTEGER, trust TEXT, body BLOB NOT NULL)"
                    )
                    database.execute(f"PRAGMA user_version = {SCHEMA}")
        except BaseException:
            database.close()
            raise
        return database
