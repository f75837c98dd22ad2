"""Who else was busy: real processes, told by their names; ours and our workers' never."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest
from rigdyno.core.records.result import Neighbour
from rigdyno.core.sensors import busy_programs
from rigdyno.core.sensors.busy_programs import ProcessTime, Snapshot

from tests.core.busy_orphan import busy

SPIN = "while True: pass"


@pytest.mark.skipif(sys.platform == "win32", reason="orphans are a Unix idea")
def test_a_busy_program_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(busy_programs, "MIN_PERCENT", 0.0)
    monkeypatch.setattr(busy_programs, "MAX_PROGRAMS", 1000)  # others may be busier
    with busy("grinder", tmp_path) as pid:
        grinder = psutil.Process(pid)
        before = busy_programs.take_snapshot()
        own = subprocess.Popen([sys.executable, "-c", SPIN])
        try:
            begin = sum(grinder.cpu_times()[:2])
            while sum(grinder.cpu_times()[:2]) < begin + 0.2 or sum(psutil.Process(own.pid).cpu_times()[:2]) < 0.2:
                time.sleep(0.1)
            found = busy_programs.busiest(before, busy_programs.take_snapshot())
        finally:
            own.kill()
            own.wait()
    named = {n.name: n.percent for n in found}
    assert "grinder" in named, found
    assert named["grinder"] > 0
    psutil.wait_procs([grinder], timeout=200)
    before = busy_programs.take_snapshot()
    assert "grinder" not in {n.name for n in busy_programs.busiest(before, busy_programs.take_snapshot())}


def counts(**seconds: float) -> dict[tuple[int, float], ProcessTime]:
    return {(10_000 + n, 1.0): ProcessTime(name.rstrip("_"), 1, s) for n, (name, s) in enumerate(seconds.items())}


def test_processes_of_one_program_count_together(monkeypatch):
    monkeypatch.setattr(busy_programs.psutil, "cpu_count", lambda: 2)
    before = Snapshot(0.0, counts(cc1=0.0, cc1_=5.0, idle=1.0))
    after = Snapshot(10.0, counts(cc1=4.0, cc1_=9.0, idle=1.1))
    assert busy_programs.busiest(before, after) == (Neighbour("cc1", pytest.approx(40.0)),)


def test_a_process_that_is_new_brings_all_of_its_time_and_one_that_ended_none(monkeypatch):
    monkeypatch.setattr(busy_programs.psutil, "cpu_count", lambda: 1)
    before = Snapshot(0.0, {(7_000_001, 1.0): ProcessTime("gone", 1, 3.0)})
    after = Snapshot(10.0, {(7_000_002, 5.0): ProcessTime("new", 1, 2.0)})
    assert busy_programs.busiest(before, after) == (Neighbour("new", pytest.approx(20.0)),)


def test_ours_are_left_out(monkeypatch):
    monkeypatch.setattr(busy_programs.psutil, "cpu_count", lambda: 1)
    ours = {(os.getpid(), 1.0): ProcessTime("me", 1, 9.0), (7_000_003, 2.0): ProcessTime("worker", os.getpid(), 9.0),
            (7_000_004, 3.0): ProcessTime("its child", 7_000_003, 9.0)}  # fmt: skip
    assert busy_programs.busiest(Snapshot(0.0, {}), Snapshot(10.0, ours)) == ()


def test_a_process_that_cannot_be_looked_at_is_left_out(monkeypatch):
    """Some of Windows' own answer with errors that psutil hands on as they are."""
    real = psutil.Process.create_time

    def born(process: psutil.Process) -> float:
        if process.pid == os.getppid():
            raise OSError(22, "Invalid parameter")
        return real(process)

    monkeypatch.setattr(psutil.Process, "create_time", born)
    seen = {pid for pid, _ in busy_programs.take_snapshot().counts}
    assert os.getpid() in seen
    assert os.getppid() not in seen
