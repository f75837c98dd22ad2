"""The plan of a check that measures one job: the job alone, or in front of a whole check."""

from __future__ import annotations

from dataclasses import replace

from ..records.plan import CheckPlan, Plan
from ..records.workload import ImageFiles, Workload
from .step_durations import WORKLOAD

JOB_STEPS = tuple(WORKLOAD)
"""All steps of a check that belong to a single job."""
NETWORK_STEPS, BOOSTING_STEPS, LOADING_STEPS = ("memory", "workload"), ("boosting",), ("loading",)
"""Of a network the memory is counted, then some of its steps are done, then its images are loaded if it reads any from
files; of boosted trees some are trained.
"""
MOST_S = sum(WORKLOAD[step].rules.budget_s for step in NETWORK_STEPS)
"""The most seconds that a job takes on one device."""


def job_alone(
    workload: Workload, work: int, devices: tuple[str, ...] = (), files: ImageFiles | None = None
) -> CheckPlan:
    """A check of one job; `work`: samples in total, for the forecast; `files`: what it reads its images from. Boosted
    trees are for the processor alone.
    """
    train = Plan(model=workload.network, batch=workload.batch or 1, data="synthetic", workload=workload, files=files)
    devices = ("cpu",) if workload.boosting else devices
    return CheckPlan("custom", steps_of(workload, files), devices, train, samples=work)


def job_first(plan: CheckPlan, workload: Workload, work: int, files: ImageFiles | None = None) -> CheckPlan:
    """A whole check that measures a job before everything else."""
    train = replace(plan.train, workload=workload, files=files)
    return replace(plan, steps=steps_of(workload, files) + plan.steps, train=train, samples=work)


def steps_of(workload: Workload, files: ImageFiles | None = None) -> tuple[str, ...]:
    """The steps that measure a job."""
    if workload.boosting:
        return BOOSTING_STEPS
    return NETWORK_STEPS + (LOADING_STEPS if files else ())
