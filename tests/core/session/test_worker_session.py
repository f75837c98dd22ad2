"""A worker from the parent's side: a real run, and every bad end, done for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from rigdyno.core.records.events import Done, Phase, Progress, Window
from rigdyno.core.records.plan import ACTIVE, PASSIVE, Plan, Request, Rules
from rigdyno.core.records.window_statistics import rate
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import SessionError, WorkerSession

SHORT = Rules(warmup_min_s=0.2, warmup_min_windows=2, warmup_cap_s=0.5, min_windows=3, budget_s=20)
LONG = Request("train", Plan(threads=1, seconds=60), Rules(warmup_cap_s=1, target=0, budget_s=90))
HELLO = (
    'print(\'{"event":"Hello","data":{"t":0,"pid":1,"protocol":1,"torch":{"version":"0","python":"3","cuda":"",'
    '"cpu_capability":"","threads":1,"architectures":[],"devices":[],"seconds_to_import":0}}}\', flush=True); '
    "import sys, time; sys.stdin.readline(); "
)


@contextmanager
def opened(code: str | None = None) -> Iterator[WorkerSession]:
    """A started session that is closed at the end: the real worker, or the Python code that starts a changed one."""
    engine = WorkerCommand() if code is None else WorkerCommand((sys.executable, "-P", "-c", code))
    made = WorkerSession(engine, time.perf_counter)
    made.start()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def session():
    with opened() as made:
        yield made


def fake(code: str, **patience: float) -> WorkerSession:
    """A session whose worker is a real process, but not an honest one."""
    return WorkerSession(WorkerCommand((sys.executable, "-c", HELLO + code)), time.perf_counter, **patience)


def after(kind: type, act) -> list:
    """A listener that calls `act` once at the first event of a kind, and the list of all events seen."""
    seen: list = []

    def listen(event):
        first = isinstance(event, kind) and not any(isinstance(e, kind) for e in seen)
        seen.append(event)
        if first:
            act()

    return [listen, seen]


def test_a_real_run_streams_and_ends(session):
    begin = time.perf_counter()
    listen, seen = after(Window, lambda: None)
    run = session.run(Request("train", Plan(threads=1, seconds=1), SHORT), listen)
    assert run.failure is None
    assert run.stop in ("converged", "time-limit")
    assert rate(run).median > 0
    assert run.done.parameters > 50_000
    assert run.windows[0].warm
    assert run.scores[-1].test_samples == 2000
    assert {"prepare", "warm-up", "measure", "evaluate"} <= {e.name for e in seen if isinstance(e, Phase)}
    assert any(isinstance(e, Progress) for e in seen)
    assert isinstance(seen[-1], Done)
    # the worker's clock was mapped onto ours
    assert begin <= run.started <= seen[0].t + 0.1
    assert all(a.t <= b.t + 1e-6 for a, b in zip(run.windows, run.windows[1:], strict=False))
    again = session.run(Request("train", Plan(threads=1, seconds=0.5), SHORT), lambda e: None)
    assert again.failure is None, "one worker serves one request after another"


@pytest.mark.faults
def test_killed_in_mid_run_keeps_what_was_measured(session):
    listen, _ = after(Window, lambda: os.kill(session.pid, signal.SIGKILL))
    run = session.run(LONG, listen)
    assert run.stop == "failed"
    assert run.failure.code == "died"
    assert "SIGKILL" in run.failure.detail
    assert run.windows
    assert not session.alive


def test_cancel_is_prompt_and_partial(session):
    asked = []

    def cancel():
        asked.append(time.perf_counter())
        threading.Thread(target=session.cancel).start()

    listen, _ = after(Window, cancel)
    run = session.run(LONG, listen)
    assert run.ended - asked[0] < 30, "it would have trained for a minute"
    assert run.stop == "cancelled"
    assert run.windows


def test_cancel_before_start():
    session = WorkerSession(WorkerCommand(), time.perf_counter)
    session.cancel()
    with pytest.raises(SessionError) as caught:
        session.start()
    assert caught.value.failure.code == "cancelled"


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space with RLIMIT_AS")
def test_out_of_memory_is_a_result_and_the_worker_lives_on():
    limited = (
        "import resource, runpy; resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30)); "
        "runpy.run_module('rigdyno.core.worker', run_name='__main__')"
    )
    with opened(limited) as session:
        huge = Plan(threads=1, data="synthetic", image_size=256, channels=3, width=64, batch=512)
        run = session.run(Request("train", huge, SHORT), lambda e: None)
        assert run.failure.code == "out-of-memory"
        run = session.run(Request("train", Plan(threads=1, seconds=0.5), SHORT), lambda e: None)
        assert run.failure is None


def test_a_diverging_loss_is_said():
    """A real worker with a network whose weights soon overflow: bounded learning rates alone hardly get there."""
    code = (
        "import torch, rigdyno.core.worker.networks as models, rigdyno.core.worker.request_loop as worker\n"
        "class Exploding(torch.nn.Linear):\n"
        "    def forward(self, x):\n"
        "        return super().forward(x) ** 9\n"
        "models.NETWORKS['mlp'] = models.Network(lambda plan: Exploding(50, 2), lambda plan: (50,))\n"
        "worker.main()\n"
    )
    with opened(code) as session:
        plan = Plan(model="mlp", threads=1, optimizer="sgd", learning_rate=10.0, data="synthetic", classes=2)
        run = session.run(Request("train", plan, LONG.rules), lambda e: None)
        assert run.failure.code == "diverged"
        assert "samples" in run.failure.detail


@pytest.mark.faults
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print('Segmentation what?', flush=True); time.sleep(60)", "Segmentation what?"),
        ("sys.stdout.buffer.write(b'\\xff\\xfe\\n'); sys.stdout.flush(); time.sleep(60)", ""),
        ('print(\'{"event":"Window","data":{"t":"soon"}}\', flush=True); time.sleep(60)', "Expected `float`"),
        ('print(\'{"event":"Boom","data":{}}\', flush=True); time.sleep(60)', "Boom"),
        ("sys.stdout.write('x' * 3_000_000); sys.stdout.flush(); time.sleep(60)", "bytes"),
        ("print('{\"event\":\"Pro', end='', flush=True); sys.exit(0)", '{"event":"Pro'),
    ],
)
def test_garbage_on_the_wire(code, expected):
    session = fake(code)
    session.start()
    run = session.run(LONG, lambda e: None)
    assert run.failure.code == "protocol"
    assert expected in run.failure.detail
    assert not session.alive


@pytest.mark.faults
def test_a_worker_that_never_answers():
    session = fake("time.sleep(60)", silence_s=0.5)
    session.start()
    pid = session.pid
    run = session.run(LONG, lambda e: None)
    assert run.failure.code == "silent"
    assert run.failure.detail == "0.5 s"
    assert not psutil.pid_exists(pid)


@pytest.mark.faults
def test_a_worker_that_never_says_hello():
    session = WorkerSession(
        WorkerCommand((sys.executable, "-c", "import time; time.sleep(60)")), time.perf_counter, hello_s=0.5
    )
    with pytest.raises(SessionError) as caught:
        session.start()
    assert caught.value.failure.code == "silent"


def test_last_words_are_passed_on():
    session = fake("raise SystemExit('the card fell off the bus')")
    session.start()
    run = session.run(LONG, lambda e: None)
    assert run.failure.code == "died"
    assert "the card fell off the bus" in run.failure.detail


def test_an_engine_without_torch(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch_cpu.so: cannot open shared object file')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import runpy; runpy.run_module('rigdyno.core.worker', run_name='__main__')"  # noqa: E501
    session = WorkerSession(WorkerCommand((sys.executable, "-P", "-c", code)), time.perf_counter)
    with pytest.raises(SessionError) as caught:
        session.start()
    assert caught.value.failure.code == "torch-missing"
    assert "libtorch_cpu.so" in caught.value.failure.detail


def test_an_engine_that_is_not_there():
    session = WorkerSession(WorkerCommand(("/no/such/python",)), time.perf_counter)
    with pytest.raises(SessionError) as caught:
        session.start()
    assert "/no/such/python" in caught.value.failure.detail


@pytest.mark.faults
def test_prints_of_a_library_do_not_reach_the_wire():
    code = (
        "import runpy, os, threading, time\n"
        "def noise():\n"
        "    while True:\n"
        "        print('noise from a library'); os.write(1, b'noise from C\\n'); time.sleep(0.01)\n"
        "import rigdyno.core.worker.request_loop as w, rigdyno.core.records.child_channel as channel\n"
        "old = channel.reserve_stdout\n"
        "def claim():\n"
        "    out = old(); threading.Thread(target=noise, daemon=True).start(); return out\n"
        "channel.reserve_stdout = claim\n"
        "w.main()\n"
    )
    with opened(code) as session:
        run = session.run(Request("train", Plan(threads=1, seconds=0.5), SHORT), lambda e: None)
        assert run.failure is None


@pytest.mark.faults
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a POSIX signal")
def test_the_child_dies_with_its_parent():
    code = (
        "import time\nfrom rigdyno.core.session.worker_command import WorkerCommand\n"
        "from rigdyno.core.session.worker_session import WorkerSession\n"
        "s = WorkerSession(WorkerCommand(), time.perf_counter); s.start(); print(s.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=30)  # by itself it would live for a minute


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal")
def test_the_child_dies_with_its_parent_also_while_torch_is_imported(tmp_path):
    """Real: a torch whose import lets no other thread of Python run for a minute."""
    (tmp_path / "torch.py").write_text("import ctypes, os; os.write(2, b'importing\\n'); ctypes.PyDLL(None).sleep(60)")
    worker = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from rigdyno.core.worker.request_loop import main; main()"
    )
    code = (
        "import time\nfrom rigdyno.core.session.worker_command import WorkerCommand\n"
        f"p = WorkerCommand(({sys.executable!r}, '-P', '-c', {worker!r})).start()\n"
        "p.stderr.readline(); print(p.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=30)


def test_close_leaves_nothing_behind():
    before = threading.active_count()
    session = WorkerSession(WorkerCommand(), time.perf_counter)
    session.start()
    pid = session.pid
    session.close()
    session.close()
    assert not psutil.pid_exists(pid)
    assert threading.active_count() == before


@pytest.mark.parametrize("policy", [ACTIVE, pytest.param(PASSIVE, marks=pytest.mark.slow)])
def test_a_worker_without_work_leaves_the_processor_to_the_others(policy):
    """A check holds a worker for each device: while one is measured, the others must not take its cores."""
    session = WorkerSession(WorkerCommand(threads=2, wait_policy=policy), time.perf_counter)
    session.start()
    try:
        run = session.run(Request("train", Plan(threads=2, seconds=0.5, data="synthetic"), SHORT), lambda event: None)
        assert run.failure is None
        worker = psutil.Process(session.pid)
        for _ in range(30):  # its threads may look for more work for a moment, which is longer on a busy machine
            before, begin = sum(worker.cpu_times()[:2]), time.perf_counter()
            time.sleep(1)
            used = (sum(worker.cpu_times()[:2]) - before) / (time.perf_counter() - begin)
            if used < 0.2:
                break
    finally:
        session.close()
    assert used < 0.2, f"{used:.2f} cores"


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_the_worker_keeps_its_memory_and_gives_it_back_between_runs(session):
    """Large tensors of a step come from memory that the step before has freed, and a run leaves little behind."""
    assert session.torch.environment["MALLOC_MMAP_MAX_"] == "0"
    worker = psutil.Process(session.pid)
    before = worker.memory_info().rss
    plan = Plan(model="small-cnn", image_size=64, channels=3, batch=512, threads=1, data="synthetic", seconds=0.5)
    peaks = []
    run = session.run(Request("train", plan, SHORT), lambda event: peaks.append(worker.memory_info().rss))
    assert run.failure is None
    session.run(Request("train", Plan(threads=1, seconds=0.5), SHORT), lambda event: None)
    grown, held = max(peaks) - before, worker.memory_info().rss - before
    assert held < 0.5 * grown, f"{grown >> 20} MiB at its peak, {held >> 20} MiB still held"


def test_requests_are_for_the_worker_alone():
    """A library that asks for stdin gets an empty one: on Windows it would wait for the worker's next request."""
    code = (
        "import sys; from rigdyno.core.records.child_channel import reserve_stdin; requests = reserve_stdin(); "
        "print(repr(sys.stdin.read()), repr(requests.readline()))"
    )
    told = subprocess.run([sys.executable, "-c", code], input="one\n", capture_output=True, text=True, timeout=200)
    assert told.stdout == "'' 'one\\n'\n", told.stderr
