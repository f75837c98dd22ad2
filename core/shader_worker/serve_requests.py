"""The child that measures GPUs through their drivers alone, for computers whose torch cannot use the GPU they have.

    python -m rigdyno.core.shader_worker

It says `Adapters`, then measures the one that each request names: first that products are right, then how fast memory
is copied, then products without a pause, and at the end that they are still right. Needs numpy and wgpu, no torch.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..records.child_channel import PROTOCOL_VERSION, decode_request, open_channel
from ..records.events import Adapters, Checked, Done, Event, Failed, Phase, Timing, Window, Work
from ..records.plan import Request

if TYPE_CHECKING:
    from .shaders import Kernel, Matrix, Shaders

SIZES = (512, 509)
"""A product whose tiles are whole, and one with a rest in every direction."""
TOLERANCE = 1e-4
"""Sums of 4096 products in single precision are off by some 1e-6 of the largest; wrong shaders by far more."""
LARGEST = 4096
"""Three matrices of this size take 192 MiB; a larger product is no faster for its work."""
LONG_S = 0.02
"""From this time on starting a product no longer counts; a smaller one is made larger."""
TOGETHER_S = 0.05
"""What is submitted at once takes no longer: the desktop shares the GPU, and Windows resets one busy for 2 s."""
COPIES, COPY_S, ROWS = 10, 1.0, 4

Emit = Callable[[Event], None]


class WrongError(RuntimeError):
    """The GPU calculates wrongly."""


def main() -> int:
    """Serve until stdin ends. Returns 1 where the drivers cannot be asked, having said so."""
    emit, requests = open_channel()
    try:
        from . import shaders

        found = shaders.adapters()
    except Exception as error:  # whatever a driver or the library that speaks to it does
        emit(Failed(time.perf_counter(), "driver-error", f"{type(error).__name__}: {error}"))
        return 1
    emit(Adapters(time.perf_counter(), os.getpid(), PROTOCOL_VERSION, tuple(adapter for adapter, _ in found)))
    while True:
        request = decode_request(requests.get())
        try:
            measure(shaders.Shaders(found[int(request.plan.device)][1]), request, emit)
        except WrongError as error:
            emit(Failed(time.perf_counter(), "driver-wrong", str(error)))
        except Exception as error:
            emit(Failed(time.perf_counter(), "driver-error", f"{type(error).__name__}: {error}"))


def measure(gpu: Shaders, request: Request, emit: Emit) -> None:
    """All that there is to measure on one GPU. Raises WrongError as soon as a result is not numpy's."""
    emit(Phase(time.perf_counter(), "verify"))
    for size in SIZES:
        a, b = _random(size, request.plan.seed), _random(size, request.plan.seed + 1)
        _, check = _product(gpu, a, b)
        emit(check(size))
    emit(Phase(time.perf_counter(), "copy"))
    for event in _copied(gpu):
        emit(event)
    emit(Phase(time.perf_counter(), "measure"))
    size, each, kernel, check = _sized(gpu, request.plan.seed)
    emit(Work(time.perf_counter(), 1, 2.0 * size**3, 2.0 * size**3, 12.0 * size**2))
    end = time.perf_counter() + request.plan.seconds
    while (begin := time.perf_counter()) < end:
        cpu = time.process_time()
        steps = max(1, round(request.rules.window_s / each))
        gpu.run(kernel, steps, max(1, int(TOGETHER_S / each)))
        seconds = time.perf_counter() - begin
        each = seconds / steps
        emit(Window(begin, seconds, steps, steps, 1, time.process_time() - cpu, False))
    emit(check(ROWS))
    emit(Done(time.perf_counter(), "time-limit", None, 0, "fp32", 0))


def _sized(gpu: Shaders, seed: int) -> tuple[int, float, Kernel, Callable[[int], Checked]]:
    """A product that takes long enough to be timed, or is as large as it gets: (size, seconds, itself, its check)."""
    size = min(SIZES)
    while True:
        size = -(-size // 2**9) * 2**9
        kernel, check = _product(gpu, _random(size, seed), _random(size, seed + 1))
        seconds = _timed(gpu, kernel)
        if seconds >= LONG_S or size >= LARGEST or 16 * size**2 > gpu.largest:
            return size, seconds, kernel, check
        size *= 2


def _product(gpu: Shaders, a: Matrix, b: Matrix) -> tuple[Kernel, Callable[[int], Checked]]:
    """A B on the GPU, and what compares so many rows of it with numpy's; done once, so that there is something."""
    n = len(a)
    target = gpu.buffer(size=a.nbytes)
    kernel = gpu.product(gpu.buffer(a), gpu.buffer(b), target, n)
    gpu.run(kernel)

    def check(rows: int) -> Checked:
        error = 0.0
        for first in {0, n - rows}:  # the last ones are in the last tile, which may be a part of one
            found = gpu.read(target, 4 * first * n, 4 * rows * n).reshape(rows, n)
            true = a[first : first + rows].astype(np.float64) @ b
            error = max(error, float(np.abs(found - true).max() / np.abs(true).max()))
        return _judged("product", n, error)

    return kernel, check


def _copied(gpu: Shaders) -> tuple[Timing, Checked]:
    """How long a copy takes, and that it is one."""
    from .shaders import COPY_BYTES

    size = min(COPY_BYTES, gpu.largest // 16 * 16)
    content = np.arange(size // 4, dtype=np.float32)
    target = gpu.buffer(size=size)
    kernel = gpu.copy(gpu.buffer(content), target, size)
    gpu.run(kernel)
    # Several in one submission: what starting and waiting take is not the memory's.
    together = max(1, min(100, int(TOGETHER_S / _timed(gpu, kernel))))
    times: list[float] = []
    while len(times) < COPIES and sum(times) * together < COPY_S:
        times.append(_timed(gpu, kernel, together) / together)
    part = min(size, 2**20)
    error = 0.0
    for offset in (0, size - part):
        found = gpu.read(target, offset, part)
        error = max(error, float(np.abs(found - content[offset // 4 : (offset + part) // 4]).max() / content[-1]))
    at = time.perf_counter()
    return Timing(at, "copy", tuple(times), 2.0 * size, "byte", "shader"), _judged("copy", size, error)


def _judged(name: str, size: int, error: float) -> Checked:
    if not error <= TOLERANCE:  # neither is a value that is no number
        raise WrongError(f"{name} of {size}: off by {error:.1e} of the largest value")
    return Checked(time.perf_counter(), name, size, error)


def _timed(gpu: Shaders, kernel: Kernel, times: int = 1) -> float:
    begin = time.perf_counter()
    gpu.run(kernel, times, times)
    return time.perf_counter() - begin


def _random(n: int, seed: int) -> Matrix:
    """Values from -0.5 to 0.5, of both signs so that sums do not grow."""
    return np.random.default_rng(seed).random((n, n), dtype=np.float32) - np.float32(0.5)
