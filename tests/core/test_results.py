"""What is written can be read again, and nothing else can: result files, the store, and the wire."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core import results
from rigdyno.core.history import SCHEMA, History
from rigdyno.core.model import (
    FORMAT,
    CheckPlan,
    Done,
    Failed,
    Hello,
    Machine,
    Phase,
    Plan,
    Progress,
    Reading,
    Result,
    Rules,
    Run,
    Sample,
    Score,
    Torch,
    Trial,
    Window,
)
from rigdyno.core.protocol import ProtocolError, parse
from rigdyno.core.worker import _writer

EVENTS = [
    Hello(1.0, 7, 1, Torch("2.13.0+cpu", "3.11", "", "AVX2", 2, ("sm_75",), (), 1.5)),
    Phase(1.0, "warm-up"),
    Progress(1.5, 640, 1000.0),
    Window(1.0, 0.25, 4, 256, 64, 0.5, True, 2.3, None),
    Trial(1.0, 2, True, "bf16", 2000.0, None, True),
    Score(3.0, 0.85, 2.0, 10_000, 2000),
    Done(4.0, "converged", None, 2, "fp32", 100),
    Failed(4.0, "out-of-memory", "ß\n\u2028"),
]


def result(number: int = 0, created: str = "2026-11-23T05:00:00+00:00") -> Result:
    machine = Machine(
        {"cpu.model": Reading("AMD EPYC", "/proc/cpuinfo"), "power.battery": Reading(None, "sysfs", "none")}
    )
    run = Run("train", Plan(), Rules(), 0.0, 2.0, "converged", "ACTIVE", (EVENTS[3],), (EVENTS[4],), (EVENTS[5],))
    sample = Sample(0.25, {"cpu.total": 12.5, "cpu.clock": None})
    return Result(FORMAT, f"id{number}", created, "0.1.0", "complete", machine, CheckPlan(), (run,), (sample,))


def test_a_result_survives_its_file(tmp_path):
    path = tmp_path / "out.json"
    results.write(result(), path)
    assert results.from_json(path.read_bytes()) == result()
    assert list(tmp_path.iterdir()) == [path], "no half-written file stays behind"


def test_the_published_schema_is_the_real_one():
    published = Path(__file__).parents[2] / "resources" / "result.schema.json"
    assert published.read_bytes() == results.schema(), "run: rigdyno schema > resources/result.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(results.schema()))
    document = json.loads(results.to_json(result()))
    jsonschema.validate(document, json.loads(results.schema()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"status": "fine"}, json.loads(results.schema()))


def test_a_newer_format_is_refused():
    with pytest.raises(ValueError, match="newer Rigdyno"):
        results.from_json(results.to_json(replace(result(), format=FORMAT + 1)))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "Input data was truncated"),
        (b"[]", "Expected `object`"),
        (b'{"format": 1}', "missing required field"),
        (
            results.to_json(result()).replace(b'"samples": 256', b'"samples": "many"'),
            r"runs\[0\].windows\[0\].samples",
        ),
        (b"[" * 100_000, "not a Rigdyno result"),
    ],
)
def test_what_is_no_result_names_the_place(content, place):
    with pytest.raises(ValueError, match=place):
        results.from_json(content)


def test_history_keeps_lists_and_replaces(tmp_path):
    history = History(tmp_path)
    for number in range(3):
        history.store(result(number, f"2026-11-2{number}T00:00:00+00:00"))
    history.store(replace(result(1, "2026-11-21T00:00:00+00:00"), status="partial"))
    assert [(e.id, e.status) for e in history.entries()] == [
        ("id2", "complete"),
        ("id1", "partial"),
        ("id0", "complete"),
    ]
    assert History(tmp_path).load("id2") == result(2, "2026-11-22T00:00:00+00:00")
    with pytest.raises(KeyError):
        history.load("id9")


def test_a_store_of_a_newer_program_is_left_alone(tmp_path):
    history = History(tmp_path)
    history.store(result())
    with closing(sqlite3.connect(history.path)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(sqlite3.DatabaseError, match="newer"):
        history.store(result(1))


def test_two_programs_share_a_store(tmp_path):
    one, two = History(tmp_path), History(tmp_path)
    with closing(sqlite3.connect(one.path)) as reader:
        one.store(result(1))
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM results").fetchall()
        two.store(result(2))
    assert {e.id for e in one.entries()} == {"id1", "id2"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_every_event_survives_the_wire(event):
    out = io.StringIO()
    _writer(out)(event)
    line = out.getvalue()
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert parse(line.encode()) == event


@given(st.binary(max_size=300))
def test_garbage_is_never_more_than_a_protocol_error(line):
    with pytest.raises(ProtocolError):
        parse(line)


@given(
    st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), st.lists), st.sampled_from(EVENTS)
)
def test_wrong_types_are_never_more_than_a_protocol_error(value, event):
    line = json.dumps({"event": type(event).__name__, "data": {"t": value}}).encode()
    with pytest.raises(ProtocolError):
        parse(line)
