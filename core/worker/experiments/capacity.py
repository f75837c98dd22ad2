"""capacity: the largest batch that trains in the memory that is free, found by trying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import torch

from ...records.events import Done, Event, Phase
from ...records.memory_events import Capacity
from ...records.plan import Request
from ..devices import Device
from ..measurement import Clock
from ..process_memory import current_memory, peak_memory, reset_peak_memory
from ..trainer import Trainer

LARGEST = 65_536
"""The largest batch that a plan may have, see `analysis/plan_limits.py`."""
PRECISE = 1.06
"""The bisection ends when the batch that does not fit is at most this many times the batch that fits."""
FEW = 8
"""From this batch on, memory grows linearly with the batch; for smaller ones, libraries choose other kernels."""
LEAP = 32
"""The next batch is at most so many times the one that fits: the slope between small batches may be far off."""
SAFE = 0.85
"""An extrapolated batch may take this share of the allowed memory, as allocators round up and fragment."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit one `Capacity`. Stops: converged, time-limit (the batch may then be an estimate, and is marked so).

    On an accelerator, batches are doubled, then chosen by linear extrapolation of their memory, and at last by
    bisection between one that fits and one that the device refused. On a processor nothing is ever refused, the
    computer swaps instead: there, batches are doubled only while the next one is sure to fit into `request.memory` and
    the time, and the largest one is extrapolated from the peaks of resident memory.
    """
    plan, clock = request.plan, Clock()
    device = Device(plan.device)
    over = clock.wall() + request.rules.budget_s
    emit(Phase(clock.wall(), "measure"))
    find = _on_cpu if device.synchronous else _by_bisection
    found = find(request, device, clock, over)
    emit(found)
    stop = "time-limit" if clock.wall() >= over else "converged"
    emit(Done(clock.wall(), stop, None, plan.threads, plan.precision, 0))


def _by_bisection(request: Request, device: Device, clock: Clock, over: float) -> Capacity:
    fits, refused, trial = 0, LARGEST + 1, 1
    limit = device.memory()[0] or 0
    seen: list[tuple[int, int]] = []
    likely = 0
    while clock.wall() < over and fits < trial < refused and (fits == 0 or refused / fits > PRECISE):
        try:
            used = _tried(request, device, trial)
        except torch.AcceleratorError:  # the device is lost, or in an undefined state
            raise
        except RuntimeError:  # the limit of a library, such as cuBLAS' workspace or indices of 32 bits
            if not fits:
                raise
            used = None
        if used is None or used > limit > 0:  # on Windows the driver refuses nothing, but uses the computer's memory
            refused = trial
        else:
            fits = trial
            seen.append((trial, used))
        each = _bytes_per_sample(seen)
        likely = fits + int((limit - seen[-1][1]) / each) if limit and each > 0 and fits >= 2 * FEW else 0
        trial = min(LARGEST, _next(fits, refused, min(LARGEST, LEAP * fits, int(likely / PRECISE))))
    found = fits == LARGEST or not fits < trial < refused or (fits > 0 and refused / fits <= PRECISE)
    most = fits if found else min(refused - 1, fits + max(0, int(SAFE * (likely - fits))))
    return Capacity(clock.wall(), most, limit, fits, seen[-1][1] or None if seen else None, estimated=not found)


def _bytes_per_sample(seen: list[tuple[int, int]]) -> float:
    """The steepest growth of the memory between two batches in turn, from `FEW` on; 0 where the device does not tell.

    Near the limit torch's allocator gives cached blocks back, and its peak hardly grows: on an H200 by 6 MB for each
    image of ResNet-50 between 1,519 and 1,611 images, and by 83 MB before.
    """
    return max(((m1 - m0) / (b1 - b0) for (b0, m0), (b1, m1) in pairwise(seen) if b0 >= FEW), default=0.0)


def _next(fits: int, refused: int, likely: int) -> int:
    """The batch to try next: the `likely` largest; beyond it, steps of `PRECISE`; else twice as many, or bisection."""
    if fits < likely < refused:
        return min(refused - 1, max(likely, int(fits * PRECISE) + 1))
    if refused > LARGEST:
        return int(fits * PRECISE) + 1 if likely else 2 * fits
    return (fits + refused) // 2


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
