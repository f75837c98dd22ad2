"""The plan of a check that measures one job: the job alone, or in front of a whole check."""

from __future__ import annotations

from dataclasses import replace

from ..records.plan import CheckPlan, Plan
from ..records.workload import Workload
from .step_durations import WORKLOAD

JOB_STEPS = tuple(WORKLOAD)
"""All steps of a check that belong to a single job."""
NETWORK_STEPS, BOOSTING_STEPS = ("memory", "workload"), ("boosting",)
"""Of a network the memory is counted, then some of its steps are trained; of boosted trees some are trained."""
MOST_S = sum(WORKLOAD[step].rules.budget_s for step in NETWORK_STEPS)
"""The most seconds that a job takes on one device."""


def job_alone(workload: Workload, work: int, devices: tuple[str, ...] = ()) -> CheckPlan:
    """A check of one job; `work`: samples in total, for the forecast. Boosted trees are for the processor alone."""
    train = Plan(model=workload.network, batch=workload.batch or 1, data="synthetic", workload=workload)
    return CheckPlan("custom", steps_of(workload), ("cpu",) if workload.boosting else devices, train, samples=work)


def job_first(plan: CheckPlan, workload: Workload, work: int) -> CheckPlan:
    """A whole check that measures a job before everything else."""
    steps, train = steps_of(workload) + plan.steps, replace(plan.train, workload=workload)
    return replace(plan, steps=steps, train=train, samples=work)


def steps_of(workload: Workload) -> tuple[str, ...]:
    """The steps that measure a job."""
    return BOOSTING_STEPS if workload.boosting else NETWORK_STEPS
