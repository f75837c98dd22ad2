"""matmul: one matrix product, from one multiplication at a time to all at once; and the bandwidth of memory."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from ...records.events import Done, Event, Phase, Timing
from ...records.plan import Request
from ..devices import Device
from ..measurement import Clock, time_repeatedly

PYTHON_SIDE, ROW_SIDE, CPU_SIDE, ACCELERATOR_SIDE = 48, 384, 1536, 4096
"""Sides of the square matrices, by way: as small as possible, but large enough that starting a product does not count.
"""
COPY_BYTES = 256 * 2**20
"""More than the caches of desktop processors hold, so that the copy is limited by memory."""
COPY_SHARE = 16
"""Divisor: the source of a copy takes at most this part of the memory that may be used."""
EACH = 12
"""Divisor: each way and precision takes this part of the run's time."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit a `Timing` for each way; the unit is "flop", or "byte" for the copy, which counts reading and writing.

    "matmul" is an fp32 product in five ways: one-at-a-time, row-at-a-time, one-core, all-cores, and on an accelerator
    all-at-once. "peak" is the fastest way of this device in each precision, which is the `way`. "copy" is a copy within
    the device's memory. A product of n x n matrices takes 2 n^3 operations.
    """
    plan, clock = request.plan, Clock()
    device = Device(plan.device)
    emit(Phase(clock.wall(), "measure"))
    cores = max((plan.threads, *request.threads))

    def say(name: str, way: str, action: Callable[[], object], work: float, unit: Literal["flop", "byte"]) -> None:
        seconds = time_repeatedly(action, device.synchronize, request.rules.budget_s / EACH, clock)
        emit(Timing(clock.wall(), name, seconds, work, unit, way))

    def product(side: int, precision: str = "fp32") -> Callable[[], Tensor]:
        device.set_precision(precision)
        dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision, torch.float32)
        a, b = (torch.randn(side, side, device=device.torch).to(dtype) for _ in range(2))
        out = torch.empty_like(a)
        return lambda: torch.mm(a, b, out=out)

    if device.synchronous:
        say("matmul", "one-at-a-time", _one_at_a_time(PYTHON_SIDE), 2.0 * PYTHON_SIDE**3, "flop")
        torch.set_num_threads(1)
        say("matmul", "row-at-a-time", _row_at_a_time(ROW_SIDE), 2.0 * ROW_SIDE**3, "flop")
        say("matmul", "one-core", product(CPU_SIDE), 2.0 * CPU_SIDE**3, "flop")
        torch.set_num_threads(cores)
    side = CPU_SIDE if device.synchronous else ACCELERATOR_SIDE
    whole = "all-cores" if device.synchronous else "all-at-once"
    say("matmul", whole, product(side), 2.0 * side**3, "flop")
    for precision in device.precisions():
        say("peak", precision, product(side, precision), 2.0 * side**3, "flop")
    count = min(COPY_BYTES, (request.memory or COPY_BYTES * COPY_SHARE) // COPY_SHARE) // 4
    source = torch.ones(count, device=device.torch)
    target = torch.empty_like(source)
    say("copy", "", lambda: target.copy_(source), 2.0 * source.nbytes, "byte")
    device.set_precision(plan.precision)
    emit(Done(clock.wall(), "converged", None, cores, "fp32", 0))


def _one_at_a_time(side: int) -> Callable[[], object]:
    """A product in plain Python, one multiplication after the other."""
    chance = random.Random(0)
    a, b = ([[chance.random() for _ in range(side)] for _ in range(side)] for _ in range(2))

    def multiply() -> list[list[float]]:
        out = [[0.0] * side for _ in range(side)]
        for i in range(side):
            for j in range(side):
                total = 0.0
                for k in range(side):
                    total += a[i][k] * b[k][j]
                out[i][j] = total
        return out

    return multiply


def _row_at_a_time(side: int) -> Callable[[], object]:
    """A product row by row: it uses vector units, but each row reads the whole second matrix again."""
    a, b = torch.randn(side, side), torch.randn(side, side)
    return lambda: [row @ b for row in a]
