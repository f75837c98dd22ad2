"""The verdict of a check, a pure function of what was measured: old results can be judged again by new rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from ..analysis import driver_only_gpu
from ..analysis.bottlenecks import bottlenecks
from ..analysis.forecast import LIKELY, forecast_job, lacks_memory
from ..records.machine import Machine, Sample
from ..records.result import DriverGpu, Neighbour, Run
from ..records.verdict import Forecast, Margin, Numbers, Reason, Scenario, Verdict
from ..reference.hardware_tables import GpuModel
from ..reference.scenarios import Job, Rulebook
from ..words.writer import english, reason
from .evidence import evidence
from .scenario_decision import best_probability, decide_scenario, rule_text
from .trust import trust_doubts, trust_grade
from .warnings.purchase_warnings import purchase_warnings

SURE_MARGIN = 0.001
"""A forecast whose probability is closer than this to 0 or 1 does not depend on how precisely its rate is known."""
CONTENTION_POWER = 3
"""With a share f of the processor free, training may run at f^3 of its speed, as all threads wait for the slowest one:
one busy core of two took a two-thread run from 1,700 to 200 images/s."""
CLOSE_FACTOR = 1.5
"""Within this factor of the next scenario a machine is close to it: a better cooled variant can be as much faster."""


def judge(
    machine: Machine,
    runs: Sequence[Run],
    telemetry: Sequence[Sample],
    rules: Rulebook,
    complete: bool,
    neighbours: Sequence[Neighbour] = (),
    known: Sequence[GpuModel] = (),
    driver: Sequence[DriverGpu] = (),
) -> Verdict | None:
    """The verdict, or None if too little was measured to name a scenario.

    `neighbours`: the busiest other programs; `known`: the table of GPUs that purchase warnings compare with; `driver`:
    GPUs measured by shaders, which add reasons but never raise the scenario.
    """
    table = {job.name: forecast_job(job, machine, runs) for job in rules.jobs}
    decision = decide_scenario(table, rules)
    if not decision.reached:
        return None
    sure = decision.sure
    found = trust_doubts(machine, runs, telemetry, complete, _certain_models(rules, table, runs), neighbours)
    margin = margin_to_next(decision.blocking, table)
    corrected = any(r.code == "corrected-for-load" for r in found)
    unsure = None if corrected else _contention_doubt(margin, table, found)
    if unsure:
        found.append(unsure)
        sure = min(sure, LIKELY)
    forecasts = tuple(f for job in rules.jobs for f in table[job.name])
    return Verdict(
        scenario=cast(Scenario, decision.reached),
        probability=sure,
        trust=trust_grade(found),
        reasons=tuple(_reasons(machine, runs, telemetry, rules, table)),
        margin=margin,
        doubts=tuple(found),
        forecasts=forecasts,
        rules=rules.version,
        bottlenecks=tuple(bottlenecks(machine, runs, telemetry, forecasts, found)),
        catches=tuple(purchase_warnings(machine, runs, telemetry, known)),
        fired=rule_text(decision, table, rules),
        driver=tuple(driver_only_gpu.driver_reasons(machine, driver, telemetry, rules, forecasts)),
    )


def _contention_doubt(margin: Margin, table: dict[str, list[Forecast]], found: Sequence[Reason]) -> Reason | None:
    """A doubt if other programs' use of the processor may be all that keeps the machine from the next scenario.

    Other programs only ever slow a measurement down, so scenarios that are reached stay reached.
    """
    percents = [r.numbers["percent"] for r in found if r.code in ("other-load", "steal")]
    free = math.prod(1 - p / 100 for p in percents if isinstance(p, float))
    if margin.factor is None or margin.towards is None or table[margin.job][0].device != "cpu" or free >= 1:
        return None
    if margin.factor * max(0.0, free) ** CONTENTION_POWER > 1:
        return None
    return reason("not-sure", towards=margin.towards, percent=100 * (1 - free))


def _certain_models(rules: Rulebook, table: dict[str, list[Forecast]], runs: Sequence[Run]) -> set[str]:
    """The measured models without a job whose outcome is uncertain (see `SURE_MARGIN`)."""
    uncertain = {j.model for j in rules.jobs for f in table[j.name] if SURE_MARGIN < f.probability < 1 - SURE_MARGIN}
    return {r.plan.model for r in runs} - uncertain


def _reasons(
    machine: Machine,
    runs: Sequence[Run],
    telemetry: Sequence[Sample],
    rules: Rulebook,
    table: dict[str, list[Forecast]],
) -> list[Reason]:
    """The findings of the experiments, then a reason for each job of the rules."""
    found = evidence(machine, runs, telemetry)
    for job in rules.jobs:
        best = table[job.name][0] if table[job.name] else None
        found.append(job_reason(job, best, machine, table, rules))
    return [*found, reason("leaves-out")]


def job_reason(
    job: Job, best: Forecast | None, machine: Machine, table: dict[str, list[Forecast]], rules: Rulebook
) -> Reason:
    """What is to be said of a job of the rules, by its best forecast."""
    if best is None:
        easier = [best_probability(table[j.name]) for j in rules.jobs if j.scenario < job.scenario]
        failed = any(c is not None and c < LIKELY for c in easier)
        return reason("not-tried" if failed else "not-measured", job=job.name)
    numbers: Numbers = {"job": job.name, "device": best.device}
    if job.accelerators and best.seconds is None:
        have = [d for d in (machine.torch.devices if machine.torch else ()) if d.usable and d.id != "cpu"]
        return reason("too-few-accelerators", scenario=job.scenario, need=job.accelerators, has=len(have))
    if best.seconds is None or lacks_memory(best):
        return reason("too-little-memory", **numbers, need=best.memory_need, has=best.memory_has)
    numbers |= {"time": best.seconds, "low": best.low, "high": best.high, "deadline": best.deadline_s}
    return reason("finishes" if best.probability >= LIKELY else "too-slow", **numbers)


def margin_to_next(job: Job | None, table: dict[str, list[Forecast]]) -> Margin:
    """How far the next scenario is, given the job that blocks it (None at the top)."""
    if job is None:
        return _margin_of(None, "", None, "top", {})
    towards = job.scenario
    best = table[job.name][0] if table[job.name] else None
    numbers: Numbers = {"towards": towards, "job": job.name}
    if best is None:
        code, factor = "measure-needed", None
    elif best.seconds is None:
        code, factor = ("accelerators-needed" if job.accelerators else "memory-needed"), None
    else:
        factor = best.seconds / best.deadline_s
        code = "memory-needed" if factor <= 1 else "close" if factor <= CLOSE_FACTOR else "faster-needed"
    return _margin_of(towards, job.name, factor, code, {**numbers, "factor": factor})


def _margin_of(towards: int | None, job: str, factor: float | None, code: str, numbers: Numbers) -> Margin:
    return Margin(towards, job, factor, english.sentence(code, numbers), code, numbers)
