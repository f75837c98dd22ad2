"""The verdict on a machine with a GPU that is not here: by the same rules, from scaled rates instead of measured ones.

Of its processor nothing is known, so that what rests on it is left out. Nothing of it is ever stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ..analysis.absent_gpus.absent_job import AbsentEstimate, AbsentGpu, asked_job, estimate
from ..analysis.forecast import ACCELERATORS, batch_fits, forecast_from_rate
from ..records.machine import Machine, Torch, TorchDevice
from ..records.verdict import Forecast, Reason, Scenario, Verdict
from ..reference.gpu_speed import SpeedFit
from ..reference.job_catalogue import CatalogueJob
from ..reference.job_work import JobWork
from ..reference.scenarios import Job, Rulebook
from ..words.writer import reason
from .judge import job_reason, margin_to_next
from .scenario_decision import decide_scenario, rule_text


@dataclass(frozen=True, slots=True)
class SimulatedMachine:
    """`jobs`: each job of the catalogue with what is known of it; None where the GPU does not set its pace."""

    gpu: AbsentGpu
    verdict: Verdict | None
    jobs: tuple[tuple[CatalogueJob, AbsentEstimate | None], ...]


def simulate(
    gpu: AbsentGpu, rules: Rulebook, catalogue: Sequence[CatalogueJob], work: dict[str, JobWork], fit: SpeedFit
) -> SimulatedMachine:
    """The verdict and the table of jobs."""
    asked = ((job, asked_job(job, work[job.name]) if job.name in work else None) for job in catalogue)
    jobs = tuple((job, estimate(one, gpu, fit) if one else None) for job, one in asked)
    known = {job.name: item for job, item in jobs}
    table = {job.name: _forecasts(job, known.get(job.name), gpu) for job in rules.jobs}
    return SimulatedMachine(gpu, _verdict(table, gpu, rules), jobs)


def _forecasts(job: Job, known: AbsentEstimate | None, gpu: AbsentGpu) -> list[Forecast]:
    device = f"{gpu.count} {ACCELERATORS}" if job.accelerators else "cuda:0"
    if job.accelerators > gpu.count:
        return [forecast_from_rate(job, device, None, 0.0, False, None, True)]
    if known is None or not known.job.seconds or not known.job.high:
        return []
    error = known.job.high / known.job.seconds - 1
    fits = batch_fits(job, True, gpu.memory)
    return [forecast_from_rate(job, device, job.work / known.job.seconds, error, fits, gpu.memory, True)]


def _verdict(table: dict[str, list[Forecast]], gpu: AbsentGpu, rules: Rulebook) -> Verdict | None:
    decision = decide_scenario(table, rules)
    if not decision.reached:
        return None
    machine = _machine(gpu)
    reasons = [job_reason(j, table[j.name][0] if table[j.name] else None, machine, table, rules) for j in rules.jobs]
    return Verdict(
        scenario=cast(Scenario, decision.reached),
        probability=decision.sure,
        trust="D",
        reasons=(*reasons, reason("leaves-out")),
        margin=margin_to_next(decision.blocking, table),
        doubts=(simulated(gpu),),
        forecasts=tuple(f for job in rules.jobs for f in table[job.name]),
        rules=rules.version,
        fired=rule_text(decision, table, rules),
    )


def simulated(gpu: AbsentGpu) -> Reason:
    """That nothing was measured, and what of."""
    return reason("simulated", gpu=gpu.model.name)


def _machine(gpu: AbsentGpu) -> Machine:
    """As much of a machine as reasons look at: its accelerators."""
    devices = tuple(
        TorchDevice(f"cuda:{n}", gpu.model.name, (), True, memory_total=gpu.memory) for n in range(gpu.count)
    )
    return Machine({}, torch=Torch("", "", "", "", 0, (), devices, 0.0))
