"""What else could be done about a job of the scenarios that is too much for a computer."""

from __future__ import annotations

from ....core.records.verdict import Reason, Verdict
from .job_rows import JobRow


def way_out(row: JobRow, verdict: Verdict | None) -> list[Reason]:
    """A rental or a class of GPU; empty for a job that is no scenario's, and for one that can be done."""
    from ....core.reference.scenarios import load_rules
    from ....core.verdict.cloud_rentals import known_rentals  # reads tables that a start does not need
    from ....core.verdict.job_answer import job_answer

    job = next((j for j in load_rules().jobs if j.name == row.job.name), None)
    if job is None or verdict is None or row.role in ("good", ""):
        return []
    return job_answer(job, verdict.forecasts, known_rentals())[1:]
