"""The plan of a check that measures one job: the job alone, or in front of a whole check."""

from __future__ import annotations

from dataclasses import replace

from ..records.plan import CheckPlan, Plan
from ..records.workload import ImageFiles, Workload
from .step_durations import WORKLOAD

JOB_STEPS = tuple(WORKLOAD)
"""Its memory is counted, then some of its steps are done, then its images are loaded if it reads any from files."""
MOST_S = sum(pace.rules.budget_s for pace in WORKLOAD.values())
"""The most seconds that a job takes on one device."""


def job_alone(
    workload: Workload, work: int, devices: tuple[str, ...] = (), files: ImageFiles | None = None
) -> CheckPlan:
    """A check of one job; `work`: samples in total, for the forecast; `files`: what it reads its images from."""
    train = Plan(model=workload.network, batch=workload.batch or 1, data="synthetic", workload=workload, files=files)
    return CheckPlan("custom", _steps(files), devices, train, samples=work)


def job_first(plan: CheckPlan, workload: Workload, work: int, files: ImageFiles | None = None) -> CheckPlan:
    """A whole check that measures a job before everything else."""
    train = replace(plan.train, workload=workload, files=files)
    return replace(plan, steps=_steps(files) + plan.steps, train=train, samples=work)


def _steps(files: ImageFiles | None) -> tuple[str, ...]:
    return tuple(step for step in JOB_STEPS if files or step != "loading")
