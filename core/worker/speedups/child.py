"""A process in which ways to train are tried, as a compiler may hang, take minutes, or end its process."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from ...records.events import Event
from ...records.experiment_events.acceleration import Acceleration, Obstacle, Way
from ...records.process_priority import raise_own
from ..measurement import Clock

Tell = Callable[["Acceleration | Way"], None]
"""Takes the way that is tried from now on, or what became of it."""


def in_a_child(work: Callable[[Tell], None], folder: str, end: float, emit: Callable[[Event], None]) -> bool:
    """Let a new process do the `work` until the time `end`, and pass on what it tells; whether it was done by then."""
    context, clock = multiprocessing.get_context("spawn"), Clock()
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(work, folder, theirs), daemon=True)
    child.start()
    theirs.close()
    way: Way | None = None
    since = clock.wall()
    obstacle: Obstacle = ""
    try:
        while not obstacle:
            if not ours.poll(max(0.0, end - clock.wall())):
                obstacle = "over-time"
            elif isinstance(told := ours.recv(), Acceleration):
                emit(told)
                way = None
            else:
                way, since = told, clock.wall()
    except EOFError:
        child.join()
        obstacle = "broke" if child.exitcode else ""
    finally:
        _end(child)
        ours.close()
    if way and obstacle:
        detail = f"exit code {child.exitcode}" if obstacle == "broke" else ""
        emit(Acceleration(clock.wall(), way, (), (), clock.wall() - since, obstacle, detail))
    return obstacle != "over-time"


def _end(child: multiprocessing.process.BaseProcess) -> None:
    """Kill the process and the compilers that it has started."""
    if child.is_alive() and child.pid and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):  # it has not come to make its own group
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.join()


def _serve(work: Callable[[Tell], None], folder: str, pipe: Connection) -> None:
    """In the new process: do the work, and end at once where the worker is gone."""
    if hasattr(os, "setsid"):
        os.setsid()
    raise_own()  # as the worker: its new session, or on Windows its own class, would be that of others
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Compilers leave files in the temporary folder where they are killed.
    os.environ |= {"TORCHINDUCTOR_CACHE_DIR": folder, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
    tempfile.tempdir = None
    work(pipe.send)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)  # and the compilers, which are of this group
        os._exit(1)
