"""One job of the catalogue, or of the user's own: its memory is counted, then some of its steps are done; of boosted
trees some are trained.
"""

from __future__ import annotations

from dataclasses import replace

from ...analysis.jobs.memory_remedies import fits, remedies
from ...records.plan import Plan
from ...records.workload import Workload
from .context import StepContext, measure


def count_memory(context: StepContext, plans: dict[str, Plan]) -> None:
    """Count the memory of the plan's workload on every device; where it does not fit, that of every remedy too."""
    for device in context.devices:
        plan = _suited(context, plans[device])
        run = measure(context, "memory", "memory", plan)
        if not run or not run.memory or not plan.workload or fits(run.memory[0]) is not False:
            continue
        for remedy in remedies(plan.workload):
            measure(context, "memory", "memory", planned(plan, remedy.workload), alone=True)


def train_workload(context: StepContext, plans: dict[str, Plan]) -> None:
    """Train some steps of the plan's workload on every device, or let its language model write."""
    for device in context.devices:
        plan = _suited(context, plans[device])
        writes = plan.workload is not None and plan.workload.new_tokens > 0
        measure(context, "generation" if writes else "workload", "workload", plan)


def train_trees(context: StepContext, plans: dict[str, Plan]) -> None:
    """Train some of the plan's boosted trees on the processor, whichever devices the rest is measured on."""
    plan = replace(next(iter(plans.values())), device="cpu")
    if plan.workload:
        measure(context, "boosting", "boosting", planned(plan, plan.workload))


def planned(plan: Plan, workload: Workload) -> Plan:
    """The plan of another workload on the same device."""
    return replace(plan, workload=workload, model=workload.network, batch=workload.batch or 1)


def _suited(context: StepContext, plan: Plan) -> Plan:
    """The plan of the job in a number format that its device computes: fp16, or fp32, where it has no bf16."""
    workload, device = plan.workload, context.machine.device(plan.device)
    if workload is None:
        return plan
    if device is None or workload.precision in (*device.precisions, "bf16-true"):
        return planned(plan, workload)
    best = "fp16" if workload.precision == "bf16" and "fp16" in device.precisions else "fp32"
    return planned(plan, replace(workload, precision=best))
