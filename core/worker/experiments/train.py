"""train: the network of the plan, warmed up and measured, and tested on images it has not seen."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Done, Event, Phase, Score
from ...records.plan import Request
from ..devices import Device
from ..measurement import Meter
from ..operation_count import count
from ..trainer import Trainer

SCORES_PER_EPOCH = 2


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train for the plan's seconds or epochs; emits windows, a `Score` each half epoch and at the end, and `Done`.

    Warm-up windows train too: every sample counts towards the accuracy and the epochs. How long it warms up is the
    rules' to say; with none, `settled` is None.
    """
    plan = request.plan
    device = Device(plan.device)
    trainer = Trainer(plan, device)
    meter = Meter(trainer.step, device.synchronize, plan.batch, request.rules, emit, live=device.live)
    emit(Phase(meter.clock.wall(), "prepare"))
    if work := count(plan, plan.batch):
        emit(work)
    meter.window(warm=True)  # the first step compiles kernels and fills caches: outside every clock
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
