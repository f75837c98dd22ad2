"""memory: the bytes that a workload needs, counted on the meta device without allocating them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from ...records.events import Done, Event, Phase
from ...records.experiment_events.memory import MemoryCount
from ...records.plan import Request
from ...records.workload import Workload
from ..devices import Device
from ..measurement import Clock
from ..memory_counting.count import count_memory
from ..networks import UserNetworkError
from ..process_memory import current_memory
from ..workload_trainer import UNCOUNTABLE, with_batch

USUAL_CONTEXT = 616 * 2**20
"""Bytes of CUDA's context with torch's libraries on an H200; other GPUs take 0.5 to 1.4 GB."""
SIDE = 512
"""Side of the matrices of the small step that makes libraries take their workspace."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit a `MemoryCount` of the plan's workload; where there is no accelerator, the same as one of NVIDIA's would
    allocate it; then of twice its batch, and for a language model of half its sequence: two counts give the line over
    the batch or the sequence. Stops: converged; time-limit (the last ones are missing); uncountable (a network of the
    user's that reads values).
    """
    plan, clock = request.plan, Clock()
    workload, device = plan.workload, Device(plan.device)
    if workload is None:
        raise ValueError("memory is counted for a workload")
    over = clock.wall() + request.rules.budget_s
    emit(Phase(clock.wall(), "prepare"))
    workload = with_batch(workload)
    context, limit = _context(device, request.memory)
    emit(Phase(clock.wall(), "measure"))
    stop = "converged"
    begin = clock.wall()
    for number, (kind, item) in enumerate(_variants(workload, device.torch.type, request.alone)):
        if number and clock.wall() + (clock.wall() - begin) / number > over:
            stop = "time-limit"
            break
        try:
            told = count_memory(item, kind)
        except UserNetworkError:
            raise
        except UNCOUNTABLE:
            stop = "uncountable"
            break
        here = (context, limit) if kind == device.torch.type else (USUAL_CONTEXT, None)
        parts = told.weights, told.gradients, told.optimizer, told.peak
        emit(MemoryCount(clock.wall(), kind, item.batch, item.sequence, *parts, *here, told.cache))
    emit(Done(clock.wall(), stop, None, plan.threads, workload.precision, 0))


def _variants(workload: Workload, kind: str, alone: bool) -> Iterator[tuple[str, Workload]]:
    yield kind, workload
    if alone:
        return
    if kind == "cpu" and not torch.accelerator.is_available():
        yield "cuda", workload
    yield kind, replace(workload, batch=2 * workload.batch)
    if workload.decoder and workload.prompt > 1:  # others have positions for so many tokens alone
        yield kind, workload.with_half_the_prompt()


def _context(device: Device, allowed: int | None) -> tuple[int, int | None]:
    """(bytes that libraries hold beside tensors, bytes that are free for tensors), after a small step on the device.

    On an accelerator the first includes what other programs hold there. On a processor it is this process itself.
    """
    _small_step(device)
    if device.synchronous:
        return current_memory() or 0, allowed
    free, total = device.memory()
    if free is None or total is None:
        return 0, None
    ours = torch.accelerator.memory_reserved(device.torch)
    return max(0, total - free - ours), free + ours


def _small_step(device: Device) -> None:
    convolution = torch.nn.Conv2d(4, 4, 3).to(device.torch)
    product = torch.nn.Linear(SIDE, SIDE).to(device.torch)
    images, rows = torch.ones(2, 4, 16, 16, device=device.torch), torch.ones(SIDE, SIDE, device=device.torch)
    (convolution(images).square().mean() + product(rows).square().mean()).backward()
    device.synchronize()
