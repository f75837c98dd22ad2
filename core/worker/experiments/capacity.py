"""capacity: the largest batch that trains in the memory that is free: counted, and tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from ...records.events import Done, Event, Phase
from ...records.experiment_events.memory import Capacity
from ...records.plan import Plan, Request
from ..devices import Device
from ..measurement import Clock
from ..memory_counting.count import count_memory
from ..process_memory import current_memory, peak_memory, reset_peak_memory
from ..trainer import Trainer
from ..workload_trainer import UNCOUNTABLE
from ..workloads.plan_workload import plan_blueprint, plan_workload

LARGEST = 65_536
"""The largest batch that a plan may have, see `analysis/plan_limits.py`."""
PRECISE = 1.06
"""The search ends when the batch that does not fit, or that there is no room for, is at most this many times the batch
that fits. The first batch that is tried is smaller than the counted one by as much.
"""
COUNTED = (16, 32)
"""Batches whose memory is counted: it grows linearly from there on."""
SAFE = 0.85
"""An extrapolated batch may take this share of the allowed memory, as allocators round up and fragment."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit one `Capacity`. Stops: converged, time-limit (the batch may then be an estimate, and is marked so).

    On an accelerator the batch follows from the counted memory of two batches, and is confirmed by steps near it. On a
    processor nothing is ever refused, the computer swaps instead: there, batches are doubled only while the next one is
    sure to fit into `request.memory` and the time, and the largest one is extrapolated from the peaks of resident
    memory. It is more than the count: the allocator keeps what is freed in pieces, and ResNet-50 took 138 MB for each
    image, of which 86 MB are counted.
    """
    plan, clock = request.plan, Clock()
    device = Device(plan.device)
    over = clock.wall() + request.rules.budget_s
    emit(Phase(clock.wall(), "measure"))
    if device.synchronous:
        found = _on_cpu(request, device, clock, over)
    else:
        found = _by_trying(request, device, clock, over, _counted(plan, device.torch.type))
    emit(found)
    stop = "time-limit" if clock.wall() >= over else "converged"
    emit(Done(clock.wall(), stop, None, plan.threads, plan.precision, 0))


def _counted(plan: Plan, kind: str) -> tuple[float, float]:
    """(bytes without any sample, bytes of each sample) of a training step, by the counts of two batches; noughts where
    the network cannot be counted.
    """
    network = plan_blueprint(plan)
    try:
        small, large = (count_memory(plan_workload(plan, batch), kind, network).peak for batch in COUNTED)
    except UNCOUNTABLE:
        return 0.0, 0.0
    each = (large - small) / (COUNTED[1] - COUNTED[0])
    return small - COUNTED[0] * each, each


def _by_trying(
    request: Request, device: Device, clock: Clock, over: float, counted: tuple[float, float] = (0.0, 0.0)
) -> Capacity:
    """Try the batch that is likely to be the largest, `counted` as `_counted` tells; then by the memory that steps
    took, and by bisection below a batch that the device refused.
    """
    limit = device.memory()[0] or 0
    fixed, each = counted
    fits, used, refused = 0, 0, LARGEST + 1
    likely = max(0.0, (limit - fixed) / each) if limit and each else 0.0
    while clock.wall() < over and not _found(fits, refused, likely if each else 0.0):
        trial = _next(fits, refused, int(min(LARGEST, likely / PRECISE)))
        try:
            took = _tried(request, device, trial)
        except torch.AcceleratorError:  # the device is lost, or in an undefined state
            raise
        except RuntimeError:  # the limit of a library, such as cuBLAS' workspace or indices of 32 bits
            if trial == 1:
                raise
            took = None
        if took is None or took > limit > 0:  # on Windows the driver refuses nothing, but uses the computer's memory
            refused = trial
            continue
        fits, used = trial, took
        # Where nothing was counted, all that a step takes is taken for growing with the batch: that is never too much.
        growth = each or used / fits
        likely = fits + (limit - used) / growth if limit and used else likely
    found = _found(fits, refused, likely if each else 0.0)
    most = fits if found else min(refused - 1, fits + max(0, int(SAFE * (likely - fits))))
    return Capacity(clock.wall(), most, limit, fits, used or None, estimated=not found)


def _found(fits: int, refused: int, likely: float) -> bool:
    """Whether the batch that fits is nearly the one that does not, or the one that is `likely` the largest (0: nobody
    knows).
    """
    nearly = fits > 0 and 0 < likely < PRECISE * (fits + 1)
    return nearly or refused <= max(PRECISE * fits, fits + 1) or fits >= LARGEST


def _next(fits: int, refused: int, likely: int) -> int:
    """The batch to try next: the `likely` largest; beyond it, steps of `PRECISE`; else twice as many, or bisection."""
    if fits < likely < refused:
        return min(refused - 1, max(likely, int(fits * PRECISE) + 1))
    if refused > LARGEST:
        return min(LARGEST, int(fits * PRECISE) + 1 if likely else max(1, 2 * fits))
    return max(1, (fits + refused) // 2)


def _tried(request: Request, device: Device, batch: int) -> int | None:
    """The peak bytes of a step with this batch (0 where the device does not tell); None where memory was refused."""
    device.reset_peak_memory()
    try:
        _step(request, device, batch)
    except torch.OutOfMemoryError:
        return None
    finally:
        torch.accelerator.empty_cache()
    return device.peak_memory()


def _on_cpu(request: Request, device: Device, clock: Clock, over: float) -> Capacity:
    limit = request.memory or 0
    seen: list[tuple[int, int]] = []
    batch = 1
    before = current_memory()
    _step(request, device, batch)  # the first step allocates workspace of libraries, which stays
    while True:
        begin = clock.wall()
        used = _growth(request, device, batch, before)
        spent = clock.wall() - begin
        if used is not None:
            seen.append((batch, used))
        fixed, each = _line(seen)
        sure = each > 0 and fixed + 2 * batch * each <= SAFE * limit
        # Twice the batch takes twice as long; the third `spent` is a margin.
        if (len(seen) > 1 and not sure) or 2 * batch > LARGEST or clock.wall() + 3 * spent > over or not limit:
            break
        batch *= 2
    most = int((SAFE * limit - fixed) / each) if each > 0 else batch
    most = min(max(most, batch), LARGEST)
    return Capacity(clock.wall(), most, limit, batch, seen[-1][1] if seen else None, estimated=most > batch)


def _growth(request: Request, device: Device, batch: int, before: int | None) -> int | None:
    """By how many bytes the resident memory rose above `before` at most, while a new network did two steps.

    `before` is the same for every batch, since allocators keep freed memory and use it again.
    """
    reset_peak_memory()
    _step(request, device, batch)
    after = peak_memory()
    return None if before is None or after is None else max(0, after - before)


def _line(seen: list[tuple[int, int]]) -> tuple[float, float]:
    """(fixed bytes, bytes of each sample): the line through the two largest batches, from pairs of (batch, bytes).

    Where that line makes no sense, all bytes are counted for the samples, which overestimates larger batches.
    """
    if not seen:
        return 0.0, 0.0
    (b0, m0), (b1, m1) = [(0, 0), *seen][-2:]
    each = (m1 - m0) / (b1 - b0)
    return (m1 - each * b1, each) if each > 0 and m1 > each * b1 else (0.0, m1 / b1)


def _step(request: Request, device: Device, batch: int) -> None:
    """Two training steps of a new network: from the second one on the optimiser has its state."""
    # Without cuDNN's search for the fastest kernels, which takes seconds for every new batch.
    trainer = Trainer(replace(request.plan, batch=batch, data="synthetic"), device, synthetic_batches=1, search=False)
    for _ in range(2):
        trainer.step()()
    device.synchronize()
