"""The forecast that a training of the user's own is compared with: the last measurement of its job on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..analysis.jobs.job_estimate import JobEstimate, job_estimates
from ..analysis.jobs.job_guess import all_jobs
from ..analysis.same_computer import is_same_computer
from ..records.machine import Machine
from ..records.result import Result
from ..records.workload import Workload
from ..reference.job_catalogue import CatalogueJob
from ..verdict.catalogue_answer import best_estimate
from . import result_lookup


@dataclass(frozen=True)
class KnownForecast:
    """What was measured of a job on a device, `rate` in samples/s, and the result that has it."""

    result: Result
    estimate: JobEstimate
    rate: float

    @property
    def batch(self) -> int:
        """Samples of a step as it was measured: a network of the user's own brings its batch."""
        return next((run.work.batch for run in self.result.runs if run.work), 1)


def known_forecast(
    workload: Workload, catalogued: CatalogueJob | None, here: Machine, device: str | None = None
) -> KnownForecast | None:
    """The last measurement of a job on this computer; None where there is none.

    `catalogued`: the job of the catalogue that has this workload, perhaps with changes; `device`: where, by default the
    fastest one that has room. A job of the scenarios is measured by checks, too; guesses are no measurements. Raises
    NotFoundError where the history cannot be read.
    """
    found = sorted(_measurements(workload, catalogued, here), key=lambda one: one[0].created, reverse=True)
    for result, estimates in found:
        mine = [item for item in estimates if device in (None, item.device)]
        if (best := best_estimate(mine)) and best.samples_per_s:
            return KnownForecast(result, best, best.samples_per_s)
    return None


def _measurements(
    workload: Workload, catalogued: CatalogueJob | None, here: Machine
) -> Iterator[tuple[Result, list[JobEstimate]]]:
    for result in result_lookup.jobs_of(here, asleep=True):
        if result.plan.train.workload == workload:
            yield result, _measured(job_estimates(result))
    check = result_lookup.latest()
    if check is None or not is_same_computer(check.machine, here, asleep=True):
        return
    if check.plan.train.workload == workload:
        yield check, _measured(job_estimates(check))
    elif catalogued and catalogued.workload == workload:
        yield check, _measured(next(items for job, items in all_jobs(check) if job == catalogued))


def _measured(found: list[JobEstimate]) -> list[JobEstimate]:
    return [item for item in found if item.kind != "guess" and item.samples_per_s]
