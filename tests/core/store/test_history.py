"""The store: it keeps, lists and replaces, for several programs at once, and leaves alone what it does not know."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from contextlib import closing
from dataclasses import replace

import pytest
from rigdyno.core.store.body_compression import LARGEST, decompressed
from rigdyno.core.store.history import History
from rigdyno.core.store.history_entries import Entry
from rigdyno.core.store.history_migrations import SCHEMA
from rigdyno.core.verdict.judge import judge

from tests.core.builders import RULES, job_run, machine, result, train_run


def at(day: int) -> str:
    return f"2026-11-{day:02}T05:00:00+00:00"


def test_it_keeps_lists_and_replaces(tmp_path):
    history = History(tmp_path)
    assert history.entries() == []
    for number in (2, 0, 1):
        history.store(result(number, at(20 + number)))
    history.store(replace(result(1, at(21)), status="partial"))
    assert [(e.id, e.status) for e in history.entries()] == [
        ("id2", "complete"),
        ("id1", "partial"),
        ("id0", "complete"),
    ]
    assert History(tmp_path).load("id2") == result(2, at(22)), "another instance reads the same"
    assert history.load("id1").status == "partial"


def test_the_list_tells_the_verdict(tmp_path):
    history = History(tmp_path)
    runs = (job_run("resnet18-small-images", 50),)
    verdict = judge(machine(), runs, [], RULES, complete=False)
    history.store(replace(result(1, at(2)), runs=runs, verdict=verdict))
    history.store(result(0, at(1)))
    assert history.entries() == [
        Entry("id1", at(2), "complete", 1, "D", computer="AMD EPYC"),
        Entry("id0", at(1), "complete", None, None, computer="AMD EPYC"),
    ]
    assert history.load("id1").verdict == verdict


def test_the_list_tells_the_rate_of_the_fastest_device(tmp_path):
    history = History(tmp_path)
    history.store(replace(result(), runs=(train_run(1500), train_run(9000, "cuda:0"))))
    assert [e.rate for e in history.entries()] == [pytest.approx(9000)]


def test_an_id_that_is_not_there(tmp_path):
    with pytest.raises(KeyError, match="id9"):
        History(tmp_path).load("id9")


def test_a_damaged_body_is_told_apart_from_a_missing_one(tmp_path):
    history = History(tmp_path)
    history.store(result())
    with closing(sqlite3.connect(history.path)) as database, database:
        database.execute("UPDATE bodies SET body = substr(body, 1, 100)")
    with pytest.raises(ValueError, match="Not a Rigdyno result"):
        history.load("id0")
    assert [e.id for e in history.entries()] == ["id0"], "the others can still be listed"


def test_a_file_that_is_no_store_is_left_alone(tmp_path):
    history = History(tmp_path)
    history.path.write_bytes(b"my diary " * 1000)
    for act in (history.entries, lambda: history.store(result())):
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            act()
    assert history.path.read_bytes() == b"my diary " * 1000


def test_a_damaged_store_is_kept_under_another_name(tmp_path):
    history = History(tmp_path)
    for number in range(2):
        history.path.write_bytes(b"my diary " * 1000)
        aside = history.set_aside()
        assert aside.name.startswith("results.damaged-")
        assert aside.read_bytes() == b"my diary " * 1000
        assert history.entries() == []
        assert len(list(tmp_path.glob("results.damaged-*"))) == number + 1, "none replaces another"


@pytest.mark.faults
def test_a_page_that_is_overwritten_makes_it_damaged(tmp_path):
    history = History(tmp_path)
    for number in range(40):
        history.store(result(number))
    with closing(sqlite3.connect(history.path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(history.path.read_bytes())
    content[8192:-4096] = b"x" * (len(content) - 12288)
    history.path.write_bytes(content)
    assert history.set_aside() is not None
    assert history.entries() == []


def test_a_sound_store_is_not_set_aside(tmp_path):
    history = History(tmp_path)
    history.store(result())
    assert history.set_aside() is None
    assert len(history.entries()) == 1


def test_what_is_gone_cannot_be_named(tmp_path):
    history = History(tmp_path)
    for act in (history.rename, history.annotate):
        with pytest.raises(KeyError, match="id9"):
            act("id9", "mine")


def test_a_store_of_a_newer_program_is_left_alone(tmp_path):
    history = History(tmp_path)
    history.store(result())
    with closing(sqlite3.connect(history.path)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    for act in (lambda: history.store(result(1)), history.entries, lambda: history.load("id0")):
        with pytest.raises(sqlite3.DatabaseError, match=f"newer Rigdyno .tables {SCHEMA + 1}"):
            act()
    with closing(sqlite3.connect(history.path)) as database:
        assert database.execute("SELECT count(*) FROM results").fetchone() == (1,)
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA + 1,)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(sqlite3.OperationalError):
        History(tmp_path / "no" / "such").store(result())


def test_a_reader_in_the_middle_does_not_stop_a_writer(tmp_path):
    one, two = History(tmp_path), History(tmp_path)
    one.store(result(1))
    with closing(sqlite3.connect(one.path)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT id FROM results").fetchall()
        two.store(result(2))
        assert reader.execute("SELECT id FROM results").fetchall() == before, "and the reader keeps its own view"
    assert {e.id for e in one.entries()} == {"id1", "id2"}


def test_a_writer_waits_for_another(tmp_path):
    history = History(tmp_path)
    history.store(result(1))
    with closing(sqlite3.connect(history.path, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, other.rollback)
        timer.start()
        history.store(result(2))
        timer.join()
    assert len(history.entries()) == 2


def test_a_new_store_that_another_program_is_just_making_is_waited_for(tmp_path):
    """SQLite refuses at once, without waiting, to turn on the write-ahead log while somebody is about to write."""
    history = History(tmp_path)
    with closing(sqlite3.connect(history.path, check_same_thread=False, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, other.execute, ["COMMIT"])
        timer.start()
        history.store(result(1))
        timer.join()
    History(tmp_path).store(result(2))
    assert {e.id for e in history.entries()} == {"id1", "id2"}
    with closing(sqlite3.connect(history.path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",), "the next opening turned it on"


def test_a_list_reads_no_bodies(tmp_path):
    history = History(tmp_path)
    for number in range(3):
        history.store(result(number, at(20 + number)))
    before = history.entries()
    with closing(sqlite3.connect(history.path)) as database, database:
        database.execute("DROP TABLE bodies")
    assert history.entries() == before
    with pytest.raises(sqlite3.OperationalError, match="bodies"):
        history.load("id1")


def test_a_result_whose_body_is_missing_is_damaged_and_stays_listed(tmp_path):
    history = History(tmp_path)
    history.store(result(1))
    with closing(sqlite3.connect(history.path)) as database, database:
        database.execute("DELETE FROM bodies")
    with pytest.raises(ValueError, match="Not a Rigdyno result"):
        history.load("id1")
    history.restore(history.delete(["id1"]))
    assert [e.id for e in history.entries()] == ["id1"]


def test_a_small_body_that_would_fill_the_memory_is_damaged(tmp_path):
    history = History(tmp_path)
    history.store(result(1))
    packer = zlib.compressobj(9)
    bomb = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range((LARGEST >> 20) + 1)), packer.flush()])
    with closing(sqlite3.connect(history.path)) as database, database:
        database.execute("UPDATE bodies SET body = ?", (bomb,))
    with pytest.raises(ValueError, match="it ends too early"):
        history.load("id1")


def test_a_changed_byte_of_a_body_is_noticed(tmp_path):
    history = History(tmp_path)
    history.store(result(1))
    with closing(sqlite3.connect(history.path)) as database, database:
        ((body,),) = database.execute("SELECT body FROM bodies").fetchall()
        for place in range(0, len(body), 7):
            broken = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            with pytest.raises(ValueError, match="Not a Rigdyno result"):
                decompressed(broken)


def test_names_and_notes_are_kept_also_when_the_result_comes_again(tmp_path):
    history = History(tmp_path)
    history.store(result(1))
    history.rename("id1", "Büro „neu“")
    history.annotate("id1", "with the lid closed")
    history.store(replace(result(1), status="partial"))
    (entry,) = history.entries()
    assert (entry.name, entry.note, entry.status) == ("Büro „neu“", "with the lid closed", "partial")


def test_what_is_deleted_can_be_brought_back(tmp_path):
    history = History(tmp_path)
    for number in range(3):
        history.store(result(number, at(20 + number)))
    history.rename("id1", "mine")
    before = history.entries()
    deleted = history.delete(["id1", "id2", "id9"])
    assert [e.id for e in history.entries()] == ["id0"]
    history.restore(deleted)
    history.restore(deleted)
    assert history.entries() == before
    assert history.load("id1") == result(1, at(21))
