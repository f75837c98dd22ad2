"""The child: reads requests on stdin, trains, writes one line of JSON per event on stdout. Needs numpy and torch alone.

    python -m rigdyno.core.worker

It says `Hello` once torch is imported, then serves one request a line. End of stdin means that the parent is gone.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from .. import PACKAGES_FIRST
from ..records.child_channel import PROTOCOL_VERSION, decode_request, open_channel
from ..records.events import Event, Failed, Hello
from .pause_detection import PULSE
from .process_memory import cap, release


def main() -> int:
    """Serve until stdin ends. Returns 1 where torch cannot be imported, having said so."""
    if (first := os.environ.get(PACKAGES_FIRST)) and first not in sys.path:
        sys.path.insert(0, first)
    emit, requests = open_channel()
    PULSE.start()
    begin = time.perf_counter()
    try:
        from . import devices

        imported = time.perf_counter() - begin
        torch = devices.describe(imported)
        warm_imports()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        emit(Failed(time.perf_counter(), "torch-missing", f"{type(error).__name__}: {error}"))
        return 1
    emit(Hello(time.perf_counter(), os.getpid(), PROTOCOL_VERSION, torch))
    while True:
        serve(requests.get(), emit)


def serve(line: str, emit: Callable[[Event], None]) -> None:
    """Run one request; whatever goes wrong becomes one `Failed`, and the worker lives on."""
    import torch

    from .devices import first_line
    from .experiments import EXPERIMENTS
    from .measurement import DivergedError
    from .networks import ModelError

    try:
        request = decode_request(line)
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


def warm_imports() -> None:
    """Make the first optimiser now: it imports dynamo and sympy, 0.9 s that belong in no measurement."""
    import torch

    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
