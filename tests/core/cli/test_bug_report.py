"""The log and what a bug report needs: bounded, forged by nobody, and without anybody's name."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rigdyno.core.cli import command_line
from rigdyno.core.cli.diagnosis import anonymised_text, bug_report
from rigdyno.core.records.machine import Adapter, Gpu, Machine, Reading
from rigdyno.core.store import error_log
from rigdyno.core.store.history import History
from rigdyno.core.words.writer import english

from tests.core.builders import machine, result

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ", re.MULTILINE)
UUID = "GPU-3d3b1c6e-9c5e-4d0a-8a3b-0123456789ab"


@pytest.fixture
def named(monkeypatch):
    """A computer and a user whose names are known."""
    for kind, names in (("_users", ("ada.lovelace", "Zoë")), ("_hosts", ("enigma-7.bletchley.example", "enigma-7"))):
        monkeypatch.setattr(anonymised_text, kind, lambda names=names: names)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada.lovelace"))


@pytest.mark.parametrize(
    ("told", "clean"),
    [
        ("/home/ada.lovelace/env/bin/python", "~/env/bin/python"),
        ("/home/ada.lovelace2/x", "/home/<user>/x"),
        ("/home/turing/env: Permission denied", "/home/<user>/env: Permission denied"),
        (r"C:\Users\Alan Turing\AppData", r"C:\Users\<user>\AppData"),
        ("/Users/grace/Library", "/Users/<user>/Library"),
        ("/media/ADA.LOVELACE/STICK", "/media/<user>/STICK"),
        ("ssh: Could not resolve hostname enigma-7: no", "ssh: Could not resolve hostname <host>: no"),
        ("on Enigma-7.bletchley.example at 12", "on <host> at 12"),
        ("grace@server.example: Permission denied", "<user>@<host>: Permission denied"),
        (UUID, "GPU-<uuid>"),
        ("wlan 00:1B:44:11:3a:B7 up", "wlan <mac> up"),
        ("connect to 10.1.2.3 port 22", "connect to <address> port 22"),
        ("Serial Number: PF2XK9A1", "Serial Number: <serial>"),
        ("result 0123456789abcdef0123456789abcdef", "result <id>"),
        ("Zoë's run", "<user>'s run"),
        ("torch 2.13.0+cpu, driver 560.35.03, 0000:01:00.0", "torch 2.13.0+cpu, driver 560.35.03, 0000:01:00.0"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_names_and_numbers_of_one_alone_are_taken_out(named, told, clean):
    assert anonymised_text.scrub(told) == clean


def test_names_that_systems_come_with_stay(monkeypatch):
    monkeypatch.setattr(anonymised_text, "_users", lambda: ("ubuntu", "root"))
    monkeypatch.setattr(anonymised_text, "_hosts", lambda: ("nvidia",))
    assert anonymised_text.scrub("Ubuntu 24.04, NVIDIA GB10") == "Ubuntu 24.04, NVIDIA GB10"
    assert anonymised_text.scrub("/home/ubuntu/env") == "/home/<user>/env", "a home is nobody's business"


def test_no_line_of_a_report_names_anybody(named, home):
    who, where = "ada.lovelace", "enigma-7"
    told = f"/home/{who}/x on {where}, {UUID}, 00:1b:44:11:3a:b7"
    gpu = Gpu(
        UUID, "0000:01:00.0", {"gpu.name": Reading("RTX 4090", "NVML"), "gpu.driver": Reading(None, "NVML", told)}
    )
    known = machine(1, 24)
    known = replace(known, readings=known.readings | {f"host.{who}": Reading(told, told)}, gpus=(gpu,), gpu_note=told,
                    adapters=(Adapter("NVIDIA", told),))  # fmt: skip
    home.mkdir()
    error_log.note(f"Traceback: {told}")
    found = bug_report.examine(known, english, trouble=told)
    shown = found.text() + json.dumps(found.sections)
    assert not [secret for secret in (who, where, UUID[4:], "00:1b:44") if secret in shown.lower()]
    assert "RTX 4090" in shown
    assert "Traceback: ~/x on <host>" in shown
    assert not found.sound, "its engine did not answer"


def test_a_report_counts_what_is_stored_and_checks_it(home):
    home.mkdir()
    for number in range(3):
        History(home).store(replace(result(number), status="partial" if number else "complete"))
    data = bug_report.examine(Machine({}), english).sections["Data"]
    assert data["results"].startswith("1 complete, 2 partial")
    assert (data["store"], data["writable"]) == ("ok", "yes")
    (home / "results.sqlite").write_bytes(b"no database" * 100)
    broken = bug_report.examine(Machine({}), english)
    assert "damaged" in broken.sections["Data"]["results"]
    assert not broken.sound


def test_the_command_tells_of_the_real_engine(home, capsys):
    assert command_line.main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["sections"]) == {"Rigdyno", "Packages", "System", "Computer", "Data", "Last errors"}
    assert told["sections"]["Packages"]["torch"] in told["sections"]["Computer"]["torch"]
    assert "device cpu" in told["sections"]["Computer"]
    assert told["sections"]["Last errors"] == {"log": "empty"}
    assert not (home / error_log.FILE).exists(), "nothing was wrong"


def test_a_log_has_one_entry_for_each_error_whatever_that_holds(home):
    error_log.note("first\n2026-01-01 00:00:00,000 forged\r\x1b[2Jgone\u2028and on")
    error_log.note("second")
    told = (home / error_log.FILE).read_text(encoding="utf-8")
    assert len(ENTRY.findall(told)) == 2
    assert "\x1b" not in told
    assert [record[24:30] for record in error_log.last(home, 9)] == ["first\n", "second"]
    assert [record[24:] for record in error_log.last(home, 1)] == ["second"]


def test_a_log_never_grows_beyond_its_size(home, monkeypatch):
    monkeypatch.setattr(error_log, "SIZE", 3000)
    for number in range(40):
        error_log.note(f"{number} " + "x" * 500)
    error_log.note("y" * 10**6)
    files = list(home.glob("rigdyno.log*"))
    assert len(files) == 1 + error_log.KEPT
    assert sum(file.stat().st_size for file in files) < 3 * 3000 + error_log.LONGEST + 100


@pytest.mark.parametrize("kind", ["folder", "pipe", "full", "no folder"])
def test_a_log_that_cannot_be_written_is_no_second_error(kind, home, monkeypatch, capfd):
    if kind == "no folder":
        home.write_text("in the way")
    else:
        home.mkdir()
    if kind == "folder":
        (home / error_log.FILE).mkdir()
    elif kind == "pipe":
        os.mkfifo(home / error_log.FILE)
    elif kind == "full":
        (home / error_log.FILE).symlink_to("/dev/full")
    error_log.note("lost")
    assert capfd.readouterr() == ("", "")


MANY = "from rigdyno.core.store import error_log\nimport sys\nfor n in range(200): error_log.note(f'{sys.argv[1]} {n}')"


def test_two_programs_write_one_log(home):
    both = [subprocess.Popen([sys.executable, "-P", "-c", MANY, name]) for name in ("one", "two")]
    assert [each.wait() for each in both] == [0, 0]
    told = (home / error_log.FILE).read_text(encoding="utf-8")
    assert len(ENTRY.findall(told)) == 400


CRASH = """
import sys, threading
from rigdyno.core.cli import command_line
from rigdyno.gui import launch
def broken(arguments):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    raise RuntimeError("at the end")
command_line.main = broken
launch.main(["history"])
"""


def test_what_nobody_caught_in_the_terminal_is_in_the_log_too(home):
    done = subprocess.run([sys.executable, "-P", "-c", CRASH], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError: at the end" in done.stderr, "and told as ever"
    told = (home / error_log.FILE).read_text(encoding="utf-8")
    assert "RuntimeError: at the end" in told
    assert "ZeroDivisionError" in told
