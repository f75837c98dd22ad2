"""What sets the pace of a job that reads images from files, in words: its data or its arithmetic."""

from __future__ import annotations

from ..analysis.jobs.job_estimate import JobEstimate
from ..records.verdict import Numbers, Reason
from ..words.writer import reason


def data_answer(item: JobEstimate) -> list[Reason]:
    """What a measurement of loading tells of a job on a device; empty where none was asked for."""
    if item.unloaded:
        return [reason("data-unmeasured", failure=item.unloaded.code, detail=item.unloaded.detail)]
    pace = item.data
    if pace is None:
        return []
    numbers: Numbers = {"device": item.device, "workers": pace.workers}
    if pace.shared:
        code = "data-shares-most" if pace.limited_by == "data" else "data-shares"
        told = reason(code, **numbers, percent=round(100 * pace.loading_share))
    else:
        code = "data-limits" if pace.limited_by == "data" else "data-suffices"
        told = reason(code, **numbers, loaded=pace.loading, trained=pace.training)
    return [told] if pace.cold else [told, reason("data-cached")]
