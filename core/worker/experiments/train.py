"""train: trains the plan's network, measures its throughput after a warm-up, and tests its accuracy."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase, Score
from ...records.plan import Request
from ..devices import Device
from ..measurement import ThroughputMeter
from ..operation_count import count_operations
from ..trainer import Trainer

SCORES_PER_EPOCH = 2


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train for the plan's seconds or epochs. Emits windows, a `Score` each half epoch and at the end, and `Done`.

    Samples of the warm-up count for accuracy and epochs. Where the rules have no warm-up, `settled` is None.
    """
    plan = request.plan
    device = Device(plan.device)
    trainer = Trainer(plan, device)
    meter = ThroughputMeter(
        trainer.step, device.synchronize, plan.batch, request.rules, emit, synchronous=device.synchronous
    )
    emit(Phase(meter.clock.wall(), "prepare"))
    if work := count_operations(plan, plan.batch):
        emit(work)
    meter.window(warm=True)  # the first step compiles kernels and fills caches: not even a part of the warm-up
    epoch = len(trainer.data.images) // plan.batch * plan.batch
    next_score = epoch / SCORES_PER_EPOCH

    def score() -> None:
        emit(Phase(meter.clock.wall(), "evaluate"))
        accuracy, tested = trainer.accuracy()
        emit(Score(meter.clock.wall(), accuracy, meter.train_s, meter.samples, tested))

    def after_window() -> bool:
        nonlocal next_score
        over = bool(plan.epochs) and meter.samples >= plan.epochs * epoch
        if not trainer.data.endless and meter.samples >= next_score and not over:
            score()
            emit(Phase(meter.clock.wall(), "measure"))
            next_score += epoch / SCORES_PER_EPOCH
        return over

    emit(Phase(meter.clock.wall(), "warm-up"))
    settled = meter.warm_up() if request.rules.warmup_cap_s else None
    emit(Phase(meter.clock.wall(), "measure"))
    seconds = request.rules.budget_s if plan.epochs else plan.seconds
    stop = meter.measure(seconds, after_window)
    if not trainer.data.endless:
        score()
    emit(Done(meter.clock.wall(), stop, settled, plan.threads, plan.precision, trainer.parameters))
