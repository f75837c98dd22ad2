"""Hostile files and lines: what was found before, and some new mutations; `python -m tests.fuzz` feeds more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
REPLAY = """
import sys, tempfile
from pathlib import Path
with tempfile.TemporaryDirectory() as name:
    import os
    os.environ["RIGDYNO_HOME"] = name
    from tests.fuzz.cases import Runner
    from tests.fuzz.guard import Guard
    runner = Runner(Path(name), Guard(Path(name)), 0)
    for path in map(Path, sys.argv[1:]):
        runner.feed(path.name.partition("-")[0], path.read_bytes(), window=True, commands=True)
    for where, (kind, _, trace) in runner.tally.findings.items():
        print(where, trace)
"""


def run(*arguments: str | Path) -> str:
    """In a process of its own: the guard watches it for good, and its memory is measured."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=500, check=False
    )
    return (
        done.stdout + done.stderr[-3000:] if done.returncode in (0, 1) else f"{done.returncode} {done.stderr[-3000:]}"
    )


def test_what_was_found_once_is_no_finding_any_more():
    assert CORPUS
    assert run("-c", REPLAY, *CORPUS) == ""


@pytest.mark.slow
def test_some_thousand_mutations_break_nothing(tmp_path):
    told = run("-m", "tests.fuzz", "--cases", "2000", "--seed", "7", "--findings", tmp_path)
    assert " 0 findings" in told, told


def test_the_guard_notices_what_it_is_for(tmp_path):
    """A fuzzer whose alarm is silent proves nothing."""
    inside = tmp_path / "inside"
    inside.mkdir()
    acts = {
        "open('../outside', 'w')": "opened for writing",
        "subprocess.Popen(['/bin/true']).wait()": "subprocess.Popen",
        "socket.socket().connect_ex(('127.0.0.1', 9))": "socket.connect",
        "os.rename('../outside', '../other')": "os.rename",
        "exec('1')": "exec",
        "[0 for _ in iter(int, 1)]": "TooLongError",
    }
    for act, said in acts.items():
        code = (
            "import os, socket, subprocess, sys\nfrom pathlib import Path\nfrom tests.fuzz.guard import Guard\n"
            f"guard = Guard(Path(sys.argv[1]))\nos.chdir(sys.argv[1])\nwith guard.armed(0.2):\n    {act}\n"
        )
        assert said in run("-c", code, inside), act
