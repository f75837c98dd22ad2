"""accuracy: time to accuracy, the seconds of training until a target accuracy on test images."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase, Score
from ...records.plan import TARGET_ACCURACY, Request
from ..devices import Device
from ..measurement import ThroughputMeter
from ..trainer import Trainer

SCORES_PER_EPOCH = 4


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train until a test reaches `TARGET_ACCURACY`; emits a `Score` each quarter epoch. Stops: reached, time-limit.

    `train_s` of a score counts all steps from the first on, with the compilation of kernels, but no test.
    """
    plan = request.plan
    device = Device(plan.device)
    trainer = Trainer(plan, device)
    meter = ThroughputMeter(
        trainer.step, device.synchronize, plan.batch, request.rules, emit, synchronous=device.synchronous
    )
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
