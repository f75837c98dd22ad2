"""How long each step of a check may take: one table for the quick check, one for the full check."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..records import scaling_efficiency
from ..records.plan import CheckPlan, Plan, Rules


@dataclass(frozen=True, slots=True)
class Pace:
    """The measuring rules of a step, and the seconds of its measured part."""

    rules: Rules
    seconds: float


_SHORT_JOB = Rules(warmup_min_s=0.75, warmup_min_windows=8, warmup_cap_s=2, min_windows=8, budget_s=7)

WORKLOAD: dict[str, Pace] = {
    "memory": Pace(Rules(budget_s=5), 0),
    "workload": Pace(Rules(warmup_min_s=0.5, warmup_min_windows=8, warmup_cap_s=3, min_windows=8, budget_s=15), 6),
    "loading": Pace(Rules(budget_s=8), 0),
    "boosting": Pace(Rules(budget_s=20), 0),
}
"""A job of the catalogue: 20 s on each device, and once for all the loading of its images, if it reads any. Boosted
trees have their own step.
"""

QUICK: dict[str, Pace] = {
    "driver": Pace(Rules(budget_s=15), 8),
    "tune": Pace(Rules(window_s=0.2, budget_s=5), 0),
    "resnet18": Pace(_SHORT_JOB, 5),
    "resnet50": Pace(replace(_SHORT_JOB, budget_s=9), 6),
    "transformer": Pace(_SHORT_JOB, 4),
    "mlp": Pace(Rules(window_s=0.1, warmup_min_s=0.3, warmup_cap_s=0.5, min_windows=5, budget_s=1.5), 0.5),
    "train": Pace(Rules(warmup_min_s=1, warmup_min_windows=8, warmup_cap_s=2.5, min_windows=10, budget_s=5), 2.5),
    "matmul": Pace(Rules(budget_s=1.2), 0),
    "stages": Pace(Rules(budget_s=1), 0),
    "scaling": Pace(replace(scaling_efficiency.RULES, warmup_cap_s=3, budget_s=15), 6),
}
"""The budgets sum to 30 s on a single CPU, where "scaling", "driver" and the jobs of scenario 3 are not done. A job
ends as soon as it is certain on which side of its deadlines the computer lies, so most checks take two thirds of that.
"""

_LONG_JOB = Rules(budget_s=30)

FULL: dict[str, Pace] = {
    "driver": Pace(Rules(budget_s=35), 25),
    "tune": Pace(Rules(budget_s=20), 0),
    "train": Pace(Rules(budget_s=40), 25),
    "matmul": Pace(Rules(budget_s=8), 0),
    "stages": Pace(Rules(budget_s=6), 0),
    "sweep": Pace(Rules(window_s=0.15, budget_s=25), 0),
    "accuracy": Pace(Rules(window_s=0.1, budget_s=15), 0),
    "mlp": Pace(Rules(warmup_cap_s=5, budget_s=8), 4),
    "resnet18": Pace(_LONG_JOB, 20),
    "resnet50": Pace(Rules(budget_s=45), 30),
    "transformer": Pace(_LONG_JOB, 20),
    "vgg16": Pace(_LONG_JOB, 20),
    "capacity": Pace(Rules(budget_s=10), 0),
    "speedups": Pace(Rules(budget_s=27), 0),
    "scaling": Pace(scaling_efficiency.RULES, scaling_efficiency.SECONDS),
}
"""The budgets sum to 294 s on a single CPU, where "scaling", "driver" and the jobs of scenario 3 are not done; the
three seeds of "accuracy" are counted."""

SEEDS = 3
"""Trainings to `TARGET_ACCURACY` in a full check: the time of one depends on its random start."""
VGG16 = Plan(model="vgg16", image_size=224, channels=3, classes=1000, batch=16, optimizer="sgd", data="synthetic")
"""The network that the article behind the scenarios names. No scenario depends on it."""

STEPS: dict[str, tuple[str, ...]] = {
    "quick": CheckPlan().steps,
    "full": ("tune", "train", "matmul", "stages", "sweep", "accuracy", "jobs", "vgg16", "capacity", "speedups"),
}

SOAK_S = 600.0
"""Seconds until the case of a laptop is warm as well; 3DMark's stress test takes as long."""

ENGINE_S = 5.0
"""Seconds that starting the worker and importing torch usually take, for the estimate of the time left alone."""


def whole(preset: str, devices: tuple[str, ...] = (), soak_s: float = 0) -> CheckPlan:
    """The plan of a quick or a full check, with a soak at its end if `soak_s` is not 0."""
    return CheckPlan(preset, STEPS[preset] + (("soak",) if soak_s else ()), devices, soak_s=soak_s)


def pace(preset: str, step: str, plan: Plan) -> Pace:
    """The pace of one step: "tune", "train", …, or the model of a job; "accuracy:1" is the second time of "accuracy".

    A custom run does exactly what its plan says: no early stop, and a budget that leaves room for warm-up and tests.
    """
    step = step.partition(":")[0]
    if step == "soak":
        return Pace(Rules(window_s=1, target=0, budget_s=1.2 * plan.seconds + 30), 0)
    if step in WORKLOAD:
        return WORKLOAD[step]
    if preset == "quick":
        return QUICK[step]
    if preset == "full" or step != "train":
        return FULL.get(step, Pace(_LONG_JOB, 20))
    budget = 30 * 86_400.0 if plan.epochs else 3 * plan.seconds + 30
    warmup = 0.0 if plan.epochs else 1.0
    return Pace(
        Rules(warmup_min_s=warmup, warmup_min_windows=8, warmup_cap_s=4 * warmup, target=0, budget_s=budget),
        plan.seconds,
    )
