"""A real check of moments, for the test that a package is whole."""

from __future__ import annotations

from dataclasses import replace

from ..records.plan import CheckPlan, Rules
from ..records.result import Result
from ..reference import scenarios
from ..store import result_files
from . import check, step_durations

JOBS = ("mlp", "resnet18")
"""Networks whose steps take moments everywhere: enough for a verdict."""


def measured() -> Result:
    """Train, measure the jobs of `JOBS`, and judge by them. The rest of this process has steps as short."""
    rules = Rules(window_s=0.1, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.5, min_windows=3, budget_s=4)
    shipped = scenarios.load_rules()
    few = replace(shipped, jobs=tuple(job for job in shipped.jobs if job.model in JOBS))
    step_durations.QUICK = dict.fromkeys(step_durations.QUICK, step_durations.Pace(rules, 0.5))
    result = check.Check(CheckPlan("quick", ("train", "jobs")), lambda _: None, rules=few).run()
    return result_files.judged(result, few)
