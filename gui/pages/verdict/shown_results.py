"""What the Verdict page shows together: one whole check, and checks of single jobs on the same computer."""

from __future__ import annotations

from typing import Literal

from ....core.analysis.jobs.calibration import calibration_family, corrected
from ....core.analysis.jobs.job_estimate import JobEstimate, job_estimates
from ....core.analysis.jobs.job_of_result import job_of_plan
from ....core.analysis.same_computer import is_same_computer
from ....core.records.calibration import Calibration
from ....core.records.machine import Machine
from ....core.records.result import Result
from ....core.reference.job_catalogue import CatalogueJob, load_catalogue
from ....core.store.calibrations import CalibrationsError, calibrations
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
        self.unread = ""
        """Why the user's own trainings could not be read, so that they correct nothing."""
        self._trainings: tuple[Calibration, ...] = ()

    def take(self, result: Result, unsaved: str) -> Change:
        """Show a result with the others of its computer."""
        job = job_of_plan(result.plan, load_catalogue())
        whole = "jobs" in result.plan.steps
        if not whole and (job is None or not _measured(result)):
            return "nothing"
        self.unsaved = unsaved
        self._read_trainings()
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
        if self.check is None:
            return []
        machine = self.check.machine
        return [self._corrected(row, machine) for row in job_rows(self.check, [*self.jobs, self.check])]

    def wanted_row(self) -> JobRow | None:
        """What is known of the wanted job."""
        if self.wanted is None:
            return None
        known = load_catalogue()
        for result in filter(None, [*self.jobs, self.check]):
            found = _measured(result) if job_of_plan(result.plan, known) == self.wanted else []
            if found:
                return self._corrected(JobRow(self.wanted, tuple(found)), result.machine)
        return next((row for row in self.rows() if row.job == self.wanted), None)

    def _read_trainings(self) -> None:
        """Read what the user has told of own trainings, anew for each result as a terminal may have changed it."""
        try:
            self._trainings, self.unread = calibrations(), ""
        except CalibrationsError as error:
            self._trainings, self.unread = (), str(error)

    def _corrected(self, row: JobRow, machine: Machine) -> JobRow:
        """A job with its forecasts corrected by the user's own trainings of its family."""
        family = calibration_family(row.job.workload, row.job)
        return JobRow(row.job, tuple(corrected(row.found, family, machine, self._trainings)))


def _measured(result: Result) -> list[JobEstimate]:
    """What a result tells of its job on each device; empty where it was stopped before it told anything."""
    found = job_estimates(result)
    return found if any(item.memory or item.seconds for item in found) else []
