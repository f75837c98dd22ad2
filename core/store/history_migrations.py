"""The tables of the history, and how a store of an earlier version gets those of today."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from .body_compression import compressed
from .history_entries import COLUMNS, computer_and_rate
from .result_files import from_json


class NewerStore(sqlite3.DatabaseError):
    """The store has `tables` of a version that this program does not know."""

    def __init__(self, path: Path, tables: int) -> None:
        super().__init__(f"{path} was written by a newer Rigdyno (tables {tables})")
        self.tables = tables


def bring_up_to_date(database: sqlite3.Connection, path: Path) -> None:
    """Give the opened store at `path` the tables of `SCHEMA`, whichever earlier version it has.

    All steps are one transaction, after a copy beside the store: whatever interrupts them, the store is as it was.
    Raises NewerStore, and OSError or another sqlite3.Error, for example on a full disk.
    """
    version = _version(database)
    if version > SCHEMA:
        raise NewerStore(path, version)
    if version == SCHEMA:
        return
    with database:
        database.execute("BEGIN IMMEDIATE")
        version = _version(database)  # another instance may have migrated it while this one waited
        if 0 < version < SCHEMA:
            _copy(path, path.with_suffix(f".v{version}.sqlite"))
        for number in range(version, SCHEMA):
            STEPS[number](database)
            database.execute(f"PRAGMA user_version = {number + 1}")
    if 0 < version < SCHEMA:
        # Gives the space of the uncompressed bodies back to the disk. Where that fails, as VACUUM needs room for a
        # second copy of the small store, or another instance is writing, the store works, and reuses the space itself.
        with suppress(sqlite3.OperationalError):
            database.execute("VACUUM")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _copy(path: Path, copy: Path) -> None:
    """Copy the store, so that the copy is there whole or not at all. Raises OSError or sqlite3.Error."""
    partial = copy.with_name(copy.name + ".partial")
    try:
        partial.unlink(missing_ok=True)  # of a computer that was switched off: SQLite would find it damaged
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        partial.replace(copy)
    finally:
        partial.unlink(missing_ok=True)


def _create_results(database: sqlite3.Connection) -> None:
    """Version 1: the results."""
    database.execute(
        "CREATE TABLE results (id TEXT PRIMARY KEY, created TEXT NOT NULL, status TEXT NOT NULL, "
        "scenario INTEGER, trust TEXT, body BLOB NOT NULL)"
    )


def _add_names_and_figures(database: sqlite3.Connection) -> None:
    """Version 2: names and notes, and what a list shows. A damaged result stays listed, without its figures."""
    for column in ("name TEXT NOT NULL DEFAULT ''", "note TEXT NOT NULL DEFAULT ''"):
        database.execute(f"ALTER TABLE results ADD COLUMN {column}")
    for column in ("computer TEXT NOT NULL DEFAULT ''", "rate REAL"):
        database.execute(f"ALTER TABLE results ADD COLUMN {column}")
    for result_id, body in database.execute("SELECT id, body FROM results").fetchall():
        with suppress(ValueError):
            known = computer_and_rate(from_json(body))
            database.execute("UPDATE results SET computer = ?, rate = ? WHERE id = ?", (*known, result_id))


def _separate_bodies(database: sqlite3.Connection) -> None:
    """Version 3: the bodies compressed and in a table of their own, so that a list does not have to read them.

    The table is made anew, as SQLite before 3.35 cannot drop a column.
    """
    database.execute("ALTER TABLE results RENAME TO uncompressed")
    database.execute(
        "CREATE TABLE results (id TEXT PRIMARY KEY, created TEXT NOT NULL, status TEXT NOT NULL, "
        "scenario INTEGER, trust TEXT, name TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', "
        "computer TEXT NOT NULL DEFAULT '', rate REAL)"
    )
    database.execute("CREATE TABLE bodies (id TEXT PRIMARY KEY, body BLOB NOT NULL)")
    database.execute(f"INSERT INTO results ({COLUMNS}) SELECT {COLUMNS} FROM uncompressed")
    for result_id, body in database.execute("SELECT id, body FROM uncompressed"):
        kept = compressed(body) if isinstance(body, bytes) else body  # text was never a body: it stays as it is
        database.execute("INSERT INTO bodies (id, body) VALUES (?, ?)", (result_id, kept))
    database.execute("DROP TABLE uncompressed")


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create_results, _add_names_and_figures, _separate_bodies)
"""Step n makes version n + 1 of the tables from version n. A step that was released is never changed."""
SCHEMA = len(STEPS)
"""The version of today's tables; a store keeps its own in SQLite's user_version."""
