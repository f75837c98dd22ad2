"""The main loop of the worker: reads requests from stdin, runs their experiments, writes events to stdout as JSON
lines.

python -m rigdyno.core.worker

It writes `Hello` once torch is imported, then serves one request a line. It ends with stdin, as the parent is gone
then.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from .. import PACKAGES_FIRST
from ..records.child_channel import PROTOCOL_VERSION, decode_request, open_channel
from ..records.events import Event, Failed, Hello
from ..records.process_priority import raise_own
from .pause_detection import PAUSE_DETECTOR
from .process_memory import limit_memory, return_freed_memory


def main() -> int:
    """Serve until stdin ends, which ends the process. Returns 1, after a `Failed`, where torch cannot be imported."""
    if (first := os.environ.get(PACKAGES_FIRST)) and first not in sys.path:
        sys.path.insert(0, first)
    emit, requests = open_channel()
    raised = raise_own()  # before torch makes its threads, which have the priority of their maker
    PAUSE_DETECTOR.start()
    begin = time.perf_counter()
    try:
        from . import devices

        imported = time.perf_counter() - begin
        torch = devices.describe_torch(imported, raised)
        import_optimizers()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        emit(Failed(time.perf_counter(), "torch-missing", f"{type(error).__name__}: {error}"))
        return 1
    emit(Hello(time.perf_counter(), os.getpid(), PROTOCOL_VERSION, torch))
    while True:
        serve(requests.get(), emit)


def serve(line: str, emit: Callable[[Event], None]) -> None:
    """Run one request. Every error becomes one `Failed` event, and the worker can serve the next request."""
    import torch

    from .devices import first_line_of
    from .experiments import EXPERIMENTS
    from .measurement import DivergedError
    from .networks import UserNetworkError

    try:
        request = decode_request(line)
        limit_memory(None if torch.accelerator.is_available() else request.memory)
        EXPERIMENTS[request.task](request, emit)
    except DivergedError as error:
        emit(Failed(time.perf_counter(), "diverged", str(error)))
    except UserNetworkError as error:
        emit(Failed(time.perf_counter(), "bad-model", str(error)))
    except (torch.OutOfMemoryError, MemoryError) as error:
        emit(Failed(time.perf_counter(), "out-of-memory", first_line_of(error)))
    except torch.AcceleratorError as error:  # from then on the device works for no call of this process
        emit(Failed(time.perf_counter(), "device-lost", first_line_of(error)))
    except Exception as error:
        # The CPU's allocator reports its failure as a plain RuntimeError.
        code = "out-of-memory" if "can't allocate memory" in str(error) else "error"
        emit(Failed(time.perf_counter(), code, f"{type(error).__name__}: {first_line_of(error)}"))
    finally:
        if torch.accelerator.is_available():
            torch.accelerator.empty_cache()
        return_freed_memory()


def import_optimizers() -> None:
    """Make an optimiser: the first one imports dynamo and sympy, 0.9 s that must not be part of a measurement."""
    import torch

    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
