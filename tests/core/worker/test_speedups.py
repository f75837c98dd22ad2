"""Ways to train faster: in a process that ends with the budget, on cores that the system really has."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import psutil
import pytest
from rigdyno.core.records.duet import Duet
from rigdyno.core.records.events import Done
from rigdyno.core.records.experiment_events.acceleration import Acceleration
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.worker.devices import Device
from rigdyno.core.worker.duet import Player
from rigdyno.core.worker.experiments import EXPERIMENTS
from rigdyno.core.worker.measurement import Clock
from rigdyno.core.worker.speedups import thread_places, ways
from rigdyno.core.worker.speedups.child import Tell, in_a_child
from rigdyno.core.worker.trainer import Trainer

from . import child_work

TINY = Plan(width=2, depth=1, threads=1)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a program place its threads")


def told(work: Callable[[Tell], None], folder: Path, seconds: float = 60) -> tuple[list[Acceleration], bool]:
    events: list = []
    finished = in_a_child(work, str(folder), Clock().wall() + seconds, events.append)
    return events, finished


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there, compilers end by themselves")
def test_a_compiler_that_hangs_ends_with_the_budget_and_nothing_survives(tmp_path):
    events, finished = told(child_work.hang, tmp_path, seconds=8)
    assert not finished
    assert [(e.way, e.obstacle) for e in events] == [("cores", "no-affinity"), ("numa", "over-time")]
    assert 0 < events[-1].start_s < 8
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "1234.5"]]
    assert not [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]


WORKER = """
import sys, time
from rigdyno.core.worker.speedups.child import in_a_child
from tests.core.worker import child_work
if __name__ == "__main__":
    in_a_child(child_work.hang, sys.argv[1], time.perf_counter() + 600, lambda event: print(event.way, flush=True))
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there, compilers end by themselves")
def test_the_process_ends_with_its_worker(tmp_path):
    root = Path(__file__).parents[3]
    code = tmp_path / "worker.py"
    code.write_text(WORKER, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, str(code), str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, env=environment) as worker:
        assert worker.stdout
        assert worker.stdout.readline().strip() == b"cores"
        family = [p for p in psutil.Process(worker.pid).children() if "spawn_main" in " ".join(p.cmdline())]
        beyond = [c for p in family for c in p.children()]
        worker.kill()
    assert (len(family), len(beyond)) == (1, 1), "the process, and the compiler that it has started"
    _gone, alive = psutil.wait_procs([*family, *beyond], timeout=30)
    assert not alive


def test_a_compiler_that_ends_its_process_is_told(tmp_path):
    events, finished = told(child_work.crash, tmp_path)
    assert finished
    assert [(e.way, e.obstacle, e.detail) for e in events] == [("compile", "broke", "exit code 3")]


def test_all_that_is_written_goes_into_the_folder(tmp_path):
    events, finished = told(child_work.write, tmp_path)
    assert finished
    assert len(events) == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_no_time_leaves_no_folder_behind(tmp_path):
    events: list = []
    EXPERIMENTS["speedups"](Request("speedups", TINY, Rules(budget_s=0), folder=str(tmp_path)), events.append)
    assert isinstance(events[-1], Done)
    assert events[-1].stop == "time-limit"
    assert not list(tmp_path.iterdir())


def test_a_frozen_program_says_that_it_has_no_compiler(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    events: list = []
    EXPERIMENTS["speedups"](Request("speedups", TINY, Rules(), folder=str(tmp_path)), events.append)
    assert [(e.way, e.obstacle) for e in events if isinstance(e, Acceleration)] == [("compile", "frozen")]


def test_without_a_compiler_nothing_is_compiled(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    found = ways._compiled(TINY, player(), Random(0))
    assert (found.obstacle, found.rates) == ("no-compiler", ())


def player() -> Player:
    made = Player(Trainer(TINY, Device("cpu")), Rules())
    made.window()
    made.window()
    return made


def test_a_changed_network_plays_a_duet():
    changed: list[Trainer] = []
    found = ways._changed("cuda-graphs", changed.append, TINY, player(), Random(0))
    assert len(changed) == 1
    assert found.obstacle == ""
    assert len(found.rates) == len(found.plain) >= 2
    assert not Duet(found.rates, found.plain).ratio.median > 3, "nothing was changed"


def test_a_changed_network_that_learns_worse_is_not_compared():
    def spoil(trainer: Trainer) -> None:
        trainer.optimizer.param_groups[0]["lr"] = 10.0

    found = ways._changed("compile", spoil, TINY, player(), Random(0))
    assert (found.obstacle, found.rates) == ("differs", ())


@LINUX
def test_threads_are_tied_and_set_free_again():
    before = os.sched_getaffinity(0)
    found = ways._on_cores(TINY, player(), Random(0))
    assert found.obstacle == ""
    assert len(found.rates) >= 2
    assert os.sched_getaffinity(0) == before
    one = {min(before)}
    with thread_places.on_places({threading.get_native_id(): one, 2**22 - 1: one}):
        assert os.sched_getaffinity(threading.get_native_id()) == one
    assert os.sched_getaffinity(threading.get_native_id()) == before


@LINUX
def test_the_thread_at_work_is_found():
    def work() -> None:
        until = time.thread_time() + 0.2
        while time.thread_time() < until:
            pass

    idle = threading.Event()
    others = [threading.Thread(target=idle.wait, daemon=True) for _ in range(3)]
    for thread in others:
        thread.start()
    assert thread_places.threads_at_work(4, work) == [threading.get_native_id()]
    idle.set()


@LINUX
def test_cores_and_nodes_are_read_as_the_system_tells_them(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _thread: {0, 1, 2, 3, 8})
    for number, siblings in {0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}.items():
        place = tmp_path / f"cpu/cpu{number}/topology"
        place.mkdir(parents=True)
        (place / "thread_siblings_list").write_text(siblings + "\n", encoding="ascii")
    for node, listed in {0: "0-1,4", 1: "2-3", 2: "9-12", 10: "8"}.items():
        (tmp_path / f"node/node{node}").mkdir(parents=True)
        (tmp_path / f"node/node{node}/cpulist").write_text(listed + "\n", encoding="ascii")
    assert thread_places.cores(tmp_path) == [0, 1, 8], "8 is not described, so it is a core of its own"
    assert thread_places.nodes(tmp_path) == [{0, 1}, {2, 3}, {8}], "none of node 2 may be used"
    assert thread_places.numbers("0-3,8") == {0, 1, 2, 3, 8}


@LINUX
def test_a_network_can_be_kept_on_one_of_several_nodes(monkeypatch):
    mine = sorted(os.sched_getaffinity(0))
    monkeypatch.setattr(ways, "nodes", lambda: [{mine[0]}, set(mine)])
    found = ways._on_one_node(TINY, player(), Random(0))
    assert found.obstacle == ""
    assert os.sched_getaffinity(0) == set(mine)
    monkeypatch.setattr(ways, "nodes", lambda: [set(mine)])
    assert ways._on_one_node(TINY, player(), Random(0)) is None


@pytest.mark.slow
@LINUX
def test_it_really_compiles(tmp_path):
    events: list = []
    EXPERIMENTS["speedups"](Request("speedups", TINY, Rules(budget_s=300), folder=str(tmp_path)), events.append)
    found = {e.way: e for e in events if isinstance(e, Acceleration)}
    assert found["compile"].obstacle == "", found["compile"].detail
    assert found["compile"].start_s > 0
    assert len(found["compile"].rates) >= 2
    assert not list(tmp_path.iterdir())
