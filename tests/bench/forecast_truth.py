"""(e) A step's time and processor time as the program extrapolates them, against real steps of the same batch.

The prediction is the program's own: the real experiment in a real worker, in so little time that it must extrapolate.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from rigdyno.core.analysis.forecast import cpu_seconds_per_step, rate_at_plan_batch
from rigdyno.core.analysis.plan_limits import plan_problems
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.window_statistics import measured_windows
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import SessionError, WorkerSession

from .alternate import STARVED
from .children import ChildError
from .contention import Usage, Watch
from .rounds import Figure, Measured, Rounds, Stretch, in_turn, interleave
from .settings import Settings

TARGET = 0.10
STEPS, SHORT_STEPS = 10, 3
"""Steps of the truth, at least."""
BUDGET_STEPS = 2.0
"""The time of so many steps is left to the prediction after its first look: below 3 the experiment extrapolates."""
MARGIN = 1.4
"""A first look at half of the batch is that wrong at most: enough steps come together all the same."""
SILENCE_S = 600.0
"""A step may be long where others take the cores."""

MODELS: dict[str, Plan] = {
    "ResNet-18, 32 px": Plan(model="resnet18", image_size=32, classes=10, batch=128),
    "ResNet-18, 224 px": Plan(model="resnet18", image_size=224, classes=1000, batch=16),
    "ResNet-50, 224 px": Plan(model="resnet50", image_size=224, classes=1000, batch=16),
    "VGG16, 224 px": Plan(model="vgg16", image_size=224, classes=1000, batch=8),
    "transformer": Plan(model="transformer", classes=2, batch=4, optimizer="adamw"),
    "a user's model, 128 px": Plan(model="tests.bench.user_model:build", image_size=128, batch=256),
}


@dataclass(slots=True)
class Pace:
    """What is known of one model's speed here, in seconds: to tell each run how long it may take."""

    opening_s: float = 0.0
    """From the request to the end of the experiment's first look."""
    step_s: float = 0.0
    """A step of the whole batch, as that first look told it."""
    true_s: float = 0.0
    """The same in truth, once it is known."""


def run(settings: Settings) -> Measured:
    """Each model has rounds of its own: predicted, true, true, predicted ..., a fresh worker each time."""
    figures: list[Figure] = []
    groups: list[Rounds] = []
    for name, shape in MODELS.items():
        plan = whole(shape, settings)
        if refused := plan_problems(plan):
            settings.say(f" {name}: not available ({refused[0].sentence})")
            figures.append(Figure(f"{name}: not available", "", []))
            continue
        settings.say(f" {name}, batch {plan.batch}")
        pace = Pace()
        predict(plan, pace)  # also fills the disk's caches
        sides = {
            "predicted": lambda plan=plan, pace=pace: predict(plan, pace),
            "true": lambda plan=plan, pace=pace: truth(plan, pace, SHORT_STEPS if settings.short else STEPS),
        }
        rounds = interleave(in_turn(sides), 1 if settings.short else settings.pairs, settings.say)
        groups.append(rounds)
        for what, key in (("wall", "wall_s"), ("processor", "cpu_s")):
            errors = [error(r["predicted"], r["true"], key) for r in rounds.kept]
            label = f"{name}, batch {plan.batch}: {what} predicted/true - 1"
            figures.append(Figure(label, "", errors, TARGET, at_least=False, signed=False))
        figures.append(Figure(f"{name}: a true step", "s", [r["true"].value for r in rounds.kept]))
    return figures, groups


def whole(shape: Plan, settings: Settings) -> Plan:
    """The rest of the plan: colour images, synthetic data, the threads that the program would choose."""
    optimizer = "sgd" if shape.optimizer == Plan().optimizer else shape.optimizer
    return Plan(
        model=shape.model,
        image_size=shape.image_size,
        channels=3,
        classes=shape.classes,
        batch=shape.batch,
        optimizer=optimizer,
        threads=settings.threads,
        data="synthetic",
    )


def predict(plan: Plan, pace: Pace) -> Stretch:
    """One extrapolation by the program. The first for a model has no time at all, and tells how much the others get."""
    rules = Rules(target=0, budget_s=pace.opening_s + BUDGET_STEPS * pace.step_s)
    run, usage = experiment(plan, rules)
    known, cpu_s = rate_at_plan_batch(run), cpu_seconds_per_step(run)
    if known is None or cpu_s is None:
        raise ChildError(f"{plan.model}: the experiment measured nothing")
    first, second, third = run.windows[:3]
    opening_s = third.t - run.phases[0].t
    pace.opening_s = min(opening_s, pace.opening_s or opening_s)  # the first one reads from a cold disk
    pace.step_s = second.seconds / second.steps * plan.batch / second.batch
    whole_batch = [w for w in run.windows if w.batch == plan.batch]
    flaw = f"{len(whole_batch)} windows of the whole batch: that is no prediction" if whole_batch else starved(run)
    counted = [w for w in run.windows if not w.warm]
    steps = {str(b): [w.seconds / w.steps for w in counted if w.batch == b] for b in {w.batch for w in counted}}
    wall_s = plan.batch / known[0].median
    return Stretch(wall_s, usage, {"wall_s": wall_s, "cpu_s": cpu_s, "first_s": first.seconds, "steps_s": steps}, flaw)


def truth(plan: Plan, pace: Pace, steps: int) -> Stretch:
    """At least so many steps of the whole batch; the same experiment, with all the time that it needs."""
    lasting = (steps + 1) * pace.true_s or MARGIN * steps * pace.step_s
    longest = 4 * (steps + 5) * pace.step_s + pace.opening_s
    rules = Rules(window_s=1e-3, warmup_min_s=0, warmup_min_windows=1, warmup_cap_s=0, target=0, budget_s=longest)
    run, usage = experiment(replace(plan, seconds=lasting), rules)
    windows = measured_windows(run)
    done = sum(w.steps for w in windows)
    flaw = f"only {done} steps" if done < steps else starved(run)
    if not done:
        raise ChildError(f"{plan.model}: not one step of the whole batch")
    wall_s, cpu_s = (sum(values) / done for values in zip(*((w.seconds, w.cpu_s) for w in windows), strict=True))
    pace.true_s = wall_s
    detail = {"wall_s": wall_s, "cpu_s": cpu_s, "steps": done, "steps_s": [w.seconds / w.steps for w in windows]}
    return Stretch(wall_s, usage, detail, flaw)


def experiment(plan: Plan, rules: Rules) -> tuple[Run, Usage]:
    """The experiment in a fresh worker, and who used the machine meanwhile. Raises ChildError."""
    session = WorkerSession(WorkerCommand(threads=plan.threads), time.perf_counter, silence_s=SILENCE_S)
    try:
        session.start()
        watch = Watch()
        run = session.run(Request("job", plan, rules), lambda _: None)
        usage = watch.stop()
    except SessionError as broken:
        raise ChildError(f"{plan.model}: {broken}") from broken
    finally:
        session.close()
    if run.failure:
        raise ChildError(f"{plan.model}: {run.failure.code} {run.failure.detail}")
    return run, usage


def error(predicted: Stretch, true: Stretch, key: str) -> float:
    """Predicted to true, less one."""
    return seconds(predicted, key) / seconds(true, key) - 1


def seconds(stretch: Stretch, key: str) -> float:
    """A number of a stretch's detail."""
    value = stretch.detail[key]
    assert isinstance(value, float)
    return value


def starved(run: Run) -> str:
    """Why the threads cannot have had their cores in the measured windows; empty where they had: they wait busily."""
    windows = [w for w in run.windows if not w.warm]
    share = sum(w.cpu_s for w in windows) / sum(w.seconds for w in windows) / run.plan.threads
    return f"we had {100 * share:.0f} % of {run.plan.threads} cores" if share < STARVED else ""
