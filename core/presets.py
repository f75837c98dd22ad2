"""How long each step of a check may take: one table for the quick check, the full one and a single training."""

from __future__ import annotations

from dataclasses import dataclass

from .model import CheckPlan, Plan, Rules


@dataclass(frozen=True, slots=True)
class Pace:
    """The measuring rules of a step, and the seconds of its measured part."""

    rules: Rules
    seconds: float


_SHORT_JOB = Rules(warmup_min_s=0.75, warmup_min_windows=8, warmup_cap_s=3, min_windows=8, budget_s=10)

QUICK: dict[str, Pace] = {
    "tune": Pace(Rules(window_s=0.2, budget_s=7), 0),
    "train": Pace(Rules(warmup_min_s=2, warmup_min_windows=8, warmup_cap_s=5, budget_s=13), 7),
    "mlp": Pace(Rules(window_s=0.1, warmup_min_s=0.5, warmup_cap_s=1, min_windows=8, budget_s=2.5), 1),
    "resnet18": Pace(_SHORT_JOB, 4),
    "resnet50": Pace(Rules(warmup_min_s=0.75, warmup_min_windows=8, warmup_cap_s=3, min_windows=8, budget_s=17), 6),
    "transformer": Pace(_SHORT_JOB, 4),
}
"""Sums to 50 s on one device without a scenario-3 job, so that start, engine and verdict fit into a minute."""

_LONG_JOB = Rules(budget_s=45)

FULL: dict[str, Pace] = {
    "tune": Pace(Rules(budget_s=20), 0),
    "train": Pace(Rules(budget_s=60), 35),
    "sweep": Pace(Rules(window_s=0.15, budget_s=30), 0),
    "mlp": Pace(Rules(warmup_cap_s=5, budget_s=10), 4),
    "resnet18": Pace(_LONG_JOB, 25),
    "resnet50": Pace(Rules(budget_s=75), 40),
    "transformer": Pace(_LONG_JOB, 25),
}

STEPS: dict[str, tuple[str, ...]] = {
    "quick": ("tune", "train", "jobs"),
    "full": ("tune", "train", "sweep", "jobs"),
}

ENGINE_S = 5.0
"""What starting the worker and importing torch usually takes; only the estimate of the time left rests on it."""


def whole(preset: str, devices: tuple[str, ...] = ()) -> CheckPlan:
    """The plan of a quick or a full check."""
    return CheckPlan(preset, STEPS[preset], devices)


def pace(preset: str, step: str, plan: Plan) -> Pace:
    """The pace of one step ("tune", "train", or a job's model name).

    A custom run does exactly what its plan says: no early stop, and a budget that leaves room for warm-up and tests.
    """
    if preset == "quick":
        return QUICK[step]
    if preset == "full" or step == "sweep":
        return FULL[step]
    budget = 30 * 86_400.0 if plan.epochs else 3 * plan.seconds + 30
    warmup = 0.0 if plan.epochs else 1.0
    return Pace(
        Rules(warmup_min_s=warmup, warmup_min_windows=8, warmup_cap_s=4 * warmup, target=0, budget_s=budget),
        plan.seconds,
    )
