"""The step "loading" in a real check: where its files are kept, and that nothing is left of it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace

import psutil
import pytest
from rigdyno.core.check import step_durations
from rigdyno.core.check.check import Check
from rigdyno.core.check.schedule import process_counts
from rigdyno.core.check.steps import loading
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.records.events import Timing
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.workload import ImageFiles, Workload
from rigdyno.core.store import result_files

from tests.core.builders import machine

IMAGES = Plan(
    model="dcgan", batch=2, data="synthetic", threads=1,
    workload=Workload("dcgan", batch=2, image_size=64), files=ImageFiles(7_100, 178, 218),
)  # fmt: skip
PLAN = CheckPlan("custom", ("loading",), ("cpu",), IMAGES)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_the_files_lie_on_the_disk_of_the_data_folder_and_go(home, hasty):
    seen = []
    result = Check(PLAN, lambda update: seen.extend(home.glob(f"{loading.PREFIX}*/*/0.jpg"))).run()
    assert seen
    assert list(home.glob(f"{loading.PREFIX}*")) == []
    (run,) = result.runs
    assert result.status == "complete"
    assert {t.way for t in run.timings if t.name == "loading"} >= {"1"}
    assert run.plan.files == IMAGES.files
    assert result_files.from_json(result_files.to_json(result)) == result


@pytest.mark.slow
def test_nothing_is_left_of_a_cancelled_one(home, monkeypatch):
    monkeypatch.setitem(step_durations.WORKLOAD, "loading", step_durations.Pace(Rules(budget_s=60), 0))
    slow = replace(PLAN, train=replace(IMAGES, files=replace(IMAGES.files, per_sample=16)))
    before, loaders = children(), set()

    def hear(update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Timing) and not loaders:
            threading.Thread(target=stop).start()

    def stop() -> None:
        worker = next(child for child in psutil.Process().children() if child.pid not in before)
        while not loaders:
            loaders.update(child.pid for child in worker.children())
            time.sleep(0.01)
        check.cancel()

    check = Check(slow, hear)
    result = check.run()
    assert loaders, "it was stopped while processes loaded"
    assert result.status == "partial"
    assert list(home.glob(f"{loading.PREFIX}*")) == []
    deadline = time.monotonic() + 60
    while any(map(psutil.pid_exists, loaders)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(psutil.pid_exists, loaders))
    assert children() <= before


def test_what_a_killed_program_has_left_is_removed(home):
    home.mkdir()
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left = home / f"{loading.PREFIX}{gone.stdout.strip()}-abc"
    running = home / f"{loading.PREFIX}{psutil.Process().ppid()}-abc"
    for folder in (left, running, home / f"{loading.PREFIX}of-a-user"):
        folder.mkdir()
        (folder / "0.jpg").touch()
    with loading.image_folder() as folder:
        assert not left.exists()
        assert folder.startswith(str(home))
    assert {p.name for p in home.iterdir()} == {running.name, f"{loading.PREFIX}of-a-user"}


def test_without_a_data_folder_the_files_lie_in_the_temporary_one(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "file"))
    with loading.image_folder() as folder:
        assert not folder.startswith(str(tmp_path))


def test_the_numbers_of_processes_are_powers_of_two_and_all_cores():
    assert list(process_counts(machine(cpu_usable_cores=12))) == [1, 2, 4, 8, 12]
    assert list(process_counts(machine(cpu_usable_cores=1))) == [1]
    assert list(process_counts(machine())) == [1]
