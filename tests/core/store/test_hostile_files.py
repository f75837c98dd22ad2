"""Files that somebody made to do harm: memory, terminals, pages, names of files, the store, the chosen engine."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from rigdyno.core.cli import command_line, result_output
from rigdyno.core.cli.console import PlainConsole
from rigdyno.core.engines import chosen_engine
from rigdyno.core.records.machine import Gpu, Machine, Reading
from rigdyno.core.records.result import Neighbour
from rigdyno.core.records.verdict import Reason
from rigdyno.core.reference import scenarios
from rigdyno.core.report import qr_text, report_file
from rigdyno.core.report.result_text import summary
from rigdyno.core.store import result_files, result_lookup
from rigdyno.core.store.history import History
from rigdyno.core.words.safe_text import LONGEST, neutral
from rigdyno.core.words.writer import english

from tests.core.builders import RULES, gpu_runs, machine, result

ESCAPE, TURNED, MARKUP = "\x1b[2J\x1b]0;owned\x07\x9b31m", "\u202eexe.txt\u202c", "<img src=x onerror=alert(1)>"
RICH = "[bold red]mine[/bold red][link=file:///etc/passwd]x[/link]"
NAME = ESCAPE + TURNED + MARKUP + RICH


def evil():
    """A whole result, every name in it made to do harm."""
    readings = {key: Reading(NAME, NAME, NAME) for key in ("cpu.model", "host.os", "host.model", NAME)}
    at = machine(2, 24)
    at = replace(at, readings=at.readings | readings, gpus=(Gpu("GPU-1", "0", {"gpu.name": Reading(NAME, NAME)}),))
    torch = replace(at.torch, version=NAME, devices=tuple(replace(d, name=NAME) for d in at.torch.devices))
    made = replace(
        result(),
        id="../../../" + NAME,
        created="/../../../x",
        rigdyno=NAME,
        machine=replace(at, torch=torch, gpu_note=NAME),
        runs=tuple(gpu_runs(2764, 471, 30, 2)),
        problems=(Reason(NAME, {NAME: NAME}, NAME), Reason("died", {"detail": NAME}, NAME)),
        neighbours=(Neighbour(NAME, 60.0),),
    )
    return result_files.judged(made, RULES)


class Tags(HTMLParser):
    """The tags of a page, and its attributes' names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def acts(text: str) -> list[str]:
    return [c for c in text if c != "\n" and neutral(c) != c]


def test_a_terminal_obeys_nobody_but_the_program():
    told = io.StringIO()
    console = PlainConsole(file=told, force_terminal=True, color_system="truecolor", width=100)
    result_output.show_result(console, evil())
    result_output.show_machine(console, evil().machine)
    shown = told.getvalue()
    assert "\x1b[2J" not in shown
    assert "\x1b]" not in shown
    assert not set(acts(shown)) - {"\x1b"}, "colours are the program's own"
    assert "[bold red]mine" in shown, "rich's marks are letters of a name"


@pytest.mark.parametrize("command", [["judge"], ["compare", "base.json"]])
def test_no_command_passes_an_escape_on(command, tmp_path, monkeypatch, capsys, home):
    monkeypatch.chdir(tmp_path)
    result_files.write(evil(), Path("evil.json"))
    result_files.write(result(), Path("base.json"))
    command_line.main([*command, "evil.json"])
    told = capsys.readouterr()
    assert "mine" in told.out
    assert not acts(told.out + told.err)


def test_a_complaint_quotes_no_escape(capsys, home):
    assert command_line.main(["judge", f"no{ESCAPE}such"]) == 2
    assert not acts(capsys.readouterr().err)


def test_names_are_no_markup_in_a_page():
    clean, page = (
        Tags(report_file.html(result_files.judged(gpus_of(result()), RULES), english)),
        report_file.html(evil(), english),
    )
    found = Tags(page)
    assert found.tags <= clean.tags | {"li", "ul", "ol", "td", "tr", "th", "table", "h2", "section"}
    assert not {name for name in found.attributes if name.startswith("on") or name in ("src", "href")}
    assert "&lt;img" in page
    assert not acts(page)
    for picture in page.split("<svg")[1:]:
        Xml.fromstring("<svg" + picture.split("</svg>")[0] + "</svg>")


def gpus_of(base):
    return replace(base, machine=machine(2, 24), runs=tuple(gpu_runs(2764, 471, 30, 2)))


def test_names_are_no_markup_in_markdown_and_no_line_of_a_code():
    told = report_file.markdown(evil(), english)
    assert "<img" not in told
    assert not acts(told + summary(evil(), english))
    code = qr_text.compact(evil())
    assert qr_text.intact(code)
    assert not acts(code)


def test_a_name_of_a_million_letters_is_shown_in_part():
    endless = Machine({"cpu.model": Reading("x" * 10**6, "test"), "host.os": Reading(["y" * 10**6], "test")})
    for told in (
        summary(replace(result(), machine=endless), english),
        report_file.html(replace(evil(), machine=endless), english),
    ):
        assert len(told) < 60 * LONGEST


def test_the_name_of_a_file_stays_in_its_folder():
    for whole in (False, True):
        name = result_files.file_name(evil(), ".json", whole)
        assert name == Path(name).name
        assert not set(name) & set("/\\:")
        assert ".." not in name
    assert result_files.file_name(result(3), ".json", whole=True) == "rigdyno-2026-11-23-id3.json"


BOMBS = {
    "numbers": ('"timings": [', '{"t":0,"name":"x","seconds":[%s1],"work":1,"unit":"flop"},', "1,"),
    "samples": ('"telemetry": [', "%s", '{"t":0,"values":{}},'),
    "keys": ('"telemetry": [', '{"t":0,"values":{%s"x":1}},', None),
}
READ = """
import re, sys
from pathlib import Path
from rigdyno.core.store import result_files
try:
    result_files.read(Path(sys.argv[1]))
    print("read", end=" ")
except result_files.NoResultError as error:
    print(error.code, end=" ")
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
MOST_MIB = 300
"""What reading takes, the interpreter's 50 included: as many numbers as are allowed, or a million different names."""


def bomb(path: Path, shape: str, count: int) -> None:
    begin, around, unit = BOMBS[shape]
    content = result_files.to_json(gpus_of(result())).decode()
    many = unit * count if unit else "".join(f'"{n:x}":1,' for n in range(count))
    path.write_text(content.replace(begin, begin + around % many, 1).replace("},]", "}]", 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("shape", "count", "said"),
    [
        ("numbers", result_files.MOST_VALUES - 50_000, "read"),
        ("keys", 1_000_000, "read"),
        ("numbers", result_files.MOST_VALUES, "too-many"),
        ("samples", result_files.MOST_VALUES, "too-large"),
    ],
)
def test_a_small_file_does_not_fill_the_memory(shape, count, said, tmp_path):
    bomb(tmp_path / "bomb.json", shape, count)
    done = subprocess.run(
        [sys.executable, "-P", "-c", READ, tmp_path / "bomb.json"], capture_output=True, text=True, check=True
    )
    told, peak = done.stdout.split()
    assert told == said
    assert int(peak) < (MOST_MIB if said == "read" else 160), "refused before it is decoded"


@pytest.mark.parametrize("value", [["[" * 10**6], ['{"a":' * 10**6], ["[" * 500 + "]" * 500]])
def test_what_is_nested_deeply_is_refused(value, tmp_path):
    content = result_files.to_json(result()).decode().replace('"telemetry": [', f'"telemetry": [{value[0]}', 1)
    with pytest.raises(result_files.NoResultError):
        result_files.from_json(content.encode())


def test_rules_are_refused_with_their_place():
    job = (
        "version = 'x'\n[[job]]\nname = 'a'\nscenario = 1\nmodel = 'mlp'\nbatch = 1\nclasses = 2\nsamples = {}\n"
        "epochs = 1\ndeadline_s = {}\nmemory_gb = 0.5\n"
    )
    assert scenarios.parse_rules(job.format(5, 600)).jobs[0].work == 5
    for samples, deadline, place in (("9" * 400, 600, "samples"), (5, "nan", "deadline_s"), (-5, 600, "samples"),
                                     (5, "inf", "deadline_s"), (5, "[" * 5000, "nested|line")):  # fmt: skip
        with pytest.raises(ValueError, match=rf"^scenario rules: .*({place})") as caught:
            scenarios.parse_rules(job.format(samples, deadline))
        assert "\n" not in str(caught.value)


def rows(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "results.sqlite")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_a_store_whose_cells_hold_other_types_is_listed(tmp_path, home, capsys):
    home.mkdir()
    History(home).store(result())
    rows(
        home,
        "UPDATE results SET created = x'05', status = x'00', scenario = 'nine', trust = 1.5, name = x'ff', note = 7, "
        "computer = 1e308, rate = 'fast'",
        "UPDATE bodies SET body = 'text'",
    )
    (entry,) = History(home).entries()
    assert (entry.id, entry.created, entry.scenario, entry.rate, entry.name) == ("id0", "", None, None, "")
    with pytest.raises(result_files.NoResultError):
        History(home).load("id0")
    assert command_line.main(["history"]) == 0
    assert command_line.main(["judge", "id0"]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE results RENAME TO hidden", "CREATE VIEW results AS SELECT * FROM hidden"],
        ["CREATE TRIGGER t AFTER INSERT ON results BEGIN SELECT load_extension('/tmp/evil.so'); END"],
        ["DROP TABLE results", "CREATE TABLE results (id)"],
        ["CREATE TRIGGER t BEFORE INSERT ON results BEGIN SELECT RAISE(ABORT, 'no'); END"],
    ],
)
def test_a_store_with_a_schema_of_its_own_is_told_and_does_nothing(statements, home, capsys):
    home.mkdir()
    store = History(home)
    store.store(result())
    rows(home, *statements)
    with pytest.raises(sqlite3.Error):
        store.store(result(1))
    assert command_line.main(["judge", "id1"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_store_that_is_no_file_is_told(home, capsys):
    home.mkdir()
    os.mkfifo(home / "results.sqlite")
    assert command_line.main(["history"]) == 2
    assert "cannot be read" in capsys.readouterr().err


NO_CHOICES = [
    "[]",
    "{}",
    '{"python": 5}',
    '{"python": "relative/python"}',
    '{"python": "/a\\u0000b"}',
    '{"python": "/a\\u001b[31m"}',
    "[" * 60_000,
    '{"python": "/x"}' + " " * 70_000,
]


@pytest.mark.parametrize("told", NO_CHOICES, ids=range(len(NO_CHOICES)))
def test_a_choice_that_is_none_is_passed_over(told, home):
    home.mkdir()
    (home / chosen_engine.CHOICE_FILE).write_text(told)
    assert chosen_engine.read_choice() is None


def test_reading_the_choice_starts_nothing(home, tmp_path):
    """Only a check and a look start it, as they start the program's own: the choice is the user's."""
    trap = tmp_path / "python"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    trap.chmod(0o755)
    home.mkdir()
    (home / chosen_engine.CHOICE_FILE).write_text(json.dumps({"python": str(trap)}))
    assert chosen_engine.read_choice() == trap
    for command in (["judge", "x"], ["history"], ["scale"], ["schema"]):
        command_line.main(command)
    assert not (tmp_path / "started").exists()


def test_a_name_that_is_too_long_for_a_file_is_told(home):
    with pytest.raises(result_lookup.NotFoundError, match="neither a file nor an id"):
        result_lookup.find("x" * 5000)


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_a_table_that_is_no_file_is_not_waited_for(kind, tmp_path, home, capsys):
    path = Path("/dev/zero") if kind == "device" else tmp_path / "it"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    assert command_line.main(["scale", "--table", str(path)]) == 2
    assert "it is a folder, a pipe or a device" in capsys.readouterr().err
