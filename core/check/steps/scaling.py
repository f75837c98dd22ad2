"""The step "scaling": one network trained by a rank on each device together."""

from __future__ import annotations

from dataclasses import replace

from ...records import scaling_efficiency
from ...records.plan import Plan, Request
from ...session.worker_command import torchrun_module
from .. import schedule
from ..step_durations import pace
from .context import StepContext, refused


def train_together(context: StepContext, folder: str) -> None:
    """Train the small network and ResNet-50 by one rank for each device; torchrun keeps its logs in `folder`."""
    record, workers, team = context.record, context.workers, context.team
    workers.close_all()  # their memory is needed
    threads = max(1, schedule.threads(Plan(), context.machine) // len(team))
    remote = context.engine.is_remote  # there, the logs lie in the private folder that everything was sent to
    engine = replace(context.engine.with_module(*torchrun_module(team, "" if remote else folder)), threads=threads)
    kind = team[0].partition(":")[0]
    for plain in scaling_efficiency.plans(kind, threads):
        plan = schedule.as_trained(plain, team, context.machine, record.runs)
        if not context.usable(kind):
            return
        paced = pace(record.plan.preset, "scaling", plan)
        record.begin_step("scaling", "", context.remaining_s("scaling"), plan.model)
        request = Request("scaling", replace(plan, seconds=paced.seconds), paced.rules, memory=context.memory)
        run = refused(context, request, len(team))
        if run is None:
            ranks = workers.watched("ranks", engine, record, kind)
            if ranks is None:
                return
            record.begin_run(request, ranks)
            run = ranks.run(request, record.worker_events(kind))
        context.keep(run, kind)
    workers.close_all()
