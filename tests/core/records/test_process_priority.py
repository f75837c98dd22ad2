"""The priority of real processes; where the system lets nobody raise one, that is told."""

import os
import subprocess
import sys
import threading

import psutil
import pytest
from rigdyno.core.records import process_priority
from rigdyno.core.records.process_priority import KEEP, PARENT, VARIABLE, WORKER, raised_parent

MAY_RAISE = """
import os, sys
os.setpriority(os.PRIO_PROCESS, 0, -1)
"""
TELL = """
import os, threading
from rigdyno.core.records.process_priority import raise_own
told = [raise_own()]
threading.Thread(target=lambda: told.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))).start()
while len(told) < 2: pass
print(*told, open("/proc/self/autogroup").read().split()[-1] if os.path.exists("/proc/self/autogroup") else "")
"""


def may_raise():
    return sys.platform != "win32" and not subprocess.run([sys.executable, "-c", MAY_RAISE], stderr=-3).returncode


@pytest.fixture(autouse=True)
def allowed(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def answer(**variables):
    done = subprocess.run(
        [sys.executable, "-c", TELL],
        capture_output=True,
        text=True,
        env=os.environ | variables,
        start_new_session=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.skipif(not may_raise(), reason="this user may not raise priorities")
def test_a_worker_and_the_threads_that_it_starts_later_come_before_others():
    told, niceness, *group = answer()
    assert told == "True"
    assert int(niceness) == WORKER
    assert group in ([], [str(WORKER)]), "its session, where Linux shares the processor among sessions first"


def test_the_variable_forbids_it():
    told, niceness, *_ = answer(**{VARIABLE: KEEP})
    assert told == "False"
    assert int(niceness) == os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(not may_raise(), reason="this user may not raise priorities")
def test_all_threads_of_the_parent_are_raised_and_get_their_priority_back():
    before = psutil.Process().nice()
    ready, over = threading.Event(), threading.Event()
    seen = []

    def look():
        ready.set()
        over.wait()
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=look)
    thread.start()
    ready.wait()
    with raised_parent() as raised:
        assert raised
        assert psutil.Process().nice() == PARENT
        over.set()
        thread.join()
    assert seen == [PARENT]
    assert psutil.Process().nice() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets everybody")
def test_a_user_without_the_right_is_told_so_and_nothing_changes(monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    before = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(process_priority.os, "setpriority", refuse)
    assert not process_priority.raise_own()
    with raised_parent() as raised:
        assert not raised
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
