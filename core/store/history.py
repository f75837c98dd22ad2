"""Every result that this computer has seen, in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from ..records.result import Result
from .body_compression import compressed, decompressed
from .history_entries import COLUMNS, LONGEST, Entry, computer_and_rate, entry
from .history_migrations import bring_up_to_date
from .result_files import from_json

BUSY_S = 10.0
"""Seconds to wait for another instance that writes. It takes milliseconds, or about a minute when it migrates 10,000
results; after that, SQLite's error says that the store is locked."""
WITH_BODY = f"SELECT {COLUMNS}, body FROM results LEFT JOIN bodies USING (id) WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Deleted:
    """What `History.restore` brings back: the columns of each deleted result, its body the last."""

    rows: tuple[tuple[object, ...], ...]


def damaged(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is broken, or is not one of its files."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)  # the higher bits say where


class History:
    """The store in `folder`. Each call opens the file, does its work in one transaction and closes it again.

    Every method raises sqlite3.Error where the file cannot be used, and OSError where a store of an earlier version
    cannot be copied.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "results.sqlite"

    def store(self, result: Result, name: str = "") -> None:
        """Keep a result, under a `name` where one is given. A stored result with the same id is replaced, but keeps
        its name and note.
        """
        verdict = result.verdict
        row = (
            result.id,
            result.created,
            result.status,
            verdict.scenario if verdict else None,
            verdict.trust if verdict else None,
            *computer_and_rate(result),
            name[:LONGEST],
        )
        body = compressed(msgspec.json.encode(result))
        with closing(self._open()) as database, database:
            database.execute(
                "INSERT INTO results (id, created, status, scenario, trust, computer, rate, name) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET created = excluded.created, "
                "status = excluded.status, scenario = excluded.scenario, trust = excluded.trust, "
                "computer = excluded.computer, rate = excluded.rate",
                row,
            )
            database.execute("INSERT OR REPLACE INTO bodies (id, body) VALUES (?, ?)", (result.id, body))

    def entries(self) -> list[Entry]:
        """All results, the latest first. Reads no bodies."""
        with closing(self._open()) as database:
            rows = database.execute(f"SELECT {COLUMNS} FROM results ORDER BY created DESC, id")
            return [entry(*row) for row in rows]

    def load(self, result_id: str) -> Result:
        """One result whole. Raises KeyError where no result has this id, ValueError where its body is damaged."""
        with closing(self._open()) as database:
            row = database.execute(WITH_BODY, (result_id,)).fetchone()
        if row is None:
            raise KeyError(result_id)
        return from_json(decompressed(row[-1]))

    def holds(self, result_id: str) -> bool:
        """Whether a result has this id."""
        with closing(self._open()) as database:
            return database.execute("SELECT 1 FROM results WHERE id = ?", (result_id,)).fetchone() is not None

    def rename(self, result_id: str, name: str) -> None:
        """Give a result a name; an empty one takes it away. Raises KeyError where no result has this id."""
        self._set("name", result_id, name)

    def annotate(self, result_id: str, note: str) -> None:
        """Keep a note beside a result. Raises KeyError where no result has this id."""
        self._set("note", result_id, note)

    def delete(self, ids: Iterable[str]) -> Deleted:
        """Delete results; `restore` brings back what is returned."""
        rows = []
        with closing(self._open()) as database, database:
            for result_id in ids:
                rows += database.execute(WITH_BODY, (result_id,)).fetchall()
                for table in ("results", "bodies"):
                    database.execute(f"DELETE FROM {table} WHERE id = ?", (result_id,))
        return Deleted(tuple(rows))

    def restore(self, deleted: Deleted) -> None:
        """Bring back what was deleted, except where a result of the same id has been stored since."""
        with closing(self._open()) as database, database:
            for *row, body in deleted.rows:
                places = ", ".join("?" * len(row))
                added = database.execute(f"INSERT OR IGNORE INTO results ({COLUMNS}) VALUES ({places})", row)
                if added.rowcount and body is not None:
                    database.execute("INSERT OR REPLACE INTO bodies (id, body) VALUES (?, ?)", (row[0], body))

    def set_aside(self) -> Path | None:
        """Give a damaged store another name, so that the next call begins a new one; returns that name.

        Returns None, and does nothing, where the store is sound. Raises OSError, and sqlite3.Error for other trouble.
        """
        try:
            with closing(self._open()) as database:
                if database.execute("PRAGMA quick_check").fetchone() == ("ok",):
                    return None
        except sqlite3.Error as error:
            if not damaged(error):
                raise
        stem, number = f"results.damaged-{date.today().isoformat()}", 1
        while (aside := self.path.with_name(f"{stem}{f'-{number}' if number > 1 else ''}.sqlite")).exists():
            number += 1
        self.path.rename(aside)
        for tail in ("-wal", "-shm"):  # SQLite would read them as those of the new store
            with suppress(FileNotFoundError):
                self.path.with_name(self.path.name + tail).rename(aside.with_name(aside.name + tail))
        return aside

    def _set(self, column: str, result_id: str, value: str) -> None:
        with closing(self._open()) as database, database:
            changed = database.execute(f"UPDATE results SET {column} = ? WHERE id = ?", (value[:LONGEST], result_id))
            if not changed.rowcount:
                raise KeyError(result_id)

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=BUSY_S)
        try:
            with suppress(sqlite3.OperationalError):  # refused at once while another instance does the same
                database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA trusted_schema = OFF")  # a foreign file's views and triggers
            bring_up_to_date(database, self.path)
        except BaseException:
            database.close()
            raise
        return database
