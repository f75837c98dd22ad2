"""A child's end of the protocol: the requests that it reads on stdin, and the events that it writes on stdout."""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from .events import Event
from .plan import Plan, Request, Rules
from .workload import BoostedTrees, DecoderShape, ImageFiles, Workload

PROTOCOL_VERSION = 1
PR_SET_PDEATHSIG = 1


def open_channel() -> tuple[Callable[[Event], None], queue.Queue[str]]:
    """Connect this child process with its parent: (a function that writes an event, a queue of request lines).

    From now on the child ends when its parent does.
    """
    be_first_out_of_memory_victim()
    _die_with_parent()
    emit = event_writer(reserve_stdout())
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=read_lines, args=(reserve_stdin(), requests), daemon=True).start()
    return emit, requests


def decode_request(line: str) -> Request:
    """The request in one JSON line. Raises KeyError, TypeError or ValueError: since our own parent wrote the line, any
    of these is a bug.
    """
    raw = json.loads(line)
    plan = Plan(**raw["plan"])
    if told := raw["plan"].get("workload"):
        shape, trees = told.get("decoder"), told.get("boosting")
        parts = {
            "decoder": DecoderShape(**shape) if shape else None,
            "boosting": BoostedTrees(**trees) if trees else None,
        }
        workload = Workload(**told | parts)
        plan = dataclasses.replace(plan, workload=workload)
    if files := raw["plan"].get("files"):
        plan = dataclasses.replace(plan, files=ImageFiles(**files))
    more: dict[str, Any] = {name: raw[name] for name in ("memory", "alone", "folder") if name in raw}
    more |= {name: tuple(raw.get(name, ())) for name in ("threads", "precisions")}
    rules = Rules(**raw["rules"] | {"borders": tuple(raw["rules"].get("borders", ()))})
    return Request(raw["task"], plan, rules, **more)


def reserve_stdin() -> TextIO:
    """Take stdin for requests, and return it; every other reader of file descriptor 0 gets an empty file.

    On Windows, asking for the type of a pipe blocks while a thread waits for the pipe's next line. Libraries ask for
    the type of stdin when they are loaded: the import of torch would wait for a request, and the parent for the import.
    """
    ours = os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    tell_windows(0)
    return ours


def reserve_stdout() -> TextIO:
    """Take stdout for events, and return it; whatever a library prints goes to stderr from now on."""
    sys.stdout.flush()
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    tell_windows(1)
    sys.stdout = sys.stderr
    return ours


def tell_windows(descriptor: int) -> None:
    """Let Windows' own handle for standard input or output, descriptor 0 or 1, lead where the descriptor leads now.

    Libraries that bring their own C library, or call WriteFile, ask Windows and not our descriptors. The C library of
    Python sets the handle itself only in programs with a console.
    """
    if sys.platform == "win32":
        import msvcrt

        number = {0: -10, 1: -11}[descriptor]  # STD_INPUT_HANDLE, STD_OUTPUT_HANDLE
        ctypes.windll.kernel32.SetStdHandle(number, ctypes.c_void_p(msvcrt.get_osfhandle(descriptor)))


def event_writer(out: TextIO) -> Callable[[Event], None]:
    """A function that writes an event to `out` as one line of JSON. It raises ValueError for a number that is not
    finite.
    """

    def emit(event: Event) -> None:
        data: dict[str, Any] = dataclasses.asdict(event)
        out.write(json.dumps({"event": type(event).__name__, "data": data}, allow_nan=False) + "\n")
        out.flush()

    return emit


def read_lines(source: TextIO, requests: queue.Queue[str]) -> None:
    """Put every line into the queue; at the end of `source` end the process."""
    for line in source:
        requests.put(line)
    os._exit(0)  # the parent is gone; a clean exit would wait for the current step, which may last many seconds


def _die_with_parent() -> None:
    """Have Linux kill this process when the thread that started it ends.

    The end of stdin tells the same, but its reader stands still for seconds while torch is imported.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library without prctl
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def be_first_out_of_memory_victim() -> None:
    """Where the computer runs out of memory, let Linux kill this process and its children before the user's programs.

    1000 is the highest value of oom_score_adj, see proc(5).
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
