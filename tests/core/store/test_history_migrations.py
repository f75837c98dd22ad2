"""A store of an earlier version is taken over whole, or stays as it is where that is interrupted."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from rigdyno.core.store.body_compression import decompressed
from rigdyno.core.store.history import History
from rigdyno.core.store.history_migrations import SCHEMA

STORES = Path(__file__).parents[1] / "stores"


@pytest.fixture
def first(tmp_path):
    """A store as the first version made it: one with a verdict, one without, one damaged."""
    shutil.copy(STORES / "results.v1.sqlite", tmp_path / "results.sqlite")
    return History(tmp_path)


def test_a_store_of_the_first_version_is_taken_over_whole(first):
    listed = first.entries()
    assert [(e.id, e.scenario, e.computer, e.rate) for e in listed] == [
        ("id3", None, "", None),
        ("id2", None, "AMD EPYC", None),
        ("id1", 1, "Test 9000", pytest.approx(1500)),
    ], "the damaged one stays, without its figures"
    assert all((e.name, e.note) == ("", "") for e in listed)
    assert first.load("id1").verdict.scenario == 1
    with pytest.raises(ValueError, match="Not a Rigdyno result"):
        first.load("id3")


def test_the_store_before_a_migration_is_kept_as_a_copy(first):
    first.entries()
    with closing(sqlite3.connect(first.path.with_suffix(".v1.sqlite"))) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM results").fetchone() == (3,)


def test_two_programs_that_migrate_at_once(first):
    others = [History(first.path.parent) for _ in range(4)]
    counts = []
    threads = [threading.Thread(target=lambda h=h: counts.append(len(h.entries()))) for h in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [3] * 4


@pytest.fixture
def second(tmp_path):
    """A store as the second version made it, of three real results and a damaged one, two of them named and noted."""
    shutil.copy(STORES / "results.v2.sqlite", tmp_path / "results.sqlite")
    return History(tmp_path)


def rows(path: Path, question: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(question).fetchall()


LISTED = "SELECT id, created, status, scenario, trust, name, note, computer, rate FROM results ORDER BY id"


def test_a_store_of_the_second_version_is_taken_over_byte_for_byte(second):
    listed, bodies = rows(second.path, LISTED), dict(rows(second.path, "SELECT id, body FROM results"))
    assert len(bodies) == 4
    assert {e.name for e in second.entries()} == {"Büro „neu“", "kept name", ""}
    assert rows(second.path, LISTED) == listed
    kept = dict(rows(second.path, "SELECT id, body FROM bodies"))
    assert {name: decompressed(body) for name, body in kept.items()} == bodies
    for name in bodies.keys() - {"damaged"}:
        assert second.load(name).id == name
    with pytest.raises(ValueError, match="it ends too early"):
        second.load("damaged")
    assert rows(second.path.with_suffix(".v2.sqlite"), "SELECT id, body FROM results ORDER BY id") == sorted(
        bodies.items()
    )


def test_a_migration_gives_the_space_of_the_bodies_back(second):
    before = second.path.stat().st_size
    second.entries()
    assert second.path.stat().st_size < before / 1.5
    assert rows(second.path, "PRAGMA freelist_count") == [(0,)]


def test_a_body_that_is_no_blob_stays_listed_and_damaged(second):
    with closing(sqlite3.connect(second.path)) as database, database:
        database.execute("UPDATE results SET body = 'text' WHERE id = 'damaged'")
    assert len(second.entries()) == 4
    with pytest.raises(ValueError, match="Not a Rigdyno result"):
        second.load("damaged")


CRASH = """
import functools, os, sqlite3, sys
from pathlib import Path
from rigdyno.core.store import history, history_migrations
moment, folder = sys.argv[1], Path(sys.argv[2])
packed, steps, calls = history_migrations.compressed, history_migrations.STEPS, []
def crash(*_):
    os.kill(os.getpid(), 9)
def third(body):
    calls.append(body)
    return crash() if len(calls) == 3 else packed(body)
if moment == "copying":
    class Copying(sqlite3.Connection):
        def backup(self, target):
            super().backup(target, pages=3, progress=crash)
    sqlite3.connect = functools.partial(sqlite3.connect, factory=Copying)
elif moment == "compressing":
    history_migrations.compressed = third
elif moment == "about to commit":
    history_migrations.STEPS = (*steps[:-1], lambda database: (steps[-1](database), crash()))
history.History(folder).entries()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("moment", ["copying", "compressing", "about to commit"])
def test_a_migration_that_is_killed_leaves_the_old_store_and_is_done_the_next_time(second, moment):
    before = rows(second.path, "SELECT * FROM results ORDER BY id")
    done = subprocess.run([sys.executable, "-P", "-c", CRASH, moment, second.path.parent], check=False)
    assert done.returncode == -signal.SIGKILL
    assert rows(second.path, "PRAGMA user_version") == [(2,)]
    assert rows(second.path, "SELECT * FROM results ORDER BY id") == before
    assert len(second.entries()) == 4
    assert not list(second.path.parent.glob("*.partial*"))
    assert rows(second.path, "PRAGMA user_version") == [(SCHEMA,)]
    assert rows(second.path.with_suffix(".v2.sqlite"), "SELECT * FROM results ORDER BY id") == before


FULL = """
import resource, sys
from pathlib import Path
from rigdyno.core.store.history import History
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    print(len(History(Path(sys.argv[2])).entries()))
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize("room", [20_000, 60_000])
def test_a_migration_without_room_leaves_the_old_store(second, room):
    """A limit on the size of a file stands in for the disk: less than the copy needs, less than the new tables need."""
    before = rows(second.path, "SELECT * FROM results ORDER BY id")
    command = [sys.executable, "-P", "-c", FULL, str(room), second.path.parent]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "OperationalError\n"
    assert rows(second.path, "PRAGMA user_version") == [(2,)]
    assert rows(second.path, "SELECT * FROM results ORDER BY id") == before
    assert second.path.with_suffix(".v2.sqlite").exists() == (room > second.path.stat().st_size), "no half copy"
    assert len(second.entries()) == 4
