"""A real check that takes seconds: the smoke test of an installed package."""

from __future__ import annotations

from dataclasses import replace

from ..records.plan import CheckPlan, Rules
from ..records.result import Result
from ..reference import scenarios
from ..store import result_files
from . import check, step_durations

JOBS = ("mlp", "resnet18")
"""Networks whose steps are short on every machine, and which suffice for a verdict."""


def measured() -> Result:
    """Train, measure the jobs of `JOBS`, and judge by them. It shortens the steps of this process for good."""
    rules = Rules(window_s=0.1, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.5, min_windows=3, budget_s=4)
    shipped = scenarios.load_rules()
    few = replace(shipped, jobs=tuple(job for job in shipped.jobs if job.model in JOBS))
    step_durations.QUICK = dict.fromkeys(step_durations.QUICK, step_durations.Pace(rules, 0.5))
    result = check.Check(CheckPlan("quick", ("train", "jobs")), lambda _: None, rules=few).run()
    return result_files.judged(result, few)
