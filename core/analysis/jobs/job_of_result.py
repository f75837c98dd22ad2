"""Which job of the catalogue a check has measured."""

from __future__ import annotations

from collections.abc import Iterable

from ...records.plan import CheckPlan
from ...reference.job_catalogue import CatalogueJob


def is_measurable(job: CatalogueJob) -> bool:
    """Whether a check of this job alone can measure it: it is done on one device.

    A job for several accelerators is another one's workload with another deadline: a whole check measures it.
    """
    return not job.accelerators


def job_of_plan(plan: CheckPlan, jobs: Iterable[CatalogueJob]) -> CatalogueJob | None:
    """The job that a plan measures as it stands in the catalogue; None for other checks, and for changed jobs."""
    workload = plan.train.workload
    if workload is None:
        return None
    return next(
        (job for job in filter(is_measurable, jobs) if job.work == plan.samples and job.workload == workload), None
    )
