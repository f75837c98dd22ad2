"""The script that counts jobs, as a module: `counted` and its fellows."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from rigdyno.core.records.workload import Workload
from rigdyno.core.reference.job_work import JobWork

SCRIPT = Path(__file__).parents[4] / "packaging" / "count_jobs.py"
SPEC = importlib.util.spec_from_file_location("count_jobs", SCRIPT)
assert SPEC
assert SPEC.loader
count_jobs = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(count_jobs)


def counted(workload: Workload, fused: bool = True) -> JobWork:
    """The work of a workload, without its memory."""
    return count_jobs.counted(workload, fused, memory=False)
