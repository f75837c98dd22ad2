"""The journal of a check: it is on the disk within a second, it is offered after a crash, and it becomes a result."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest
from rigdyno.core.check.check import Check, PlanError
from rigdyno.core.check.interrupted_checks import interrupted_checks, keep
from rigdyno.core.check.journal import Begun, Head, Journal
from rigdyno.core.check.updates import MachineSeen, RunEnded, Sampled, WorkerSaid
from rigdyno.core.cli import command_line
from rigdyno.core.records.events import Done, Failed, Phase, Progress
from rigdyno.core.records.machine import DriverAdapter, Sample
from rigdyno.core.records.plan import CheckPlan, Plan, Request
from rigdyno.core.records.result import DriverGpu
from rigdyno.core.store import result_files
from rigdyno.core.store.history import History
from rigdyno.core.words.writer import reason

from tests.core.builders import RULES, machine, result, train_run, windows

pytestmark = pytest.mark.faults

HEAD = Head(1, "abc123", "2026-11-26T03:14:00+00:00", "0.1.0")
TRAINING = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=60, threads=1))
SEEN = machine(cpu_model="Test 9000")


def file_of(home, head: Head = HEAD):
    return home / "running" / f"{head.id}.jsonl"


def crashed(*records, head: Head = HEAD) -> None:
    """A program that wrote these down and ended."""
    made = Journal(head)
    for record in records:
        made.write(record)
    made.close(stored=False)


def begun(t: float = 1.0) -> Begun:
    return Begun(t, Request("train", TRAINING.train), "ACTIVE")


def test_what_was_told_becomes_a_partial_result(home):
    complete = train_run(1000)
    torn = windows(500, 64, count=4)
    made = Journal(HEAD)
    made.write(TRAINING)
    for update in (
        MachineSeen(SEEN),
        Sampled(Sample(0.5, {"cpu.own": None, "cpu.clock": 3000.0})),
        RunEnded(complete),
        WorkerSaid("cpu", Progress(0.6, 1, 1.0)),
    ):
        made.note(update)
    made.write(begun())
    for event in (Phase(1.1, "measure"), *torn):
        made.note(WorkerSaid("cpu", event))
    made.close(stored=False)
    (left,) = interrupted_checks(home)
    assert left.head == HEAD
    kept = keep(left, home, RULES)
    assert kept.status == "partial"
    assert (kept.id, kept.created, kept.plan, kept.machine) == (HEAD.id, HEAD.created, TRAINING, SEEN)
    assert kept.runs[0] == complete
    cut = kept.runs[1]
    assert (cut.windows, cut.stop, cut.failure.code) == (torn, "failed", "interrupted")
    assert cut.started == 1.0
    assert cut.ended == torn[-1].t
    assert kept.telemetry == (Sample(0.5, {"cpu.own": None, "cpu.clock": 3000.0}),)
    assert kept.problems[0].sentence.startswith("The program ended in the middle of this check")
    assert History(home).load(HEAD.id) == kept
    assert interrupted_checks(home) == []
    assert not file_of(home).exists()


def test_a_check_of_another_computer_is_kept_under_its_name(home):
    crashed(begun(), *windows(500, 64, count=1), head=replace(HEAD, name="ada@server"))
    keep(*interrupted_checks(home), home, RULES)
    assert [e.name for e in History(home).entries()] == ["ada@server"]


def test_a_run_that_had_told_its_failure_keeps_it(home):
    crashed(begun(), *windows(500, 64, count=1), Failed(9.0, "out-of-memory", "all of it"))
    (run,) = keep(*interrupted_checks(home), home, RULES).runs
    assert run.failure.code == "out-of-memory"


def test_a_run_that_had_told_its_end_is_whole(home):
    crashed(begun(), *windows(500, 64, count=1), Done(9.0, "converged", True, 1, "fp32", 9))
    (run,) = keep(*interrupted_checks(home), home, RULES).runs
    assert (run.stop, run.failure) == ("converged", None)


def test_a_gpu_through_its_driver_is_kept_apart(home):
    adapter = DriverAdapter("GPU", "AMD", "discrete", "Vulkan")
    whole = DriverGpu(adapter, train_run(1))
    crashed(SEEN, whole, replace(begun(), adapter=adapter), *windows(3, 1, count=2))
    kept = keep(*interrupted_checks(home), home, RULES)
    assert kept.runs == ()
    assert kept.driver_gpus[0] == whole
    assert len(kept.driver_gpus[1].run.windows) == 2


@pytest.mark.parametrize("cut", [1, 2, 30, 70])
def test_a_torn_last_line_is_passed_over(home, cut):
    crashed(begun(), *windows(500, 64, count=3))
    content = file_of(home).read_bytes()
    file_of(home).write_bytes(content[:-cut])
    assert len(keep(*interrupted_checks(home), home, RULES).runs[0].windows) == (3 if cut == 1 else 2)


def test_every_cut_of_a_journal_gives_a_result_or_nothing(home):
    """Wherever the power went: what is left is read, and loses one line at most."""
    crashed(SEEN, TRAINING, begun(), *windows(500, 64, count=3), train_run(500), reason("died", detail="x"))
    content = file_of(home).read_bytes()
    ends = [i + 1 for i, byte in enumerate(content) if byte == 10]
    for cut in range(0, len(content), 23):
        file_of(home).write_bytes(content[:cut])
        found = interrupted_checks(home)
        lines = sum(end <= cut for end in ends)
        assert bool(found) == (lines >= 5), cut
        if found:
            assert result_files.from_json(result_files.to_json(keep(*found, home, RULES))).status == "partial"
            History(home).delete([HEAD.id])


def test_zeros_after_a_power_cut_are_passed_over(home):
    """Some file systems keep the length of a file whose last block never came."""
    crashed(begun(), *windows(500, 64, count=3))
    with file_of(home).open("ab") as file:
        file.write(b"\0" * 4096)
    assert len(keep(*interrupted_checks(home), home, RULES).runs[0].windows) == 3


def test_foreign_lines_are_passed_over(home):
    crashed(begun(), *windows(500, 64, count=1))
    with file_of(home).open("ab") as file:
        file.write(b'\xff\xfe\n{"event":"Boom","data":{}}\n{"event":"Window","data":{"t":"soon"}}\n' + b"[" * 9999)
    assert len(keep(*interrupted_checks(home), home, RULES).runs[0].windows) == 1


def test_what_holds_no_measurement_is_not_offered(home):
    crashed(SEEN, begun())
    assert not file_of(home).exists()
    file_of(home).write_bytes(msgspec.json.encode({"event": "Head", "data": HEAD}) + b"\n")  # killed right away
    assert interrupted_checks(home) == []
    assert not file_of(home).exists()


def test_a_check_that_runs_is_not_offered(home):
    made = Journal(HEAD)
    made.write(begun())
    for window in windows(500, 64, count=2):
        made.write(window)
    assert file_of(home).stat().st_size > 500, "and it is there meanwhile"
    assert interrupted_checks(home) == []
    assert file_of(home).exists()
    made.close(stored=True)
    assert not file_of(home).exists()


@pytest.mark.slow
def test_a_result_that_is_stored_leaves_no_journal(home, hasty):
    seen = []
    plan = replace(TRAINING, train=Plan(seconds=0.5, threads=1))
    stored = Check(plan, lambda _: seen.append(interrupted_checks(home))).run()
    assert not any(seen), "its own journal is no leftover"
    assert History(home).load(stored.id) == stored
    assert list((home / "running").iterdir()) == []


def test_one_whose_result_was_stored_is_not_offered(home):
    """Killed between the two: the whole result must not be replaced by a partial one."""
    crashed(begun(), *windows(500, 64, count=1))
    History(home).store(replace(result(), id=HEAD.id))
    assert interrupted_checks(home) == []
    assert not file_of(home).exists()
    assert History(home).load(HEAD.id).status == "complete"


def test_a_refused_plan_leaves_no_journal(home):
    with pytest.raises(PlanError):
        Check(replace(TRAINING, devices=("cuda:7",)), lambda _: None).run()
    assert list((home / "running").iterdir()) == []


RUN = """
import sys
from rigdyno.core.check.check import Check
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.records.events import Window
from rigdyno.core.check.updates import WorkerSaid

def tell(update):
    if isinstance(update, WorkerSaid) and isinstance(update.event, Window):
        print(update.event.t, flush=True)

Check(CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=60, threads=1)), tell).run()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a POSIX signal")
def test_the_terminal_offers_what_a_killed_program_had_measured(home, capsys):
    told = []
    with subprocess.Popen([sys.executable, "-P", "-c", RUN], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            told.append(float(line))
            if len(told) == 8:
                os.kill(process.pid, signal.SIGKILL)
    assert command_line.main(["history"]) == 0
    said = capsys.readouterr()
    assert "Nothing is stored yet" in said.out
    (left,) = interrupted_checks(home)
    assert "The check of 20" in said.err
    assert f"--recover {left.head.id[:8]}" in said.err
    assert command_line.main(["history", "--recover", "nobody"]) == 2
    assert "nobody: no interrupted check has this id" in capsys.readouterr().err
    assert command_line.main(["history", "--recover"]) == 0
    kept = History(home).load(left.head.id)
    assert kept.status == "partial"
    missing = [t for t in told if t not in {w.t for w in kept.runs[0].windows}]
    assert missing == [], "what was told had been written before"
    assert kept.machine.torch is not None
    capsys.readouterr()
    assert command_line.main(["history", "--recover"]) == 2
    assert "no check was interrupted" in capsys.readouterr().err


def test_the_terminal_discards(home, capsys):
    crashed(begun(), *windows(500, 64, count=1))
    assert command_line.main(["history", "--discard", HEAD.id[:3]]) == 0
    assert interrupted_checks(home) == []
    assert History(home).entries() == []
