"""capacity: the largest batch that trains in the memory that is free, found by trying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from ...records.events import Capacity, Done, Event, Phase
from ...records.plan import Request
from ..devices import Device
from ..measurement import Clock
from ..process_memory import current, peak, reset_peak
from ..trainer import Trainer

LARGEST = 65_536
"""What a plan may ask for, see `limits.FIELDS`."""
PRECISE = 1.06
"""A bisection ends when the batch that fits is within this factor of the one that does not."""
FEW = 8
"""From so large a batch on, its memory grows by the same for each image; for fewer, libraries choose other kernels."""
LEAP = 32
"""So many times what fits is tried next at most: a slope between small batches may be far off."""
SAFE = 0.85
"""Of the memory that may be used, what an extrapolated batch may take: allocators round up and fragment."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit one `Capacity`. Stops: converged, time-limit (then what is likely may stand, marked estimated).

    On an accelerator the batch is doubled until its memory tells where the end is, then tried there, until the device
    refuses. The computer's own memory never refuses, it swaps: there, batches are doubled only while the next one is
    sure to fit `request.memory` and the time, and the rest is told from how the peak of the resident memory grew.
    """
    plan, clock = request.plan, Clock()
    device = Device(plan.device)
    over = clock.wall() + request.rules.budget_s
    emit(Phase(clock.wall(), "measure"))
    find = _on_cpu if device.live else _by_bisection
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
        except torch.AcceleratorError:  # the device is gone, or no longer to be trusted
            raise
        except RuntimeError:  # a library's own limit: cuBLAS' workspace, indices of 32 bits
            if not fits:
                raise
            used = None
        if used is None or used > limit > 0:  # Windows' driver refuses nothing: it goes on in the computer's memory
            refused = trial
        else:
            fits = trial
            seen.append((trial, used))
        fixed, each = _line(seen)
        likely = int((limit - fixed) / each) if limit and each > 0 and fits >= 2 * FEW else 0
        trial = min(LARGEST, _next(fits, refused, min(LARGEST, LEAP * fits, int(likely / PRECISE))))
    found = fits == LARGEST or not fits < trial < refused or (fits > 0 and refused / fits <= PRECISE)
    most = fits if found else min(refused - 1, max(fits, int(SAFE * likely)))
    return Capacity(clock.wall(), most, limit, fits, seen[-1][1] or None if seen else None, estimated=not found)


def _next(fits: int, refused: int, likely: int) -> int:
    """The batch to try: where the end probably is, beyond it in steps of the precision, else twice or half way."""
    if fits < likely < refused:
        return min(refused - 1, max(likely, int(fits * PRECISE) + 1))
    if refused > LARGEST:
        return int(fits * PRECISE) + 1 if likely else 2 * fits
    return (fits + refused) // 2


def _tried(request: Request, device: Device, batch: int) -> int | None:
    """The bytes that a batch took at most (0 where the device does not tell); None where it was refused."""
    device.forget_peak()
    try:
        _step(request, device, batch)
    except torch.OutOfMemoryError:
        return None
    finally:
        torch.accelerator.empty_cache()
    return device.peak()


def _on_cpu(request: Request, device: Device, clock: Clock, over: float) -> Capacity:
    limit = request.memory or 0
    seen: list[tuple[int, int]] = []
    batch = 1
    before = current()
    _step(request, device, batch)  # the libraries' own workspace comes with the first step, and stays
    while True:
        begin = clock.wall()
        used = _growth(request, device, batch, before)
        spent = clock.wall() - begin
        if used is not None:
            seen.append((batch, used))
        fixed, each = _line(seen)
        sure = each > 0 and fixed + 2 * batch * each <= SAFE * limit
        # Twice the batch takes twice as long; one more of the same size is the margin.
        if (len(seen) > 1 and not sure) or 2 * batch > LARGEST or clock.wall() + 3 * spent > over or not limit:
            break
        batch *= 2
    most = int((SAFE * limit - fixed) / each) if each > 0 else batch
    most = min(max(most, batch), LARGEST)
    return Capacity(clock.wall(), most, limit, batch, seen[-1][1] if seen else None, estimated=most > batch)


def _growth(request: Request, device: Device, batch: int, before: int | None) -> int | None:
    """By how many bytes above `before` the resident memory peaked, while a fresh network did two steps.

    Above the same `before` for every batch: allocators keep what was freed and use it again.
    """
    reset_peak()
    _step(request, device, batch)
    after = peak()
    return None if before is None or after is None else max(0, after - before)


def _line(seen: list[tuple[int, int]]) -> tuple[float, float]:
    """(fixed bytes, bytes of a sample) through the two largest batches.

    Where they do not tell the two apart, all of it is the samples': too much rather than too little.
    """
    if not seen:
        return 0.0, 0.0
    (b0, m0), (b1, m1) = [(0, 0), *seen][-2:]
    each = (m1 - m0) / (b1 - b0)
    return (m1 - each * b1, each) if each > 0 and m1 > each * b1 else (0.0, m1 / b1)


def _step(request: Request, device: Device, batch: int) -> None:
    """One whole step of a fresh network; the second one holds the optimiser's state too."""
    # Without the search for the fastest kernels, which takes seconds for every new batch.
    trainer = Trainer(replace(request.plan, batch=batch, data="synthetic"), device, synthetic_batches=1, search=False)
    for _ in range(2):
        trainer.step()()
    device.synchronize()
