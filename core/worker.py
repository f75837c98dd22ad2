"""The child: reads requests on stdin, trains, writes one line of JSON per event on stdout. Needs numpy and torch alone.

    python -m rigdyno.core.worker

It says `Hello` once torch is imported, then serves one request a line. End of stdin means that the parent is gone.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

from . import PACKAGES_FIRST
from .memory_use import cap, die_first, release
from .model import Event, Failed, Hello, Plan, Request, Rules
from .stillness import PULSE

PROTOCOL = 1
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Serve until stdin ends. Returns 1 where torch cannot be imported, having said so."""
    if (first := os.environ.get(PACKAGES_FIRST)) and first not in sys.path:
        sys.path.insert(0, first)
    emit, requests = channel()
    PULSE.start()
    begin = time.perf_counter()
    try:
        from . import devices

        imported = time.perf_counter() - begin
        torch = devices.describe(imported)
        _warm_imports()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        emit(Failed(time.perf_counter(), "torch-missing", f"{type(error).__name__}: {error}"))
        return 1
    emit(Hello(time.perf_counter(), os.getpid(), PROTOCOL, torch))
    while True:
        serve(requests.get(), emit)


def channel() -> tuple[Callable[[Event], None], queue.Queue[str]]:
    """How a child says events, and the lines that its parent sends; it ends with its parent."""
    die_first()
    _follow_parent()
    emit = _writer(_claim_stdout())
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(_claim_stdin(), requests), daemon=True).start()
    return emit, requests


def serve(line: str, emit: Callable[[Event], None]) -> None:
    """Run one request; whatever goes wrong becomes one `Failed`, and the worker lives on."""
    import torch

    from .devices import first_line
    from .experiments import EXPERIMENTS
    from .measure import DivergedError
    from .models import ModelError

    try:
        request = decode(line)
        cap(None if torch.accelerator.is_available() else request.memory)
        EXPERIMENTS[request.task](request, emit)
    except DivergedError as error:
        emit(Failed(time.perf_counter(), "diverged", f"after {error} samples"))
    except ModelError as error:
        emit(Failed(time.perf_counter(), "bad-model", str(error)))
    except (torch.OutOfMemoryError, MemoryError) as error:
        emit(Failed(time.perf_counter(), "out-of-memory", first_line(error)))
    except torch.AcceleratorError as error:  # after one, nothing on that device works in this process any more
        emit(Failed(time.perf_counter(), "device-lost", first_line(error)))
    except Exception as error:  # the last line of defence: it names what it met
        # The CPU's allocator reports its failure as a plain RuntimeError.
        code = "out-of-memory" if "can't allocate memory" in str(error) else "error"
        emit(Failed(time.perf_counter(), code, f"{type(error).__name__}: {first_line(error)}"))
    finally:
        if torch.accelerator.is_available():
            torch.accelerator.empty_cache()
        release()


def decode(line: str) -> Request:
    """A request from its JSON line. Raises KeyError, TypeError or ValueError: the parent is ours, so that is a bug."""
    raw = json.loads(line)
    several = {name: tuple(raw.get(name, ())) for name in ("threads", "precisions")}
    return Request(raw["task"], Plan(**raw["plan"]), Rules(**raw["rules"]), memory=raw.get("memory"), **several)


def _claim_stdin() -> TextIO:
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


def _claim_stdout() -> TextIO:
    """Keep stdout for events alone: whatever a library prints goes to stderr from now on."""
    sys.stdout.flush()
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return ours


def _writer(out: TextIO) -> Callable[[Event], None]:
    def emit(event: Event) -> None:
        data: dict[str, Any] = dataclasses.asdict(event)
        out.write(json.dumps({"event": type(event).__name__, "data": data}, allow_nan=False) + "\n")
        out.flush()

    return emit


def _read(source: TextIO, requests: queue.Queue[str]) -> None:
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


def _warm_imports() -> None:
    """Make the first optimiser now: it imports dynamo and sympy, 0.9 s that belong in no measurement."""
    import torch

    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)


if __name__ == "__main__":
    sys.exit(main())
