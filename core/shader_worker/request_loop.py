"""The main loop of the shader worker, for computers with a GPU that their torch cannot use. Needs numpy and wgpu alone.

    python -m rigdyno.core.shader_worker

It writes `Adapters`, then measures the GPU that each request names, see `gpu_measurement.py`.
"""

from __future__ import annotations

import os
import time

from ..records.child_channel import PROTOCOL_VERSION, decode_request, open_channel
from ..records.events import Adapters, Failed
from ..records.process_priority import raise_own


def main() -> int:
    """Serve until stdin ends, which ends the process. Returns 1, after a `Failed`, where drivers cannot be asked."""
    emit, requests = open_channel()
    raise_own()
    try:
        from . import gpu, gpu_measurement

        found = gpu.adapters()
    except Exception as error:  # a driver, or the library that calls it, may raise anything
        emit(Failed(time.perf_counter(), "driver-error", f"{type(error).__name__}: {error}"))
        return 1
    emit(Adapters(time.perf_counter(), os.getpid(), PROTOCOL_VERSION, tuple(adapter for adapter, _ in found)))
    while True:
        request = decode_request(requests.get())
        try:
            gpu_measurement.measure(gpu.ShaderGpu(found[int(request.plan.device)][1]), request, emit)
        except gpu_measurement.WrongResultError as error:
            emit(Failed(time.perf_counter(), "driver-wrong", str(error)))
        except Exception as error:
            emit(Failed(time.perf_counter(), "driver-error", f"{type(error).__name__}: {error}"))
