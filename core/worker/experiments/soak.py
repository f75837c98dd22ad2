"""soak: the network of the plan for many minutes without a pause, to see what heat and power limits leave of it."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase
from ...records.plan import Request
from ..devices import Device
from ..measurement import Meter
from ..trainer import Trainer


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Measure from the second step on, for the plan's seconds: the burst of a cool machine is half of the answer."""
    plan = request.plan
    device = Device(plan.device)
    trainer = Trainer(plan, device)
    meter = Meter(trainer.step, device.synchronize, plan.batch, request.rules, emit, live=device.live)
    emit(Phase(meter.clock.wall(), "prepare"))
    meter.window(warm=True)  # the first step compiles kernels and fills caches
    emit(Phase(meter.clock.wall(), "measure"))
    stop = meter.measure(plan.seconds)
    emit(Done(meter.clock.wall(), stop, None, plan.threads, plan.precision, trainer.parameters))
