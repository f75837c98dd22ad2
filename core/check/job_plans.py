"""The plan of a check that measures one job: the job alone, or in front of a whole check."""

from __future__ import annotations

from dataclasses import replace

from ..records.plan import CheckPlan, Plan
from ..records.workload import Workload
from .step_durations import WORKLOAD

JOB_STEPS = tuple(WORKLOAD)
"""Its memory is counted, then some of its steps are done."""
MOST_S = sum(pace.rules.budget_s for pace in WORKLOAD.values())
"""The most seconds that a job takes on one device."""


def job_alone(workload: Workload, work: int, devices: tuple[str, ...] = ()) -> CheckPlan:
    """A check of one job; `work`: samples in total, for the forecast."""
    train = Plan(model=workload.network, batch=workload.batch or 1, data="synthetic", workload=workload)
    return CheckPlan("custom", JOB_STEPS, devices, train, samples=work)


def job_first(plan: CheckPlan, workload: Workload, work: int) -> CheckPlan:
    """A whole check that measures a job before everything else."""
    return replace(plan, steps=JOB_STEPS + plan.steps, train=replace(plan.train, workload=workload), samples=work)
