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

PROTOCOL = 1
PR_SET_PDEATHSIG = 1


def channel() -> tuple[Callable[[Event], None], queue.Queue[str]]:
    """How a child says events, and the lines that its parent sends; it ends with its parent."""
    die_first()
    _follow_parent()
    emit = event_writer(claim_stdout())
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=read_lines, args=(claim_stdin(), requests), daemon=True).start()
    return emit, requests


def decode(line: str) -> Request:
    """A request from its JSON line. Raises KeyError, TypeError or ValueError: the parent is ours, so that is a bug."""
    raw = json.loads(line)
    several = {name: tuple(raw.get(name, ())) for name in ("threads", "precisions")}
    return Request(raw["task"], Plan(**raw["plan"]), Rules(**raw["rules"]), memory=raw.get("memory"), **several)


def claim_stdin() -> TextIO:
    """Keep stdin for requests alone; whoever else asks gets an empty one.

    On Windows nobody can ask what kind of file a pipe is while somebody waits for its next line, and libraries ask just
    that of stdin when they are loaded: the import of torch would wait for a request, and the parent for the import.
    """
    ours = os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        ctypes.windll.kernel32.SetStdHandle(-10, ctypes.c_void_p(msvcrt.get_osfhandle(0)))  # STD_INPUT_HANDLE
    return ours


def claim_stdout() -> TextIO:
    """Keep stdout for events alone: whatever a library prints goes to stderr from now on."""
    sys.stdout.flush()
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return ours


def event_writer(out: TextIO) -> Callable[[Event], None]:
    def emit(event: Event) -> None:
        data: dict[str, Any] = dataclasses.asdict(event)
        out.write(json.dumps({"event": type(event).__name__, "data": data}, allow_nan=False) + "\n")
        out.flush()

    return emit


def read_lines(source: TextIO, requests: queue.Queue[str]) -> None:
    for line in source:
        requests.put(line)
    os._exit(0)  # the parent is gone: nobody is left to hear a clean goodbye, and a step may last many seconds


def _follow_parent() -> None:
    """On Linux the kernel ends this process with the thread that started it, also while torch's import stops the reader
    of stdin for seconds.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library of another kind
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def die_first() -> None:
    """Where the memory of all runs out, Linux ends this process and what it starts, and none of the user's programs."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
