"""The step "speedups": what a compiler and other ways to train faster would gain on each device."""

from __future__ import annotations

import tempfile

from ...records.plan import Plan
from ...records.result import Run
from .. import schedule
from .context import StepContext, measure

LARGE = "resnet18"
"""The job that is tried too where the small network was compiled in a small share of the time: it has 18 layers, and a
compiler takes about as many times as long.
"""
SMALL_SHARE = 0.2


def try_speedups(context: StepContext, plans: dict[str, Plan]) -> None:
    """Try them with the small network as tuned, and with `LARGE` where there is time for it."""
    job = next((job for job in context.rules.jobs if job.model == LARGE), None)
    with tempfile.TemporaryDirectory(prefix="rigdyno-", ignore_cleanup_errors=True) as folder:
        folder = "" if context.engine.is_remote else folder  # there, it makes one of its own
        for device in context.devices:
            run = measure(context, "speedups", "speedups", plans[device], folder=folder)
            if run and job and _quick(run):
                plan = schedule.as_trained(job.plan(plans[device]), (device,), context.machine, context.record.runs)
                measure(context, "speedups", "speedups", plan, folder=folder)


def _quick(run: Run) -> bool:
    compiled = next((a for a in run.accelerations if a.way == "compile" and not a.obstacle), None)
    return compiled is not None and compiled.start_s < SMALL_SHARE * run.rules.budget_s
