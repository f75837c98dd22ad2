"""accuracy: the seconds of training until the network tells most of the images apart that it has not seen."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase, Score
from ...records.plan import TARGET_ACCURACY, Request
from ..devices import Device
from ..measurement import Meter
from ..trainer import Trainer

SCORES_PER_EPOCH = 4


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train until a test reaches `TARGET_ACCURACY`; a `Score` each quarter epoch. Stops: reached, time-limit.

    A score's `train_s` counts every step from the first on, kernels compiled meanwhile included, and no test.
    """
    plan = request.plan
    device = Device(plan.device)
    trainer = Trainer(plan, device)
    meter = Meter(trainer.step, device.synchronize, plan.batch, request.rules, emit, live=device.live)
    every = len(trainer.data.images) / SCORES_PER_EPOCH
    due, stop = every, "time-limit"
    emit(Phase(meter.clock.wall(), "measure"))
    while not meter.exhausted:
        meter.window(warm=False)
        if meter.samples < due:
            continue
        due += every
        accuracy, tested = trainer.accuracy()
        emit(Score(meter.clock.wall(), accuracy, meter.train_s, meter.samples, tested))
        if accuracy >= TARGET_ACCURACY:
            stop = "reached"
            break
    emit(Done(meter.clock.wall(), stop, None, plan.threads, plan.precision, trainer.parameters))
