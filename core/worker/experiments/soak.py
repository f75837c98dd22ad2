"""soak: trains for many minutes without a pause, to measure the speed that heat and power limits leave."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase
from ...records.plan import Request
from ..devices import Device
from ..measurement import ThroughputMeter
from ..trainer import Trainer


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Measure for the plan's seconds from the second step on: the cool machine's first seconds matter too."""
    plan = request.plan
    device = Device(plan.device)
    trainer = Trainer(plan, device)
    meter = ThroughputMeter(
        trainer.step, device.synchronize, plan.batch, request.rules, emit, synchronous=device.synchronous
    )
    emit(Phase(meter.clock.wall(), "prepare"))
    meter.window(warm=True)  # the first step compiles kernels and fills caches
    emit(Phase(meter.clock.wall(), "measure"))
    stop = meter.measure(plan.seconds)
    emit(Done(meter.clock.wall(), stop, None, plan.threads, plan.precision, trainer.parameters))
