"""The steps of a check in their order, each on every device in turn."""

from __future__ import annotations

import tempfile
from dataclasses import replace

from ...records.plan import Plan
from ...reference.scenarios import with_tuned_settings
from .. import schedule
from ..job_plans import JOB_STEPS
from ..step_durations import VGG16
from .context import StepContext, measure
from .loading import measure_loading
from .scaling import train_together
from .shaders import measure_through_drivers
from .speedups import try_speedups
from .workload import count_memory, train_trees, train_workload


def run_steps(context: StepContext, plans: dict[str, Plan]) -> None:
    """Do every step of the plan; `plans` holds the training plan of each device.

    The devices alternate, so that no device is measured only while the machine is hot.
    """
    steps = context.record.plan.steps
    if "driver" in steps:  # first, while the GPU is cool
        measure_through_drivers(context)
    if "memory" in steps:
        count_memory(context, plans)
    if "workload" in steps:
        train_workload(context, plans)
    if "loading" in steps:
        measure_loading(context, plans)
    if "boosting" in steps:
        train_trees(context, plans)
    if context.record.plan.preset != "custom":
        plans = {device: replace(plan, workload=None, files=None) for device, plan in plans.items()}
    if "tune" in steps:
        plans = {device: _tuned(context, plan) for device, plan in plans.items()}
    for step in steps:
        if step == "jobs":
            _jobs(context, plans)
        elif step == "scaling":
            with tempfile.TemporaryDirectory(prefix="rigdyno-", ignore_cleanup_errors=True) as folder:
                train_together(context, folder)
        elif step == "speedups":
            try_speedups(context, plans)
        elif step not in ("driver", "tune", *JOB_STEPS):
            _experiment(context, step, plans)


def _tuned(context: StepContext, plan: Plan) -> Plan:
    """The plan with the settings that are fastest on its device."""
    run = measure(context, "tune", "tune", plan)
    return run.trials[-1].apply_to(plan) if run and run.trials and run.trials[-1].chosen else plan


def _jobs(context: StepContext, plans: dict[str, Plan]) -> None:
    """The real networks that define the scenarios, on accelerators first; the large ones on these alone. A quick check
    leaves out what would change no verdict.
    """
    record, rules, machine = context.record, context.rules, context.machine
    for job in schedule.worth_trying(rules, machine, record.runs):
        for device in sorted(context.devices, key=lambda device: device == "cpu"):
            quick = record.plan.preset == "quick"
            if quick and schedule.is_superfluous(job, device, rules, machine, record.runs):
                continue
            if job.scenario < 3 or device != "cpu":
                measure(context, "job", job.model, job.plan(plans[device]))


def _experiment(context: StepContext, step: str, plans: dict[str, Plan]) -> None:
    """One experiment on every device, as often as it is repeated, each time from another seed."""
    for number, name in enumerate(schedule.repetitions(step)):
        for device in context.devices:
            shaped = _shaped(context, step, plans[device])
            plan = replace(shaped, seed=plans[device].seed + number)
            measure(context, "job" if step == "vgg16" else step, name, plan)


def _shaped(context: StepContext, step: str, tuned: Plan) -> Plan:
    """What a step trains: the plan's network as tuned, or a network of the step's own with the same settings."""
    asked = context.record.plan
    if step == "vgg16":
        return with_tuned_settings(VGG16, tuned)
    if step == "capacity" and asked.preset != "custom":
        job = next(job.plan(tuned) for job in context.rules.jobs if job.model == "resnet50")
        return schedule.as_trained(job, (job.device,), context.machine, context.record.runs)
    return replace(tuned, seconds=asked.soak_s) if step == "soak" else tuned
