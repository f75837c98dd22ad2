"""A real check of moments, for the test that a package is whole."""

from __future__ import annotations

from dataclasses import replace

from . import check, presets, results, scenarios
from .model import CheckPlan, Result, Rules

JOBS = ("mlp", "resnet18")
"""Networks whose steps take moments everywhere: enough for a verdict."""


def measured() -> Result:
    """Train, measure the jobs of `JOBS`, and judge by them. The rest of this process has steps as short."""
    rules = Rules(window_s=0.1, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.5, min_windows=3, budget_s=4)
    shipped = scenarios.load()
    few = replace(shipped, jobs=tuple(job for job in shipped.jobs if job.model in JOBS))
    presets.QUICK = dict.fromkeys(presets.QUICK, presets.Pace(rules, 0.5))
    result = check.Check(CheckPlan("quick", ("train", "jobs")), lambda _: None, rules=few).run()
    return results.judged(result, few)
