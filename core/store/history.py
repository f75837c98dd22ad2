"""Every result that this computer has seen, in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from ..analysis.forecast import headline_rates
from ..records.events import MAX_COUNT
from ..records.result import Result
from .result_files import from_json

BUSY_S = 10.0
"""Another instance writes for milliseconds; ten seconds of waiting means that something is wrong."""
COLUMNS = "id, created, status, scenario, trust, name, note, computer, rate"
LONGEST = 2000
"""Letters of a name or a note that are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history; the whole result is loaded by its id.

    `name` and `note` are the user's; `computer` names processor and GPUs; `rate` is the small network's images/s on
    the fastest device.
    """

    id: str
    created: str
    status: str
    scenario: int | None
    trust: str | None
    name: str = ""
    note: str = ""
    computer: str = ""
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """What `History.restore` takes back, as it was."""

    rows: tuple[tuple[object, ...], ...]


class NewerStore(sqlite3.DatabaseError):
    """The store has `tables` of a version that this program does not know."""

    def __init__(self, path: Path, tables: int) -> None:
        super().__init__(f"{path} was written by a newer Rigdyno (tables {tables})")
        self.tables = tables


def damaged(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is broken, or is none of its files."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)  # the rest of it says where


class History:
    """The store in `folder`. Each call opens the file, does its work in one transaction and closes it again.

    Every method raises sqlite3.Error where the file cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "results.sqlite"

    def store(self, result: Result, name: str = "") -> None:
        """Keep a result, under a `name` where it has one. One with the same id is replaced, and keeps its name and its
        note. Raises OSError too.
        """
        verdict = result.verdict
        row = (
            result.id,
            result.created,
            result.status,
            verdict.scenario if verdict else None,
            verdict.trust if verdict else None,
            msgspec.json.encode(result),
            *_known(result),
            name[:LONGEST],
        )
        with closing(self._open()) as database, database:
            database.execute(
                "INSERT INTO results (id, created, status, scenario, trust, body, computer, rate, name) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET created = excluded.created, "
                "status = excluded.status, scenario = excluded.scenario, trust = excluded.trust, "
                "body = excluded.body, computer = excluded.computer, rate = excluded.rate",
                row,
            )

    def entries(self) -> list[Entry]:
        """All results, the latest first."""
        with closing(self._open()) as database:
            rows = database.execute(f"SELECT {COLUMNS} FROM results ORDER BY created DESC, id")
            return [_entry(*row) for row in rows]

    def load(self, result_id: str) -> Result:
        """One result whole. Raises KeyError where there is none of this id, ValueError where it is damaged."""
        with closing(self._open()) as database:
            row = database.execute("SELECT body FROM results WHERE id = ?", (result_id,)).fetchone()
        if row is None:
            raise KeyError(result_id)
        return from_json(row[0] if isinstance(row[0], bytes) else b"")

    def holds(self, result_id: str) -> bool:
        """Whether there is a result of this id."""
        with closing(self._open()) as database:
            return database.execute("SELECT 1 FROM results WHERE id = ?", (result_id,)).fetchone() is not None

    def rename(self, result_id: str, name: str) -> None:
        """Give a result a name of the user's; an empty one takes it away. Raises KeyError where it is gone."""
        self._set("name", result_id, name)

    def annotate(self, result_id: str, note: str) -> None:
        """Keep a note beside a result. Raises KeyError where it is gone."""
        self._set("note", result_id, note)

    def delete(self, ids: Iterable[str]) -> Deleted:
        """Take results out; what is returned brings them back."""
        rows = []
        with closing(self._open()) as database, database:
            for result_id in ids:
                rows += database.execute("SELECT * FROM results WHERE id = ?", (result_id,)).fetchall()
                database.execute("DELETE FROM results WHERE id = ?", (result_id,))
        return Deleted(tuple(rows))

    def restore(self, deleted: Deleted) -> None:
        """Bring back what was deleted; what has come under the same id since stays."""
        with closing(self._open()) as database, database:
            for row in deleted.rows:
                places = ", ".join("?" * len(row))
                database.execute(f"INSERT OR IGNORE INTO results VALUES ({places})", row)

    def set_aside(self) -> Path | None:
        """Give a damaged store another name, so that the next call begins a new one; returns that name.

        None, and nothing done, where the store is sound. Raises OSError, and sqlite3.Error for any other trouble.
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
        for tail in ("-wal", "-shm"):  # SQLite would take them for the new store's
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
            with suppress(sqlite3.OperationalError):  # refused at once while another instance is doing the same
                database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA trusted_schema = OFF")  # the file may be a stranger's: its views and triggers too
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA:
                raise NewerStore(self.path, version)
            if version < SCHEMA:
                self._migrate(database)
        except BaseException:
            database.close()
            raise
        return database

    def _migrate(self, database: sqlite3.Connection) -> None:
        """From any earlier version, step by step, after a copy of what was there."""
        database.execute("BEGIN IMMEDIATE")  # another instance may be doing the same
        with database:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if 0 < version < SCHEMA:
                with closing(sqlite3.connect(self.path)) as source:
                    source.backup(copy := sqlite3.connect(self.path.with_suffix(f".v{version}.sqlite")))
                    copy.close()
            for number in range(version, SCHEMA):
                STEPS[number](database)
                database.execute(f"PRAGMA user_version = {number + 1}")


def _entry(*row: object) -> Entry:
    """A row as it should be, whatever SQLite lets stand in its columns."""
    result_id, created, status, scenario, trust, name, note, computer, rate = row
    return Entry(
        _text(result_id),
        _text(created),
        _text(status),
        scenario=scenario if isinstance(scenario, int) and scenario in (1, 2, 3, 4) else None,
        trust=_text(trust) or None,
        name=_text(name),
        note=_text(note),
        computer=_text(computer),
        rate=rate if isinstance(rate, float) and 0 < rate < MAX_COUNT else None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def label_of(result: Result) -> str:
    """What tells this computer from others in a list: its processor, and its GPUs."""
    names = [str(result.machine.value("cpu.model") or ""), *(gpu.name for gpu in result.machine.gpus)]
    return " · ".join(name for name in names if name)


def _known(result: Result) -> tuple[str, float | None]:
    """What the list shows of a result without loading it."""
    return label_of(result)[:LONGEST], max(headline_rates(result.runs).values(), default=None)


def _first(database: sqlite3.Connection) -> None:
    """The results themselves."""
    database.execute(
        "CREATE TABLE results (id TEXT PRIMARY KEY, created TEXT NOT NULL, status TEXT NOT NULL, "
        "scenario INTEGER, trust TEXT, body BLOB NOT NULL)"
    )


def _named(database: sqlite3.Connection) -> None:
    """Names and notes, and what the list shows. A damaged result stays in it, without its figures."""
    for column in ("name TEXT NOT NULL DEFAULT ''", "note TEXT NOT NULL DEFAULT ''"):
        database.execute(f"ALTER TABLE results ADD COLUMN {column}")
    for column in ("computer TEXT NOT NULL DEFAULT ''", "rate REAL"):
        database.execute(f"ALTER TABLE results ADD COLUMN {column}")
    for result_id, body in database.execute("SELECT id, body FROM results").fetchall():
        with suppress(ValueError):
            known = _known(from_json(body))
            database.execute("UPDATE results SET computer = ?, rate = ? WHERE id = ?", (*known, result_id))


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _named)
"""Each makes the next version of the tables."""
SCHEMA = len(STEPS)
"""Version of the tables, kept in SQLite's user_version."""
