"""sweep: latency and throughput at batch sizes from 1 on (the claim "Ferrari or truck")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch

from ...records.events import Done, Event, Phase
from ...records.plan import Request
from ..devices import Device
from ..measurement import Clock, ThroughputMeter
from ..trainer import Trainer

BATCHES = tuple(2**n for n in range(11))
"""1 to 1024: from a single image, as in a robot, to more than from which small networks gain throughput."""
WINDOWS = 5


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Measure `WINDOWS` windows at each batch size, small ones first, on random data of the plan's shape.

    A batch of random data is a slice; gathering shuffled images would cost more than a step on one image. Stops:
    converged (all sizes were measured), time-limit, out-of-memory (the smaller sizes are kept).
    """
    plan, rules, clock = request.plan, request.rules, Clock()
    begin = clock.wall()
    emit(Phase(begin, "prepare"))
    device = Device(plan.device)
    trainer = Trainer(replace(plan, data="synthetic", batch=BATCHES[-1]), device)
    stop = "converged"
    emit(Phase(clock.wall(), "measure"))
    for batch in BATCHES:
        left = rules.budget_s - (clock.wall() - begin)
        if left <= 0:
            stop = "time-limit"
            break
        meter = ThroughputMeter(
            partial(trainer.step, batch),
            device.synchronize,
            batch,
            replace(rules, budget_s=left),
            emit,
            synchronous=device.synchronous,
        )
        try:
            # Warm-up: a new shape needs new kernels, and windows reach `window_s` only after a few.
            while meter.window(warm=True).seconds < rules.window_s / 2 and not meter.exhausted:
                pass
            for _ in range(WINDOWS):
                meter.window(warm=False)
                if meter.exhausted:
                    break
        except torch.OutOfMemoryError:
            if batch == BATCHES[0]:
                raise
            stop = "out-of-memory"
            break
    emit(Done(clock.wall(), stop, None, plan.threads, plan.precision, trainer.parameters))
