"""Measures one GPU with compute shaders: first that products are right, then memory bandwidth, then products for
seconds.

At the end the last product is compared with numpy again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ..records.events import Checked, Done, Event, Phase, Timing, Window, Work
from ..records.plan import Request
from .gpu import Kernel, Matrix, ShaderGpu
from .shader_code import COPY_BYTES

SIZES = (512, 509)
"""Sizes of products that are verified: a multiple of a tile, and one with incomplete tiles."""
TOLERANCE = 1e-4
"""Share of the largest value. Sums of 4096 products in single precision have errors of 1e-6; wrong shaders far larger.
"""
LARGEST = 4096
"""The largest product: three such matrices take 192 MiB, and larger ones reach no higher rate."""
LONG_S = 0.02
"""A product is enlarged until it takes so many seconds, so that starting it does not count."""
SUBMISSION_S = 0.05
"""The most seconds of one submission: the desktop shares the GPU, and Windows resets a GPU that is busy for 2 s."""
COPIES, COPY_S, ROWS = 10, 1.0, 4
"""At most so many timed copies within so many seconds; rows that are compared at the end."""

Emit = Callable[[Event], None]


class WrongResultError(RuntimeError):
    """The GPU calculates wrongly."""


def measure(gpu: ShaderGpu, request: Request, emit: Emit) -> None:
    """Measure one GPU. Raises WrongResultError as soon as a result differs from numpy's by more than `TOLERANCE`."""
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
        gpu.run(kernel, steps, max(1, int(SUBMISSION_S / each)))
        seconds = time.perf_counter() - begin
        each = seconds / steps
        emit(Window(begin, seconds, steps, steps, 1, time.process_time() - cpu, False))
    emit(check(ROWS))
    emit(Done(time.perf_counter(), "time-limit", None, 0, "fp32", 0))


def _sized(gpu: ShaderGpu, seed: int) -> tuple[int, float, Kernel, Callable[[int], Checked]]:
    """(size, seconds, kernel, check) of a product that takes at least `LONG_S`, or is as large as allowed."""
    size = min(SIZES)
    while True:
        size = -(-size // 2**9) * 2**9
        kernel, check = _product(gpu, _random(size, seed), _random(size, seed + 1))
        seconds = _timed(gpu, kernel)
        if seconds >= LONG_S or size >= LARGEST or 16 * size**2 > gpu.largest:
            return size, seconds, kernel, check
        size *= 2


def _product(gpu: ShaderGpu, a: Matrix, b: Matrix) -> tuple[Kernel, Callable[[int], Checked]]:
    """(kernel of A B, a function that compares so many rows of its result with numpy). The kernel is run once."""
    n = len(a)
    target = gpu.buffer(size=a.nbytes)
    kernel = gpu.product(gpu.buffer(a), gpu.buffer(b), target, n)
    gpu.run(kernel)

    def check(rows: int) -> Checked:
        error = 0.0
        for first in {0, n - rows}:  # the last rows are in the last tile, which may be incomplete
            found = gpu.read(target, 4 * first * n, 4 * rows * n).reshape(rows, n)
            true = a[first : first + rows].astype(np.float64) @ b
            error = max(error, float(np.abs(found - true).max() / np.abs(true).max()))
        return _judged("product", n, error)

    return kernel, check


def _copied(gpu: ShaderGpu) -> tuple[Timing, Checked]:
    """Time copies within the GPU's memory, and compare the result with the source."""
    size = min(COPY_BYTES, gpu.largest // 16 * 16)
    content = np.arange(size // 4, dtype=np.float32)
    target = gpu.buffer(size=size)
    kernel = gpu.copy(gpu.buffer(content), target, size)
    gpu.run(kernel)
    # Several in one submission, so that starting and waiting do not count.
    at_once = max(1, min(100, int(SUBMISSION_S / _timed(gpu, kernel))))
    times: list[float] = []
    while len(times) < COPIES and sum(times) * at_once < COPY_S:
        times.append(_timed(gpu, kernel, at_once) / at_once)
    part = min(size, 2**20)
    error = 0.0
    for offset in (0, size - part):
        found = gpu.read(target, offset, part)
        error = max(error, float(np.abs(found - content[offset // 4 : (offset + part) // 4]).max() / content[-1]))
    at = time.perf_counter()
    return Timing(at, "copy", tuple(times), 2.0 * size, "byte", "shader"), _judged("copy", size, error)


def _judged(name: str, size: int, error: float) -> Checked:
    if not error <= TOLERANCE:  # so written, it catches NaN as well
        raise WrongResultError(f"{name} of {size}: off by {error:.1e} of the largest value")
    return Checked(time.perf_counter(), name, size, error)


def _timed(gpu: ShaderGpu, kernel: Kernel, times: int = 1) -> float:
    begin = time.perf_counter()
    gpu.run(kernel, times, times)
    return time.perf_counter() - begin


def _random(n: int, seed: int) -> Matrix:
    """Random values from -0.5 to 0.5: with both signs, sums of products stay small."""
    return np.random.default_rng(seed).random((n, n), dtype=np.float32) - np.float32(0.5)
