"""What the Verdict page shows together: one whole check, and checks of single jobs on the same computer."""

from __future__ import annotations

from typing import Literal

from ....core.analysis.jobs.job_estimate import JobEstimate, job_estimates
from ....core.analysis.jobs.job_of_result import job_of_plan
from ....core.analysis.same_computer import is_same_computer
from ....core.records.result import Result
from ....core.reference.job_catalogue import CatalogueJob, load_catalogue
from .job_rows import JobRow, job_rows

Change = Literal["nothing", "row", "page"]
"""What a result changes: the row of one job, which the user has asked for in the table, or the whole page."""


class ShownResults:
    """`check` is the whole one, None where only jobs were measured; `wanted` is the job whose answer comes first."""

    def __init__(self) -> None:
        self.check: Result | None = None
        self.jobs: list[Result] = []
        """Checks of single jobs, the latest first."""
        self.wanted: CatalogueJob | None = None
        self.asked: CatalogueJob | None = None
        """The job that the table's button is measuring."""
        self.unsaved = ""
        """Why the latest result could not be stored."""

    def take(self, result: Result, unsaved: str) -> Change:
        """Show a result with the others of its computer."""
        job = job_of_plan(result.plan, load_catalogue())
        whole = "jobs" in result.plan.steps
        if not whole and (job is None or not _measured(result)):
            return "nothing"
        self.unsaved = unsaved
        alike = [r for r in self.jobs if r.id != result.id and is_same_computer(r.machine, result.machine)]
        if whole:
            self.check, self.jobs = result, alike
            self.wanted = job or (self.wanted if alike else None)
            return "page"
        self.jobs = [result, *alike]
        if self.check and not is_same_computer(self.check.machine, result.machine):
            self.check = None
        if self.check and job == self.asked:
            return "row"
        self.wanted = job
        return "page"

    @staticmethod
    def answers(result: Result) -> bool:
        """Whether a result that was taken has an answer."""
        return result.verdict is not None or bool(_measured(result))

    @property
    def latest(self) -> Result | None:
        """The whole check, or where there is none the latest job."""
        return self.check or next(iter(self.jobs), None)

    @property
    def all(self) -> list[Result]:
        """All of them, in an order in which they can be taken again."""
        return [*filter(None, [self.check]), *reversed(self.jobs)]

    def rows(self) -> list[JobRow]:
        """All jobs of the catalogue; empty without a whole check, whose rates the guesses come from."""
        return job_rows(self.check, [*self.jobs, self.check]) if self.check else []

    def wanted_row(self) -> JobRow | None:
        """What is known of the wanted job."""
        if self.wanted is None:
            return None
        known = load_catalogue()
        for result in filter(None, [*self.jobs, self.check]):
            found = _measured(result) if job_of_plan(result.plan, known) == self.wanted else []
            if found:
                return JobRow(self.wanted, tuple(found))
        return next((row for row in self.rows() if row.job == self.wanted), None)


def _measured(result: Result) -> list[JobEstimate]:
    """What a result tells of its job on each device; empty where it was stopped before it told anything."""
    found = job_estimates(result)
    return found if any(item.memory or item.seconds for item in found) else []
