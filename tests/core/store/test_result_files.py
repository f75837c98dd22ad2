"""A result file: what is written can be read again and judged again, and nothing else can."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.records.machine import Gpu, Machine, Reading, Sample
from rigdyno.core.records.result import FORMAT
from rigdyno.core.store import result_files
from rigdyno.core.verdict.judge import judge

from tests.core.builders import RULES, gpu_runs, machine, result

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.none() | TEXT | st.integers(-(2**63), 2**64 - 1) | NUMBERS | st.booleans() | st.lists(TEXT, max_size=3)


def whole():
    """A result with everything in it: GPUs, failed runs, telemetry, reasons and a verdict."""
    at = replace(machine(2, 8.6), gpus=(Gpu("GPU-1", "0000:01:00.0", {"gpu.name": Reading("RTX", "NVML")}),))
    runs = tuple(gpu_runs(2764, 471.69, None, count=2))
    telemetry = tuple(Sample(t, {"cpu.others": 25.0, "cpu.clock": None}) for t in range(25))
    verdict = judge(at, runs, telemetry, RULES, True)
    return replace(result(), machine=at, runs=runs, telemetry=telemetry, verdict=verdict, problems=verdict.doubts)


@pytest.mark.parametrize("make", [result, whole])
def test_a_result_survives_its_file(make, tmp_path):
    path = tmp_path / "out.json"
    result_files.write(make(), path)
    assert result_files.from_json(path.read_bytes()) == make()
    assert list(tmp_path.iterdir()) == [path], "no half-written file stays behind"


def test_a_stored_result_is_judged_as_the_fresh_one_was():
    """Raw first: the file holds everything that the verdict was made of."""
    read = result_files.from_json(result_files.to_json(whole()))
    assert judge(read.machine, read.runs, read.telemetry, RULES, read.status == "complete") == read.verdict
    assert read.verdict.scenario == 2


@given(st.dictionaries(TEXT, st.builds(Reading, VALUES, TEXT, TEXT), max_size=4), st.dictionaries(TEXT, NUMBERS))
def test_whatever_a_machine_tells_survives(readings, values):
    told = replace(result(), machine=Machine(readings, gpu_note="π"), telemetry=(Sample(0.5, values),))
    assert result_files.from_json(result_files.to_json(told)) == told


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.json"
    result_files.write(result(1), path)
    (tmp_path / "out.json.partial").mkdir()  # writing cannot even begin
    with pytest.raises(OSError):  # noqa: PT011 which one depends on the system
        result_files.write(result(2), path)
    assert result_files.from_json(path.read_bytes()).id == "id1", "the old one is still whole"


def test_the_published_schema_is_the_real_one():
    published = Path(__file__).parents[3] / "resources" / "result.schema.json"
    assert published.read_bytes() == result_files.schema(), "run: rigdyno schema > resources/result.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(result_files.schema()))


@pytest.mark.parametrize("make", [result, whole])
def test_a_result_keeps_its_published_schema(make):
    jsonschema.validate(json.loads(result_files.to_json(make())), json.loads(result_files.schema()))


@pytest.mark.parametrize(
    ("field", "value"),
    [("status", "fine"), ("runs", {}), ("format", "1"), ("verdict", 3), ("machine", None), ("telemetry", [1])],
)
def test_schema_and_reader_refuse_the_same(field, value):
    document = json.loads(result_files.to_json(whole())) | {field: value}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(result_files.schema()))
    with pytest.raises(ValueError, match=field):
        result_files.from_json(json.dumps(document).encode())


@pytest.mark.parametrize("changed", [{}, {"status": "paused"}, {"runs": "elsewhere"}])
def test_a_newer_format_is_refused_as_newer(changed):
    """Whatever else it changed: "not a result" would send the user looking for damage."""
    document = json.loads(result_files.to_json(result())) | {"format": FORMAT + 1} | changed
    with pytest.raises(ValueError, match=f"Format {FORMAT + 1} is from a newer Rigdyno; this one reads up to {FORMAT}"):
        result_files.from_json(json.dumps(document).encode())


def test_what_a_later_version_added_is_passed_over():
    """A field more is no new format."""
    document = json.loads(result_files.to_json(result())) | {"notes": ["from later"]}
    assert result_files.from_json(json.dumps(document).encode()) == result()


def changed(old: bytes, new: bytes) -> bytes:
    content = result_files.to_json(result())
    assert old in content
    return content.replace(old, new)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "it is not JSON"),
        (b"[]", "it is JSON of another kind"),
        (b"{}", "format is missing"),
        (b'{"format": 1}', "id is missing"),
        (result_files.to_json(result())[:-20], "ends too early"),
        (changed(b'"samples": 256', b'"samples": "many"'), r"runs\[0\].windows\[0\].samples"),
        (changed(b'"seconds": 0.25', b'"seconds": 0'), r"runs\[0\].windows\[0\] is not valid"),
        (changed(b'"batch": 64', b'"batch": -64'), r"runs\[0\]"),
        (changed(b'"samples_per_s": 2000.0', b'"samples_per_s": 0'), r"runs\[0\].trials\[0\] is not valid"),
        (changed(b'"cpu.total": 12.5', b'"cpu.total": "busy"'), r"telemetry\[0\].values"),
        (changed(b'"cpu.total": 12.5', b'"cpu.total": 1e999'), "Not a Rigdyno result"),
        (changed(b"AMD EPYC", b"AMD \xff\xfe"), "Not a Rigdyno result"),
        (b"[" * 100_000, "Not a Rigdyno result"),
        (b'{"format": ' + b"9" * 5000 + b"}", "Not a Rigdyno result"),
    ],
)
def test_what_is_no_result_names_the_place(content, place):
    with pytest.raises(ValueError, match=place):
        result_files.from_json(content)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_that_an_editor_has_saved_again_is_read(tmp_path, encoding):
    path, mark = tmp_path / "out.json", "" if encoding in ("utf-8-sig", "utf-16") else "\ufeff"
    path.write_bytes((mark + result_files.to_json(whole()).decode()).encode(encoding))
    assert result_files.read(path) == whole()


def test_half_a_letter_is_told(tmp_path):
    (tmp_path / "out.json").write_bytes("{}".encode("utf-16")[:-1])
    with pytest.raises(result_files.NoResultError, match="it is not JSON"):
        result_files.read(tmp_path / "out.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name")
def test_what_never_begins_or_never_ends_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(result_files.NoResultError, match="it is a folder, a pipe or a device"):
            result_files.read(path)


def test_what_is_too_large_is_not_read_whole(tmp_path):
    with (tmp_path / "out.json").open("wb") as file:
        file.truncate(result_files.MAX_BYTES + 1)
    with pytest.raises(result_files.NoResultError, match="larger than 64 MiB"):
        result_files.read(tmp_path / "out.json")


def test_what_is_wrong_is_told_as_a_code_for_every_language():
    with pytest.raises(result_files.NoResultError) as told:
        result_files.from_json(b'{"format": 1}')
    assert (told.value.code, told.value.numbers) == ("missing-field", {"place": "id"})


@given(st.binary(max_size=200))
def test_garbage_is_a_value_error(content):
    with pytest.raises(ValueError, match="Not a Rigdyno result"):
        result_files.from_json(content)
