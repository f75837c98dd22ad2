"""sweep: the time of a step over the batch size, from one image on: latency against throughput (Ferrari or truck)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch

from ...records.events import Done, Event, Phase
from ...records.plan import Request
from ..devices import Device
from ..measurement import Clock, Meter
from ..trainer import Trainer

BATCHES = tuple(2**n for n in range(11))
"""1 to 1024: from the single image of a robot's camera to more than small networks gain from."""
WINDOWS = 5


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Measure `WINDOWS` windows at each batch size, small ones first, on synthetic data of the plan's shape.

    Synthetic, since a batch is then a slice: gathering real images would cost more than a step on one of them. Stops:
    converged (every size was measured), time-limit, out-of-memory (sizes before that one stand).
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
        meter = Meter(
            partial(trainer.step, batch),
            device.synchronize,
            batch,
            replace(rules, budget_s=left),
            emit,
            live=device.live,
        )
        try:
            # New shapes choose new kernels, and the number of steps in a window has to be found first.
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
