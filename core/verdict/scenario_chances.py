"""How likely each scenario is while a check still runs: from the jobs measured so far, and guesses at the others."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from ..analysis.forecast import ASSUMED_EFFICIENCY, forecast_job
from ..records.machine import Machine
from ..records.result import Run
from ..records.verdict import Forecast
from ..records.window_statistics import chance_of_reaching
from ..reference.scenarios import Job, Rulebook
from .scenario_decision import best_probability

GUESS_ERROR = 1.0
"""Half of the 95 % range of a rate that is guessed from another job's by the operations of a sample, as the logarithm
of a factor, here 2.7. From a small network the rates of four larger ones were guessed 2.3 to 2.8 times too low on a
processor; from one large network that of another within 1.2.
"""


def scenario_chances(rules: Rulebook, machine: Machine, runs: Sequence[Run]) -> dict[int, float]:
    """The probability (0-1) of each scenario; empty before any job of scenario 2 or higher was measured.

    A scenario is reached if its least likely job and those of the scenarios below are, as in `decide_scenario`.
    """
    known = {j.name: best_probability(_forecasts(j, machine, runs)) for j in rules.jobs if j.scenario > 1}
    rates = _operation_rates(rules, machine, runs)
    if not rates:
        return {}
    chances: dict[int, float] = {}
    reached, below = 1.0, 1
    for scenario in sorted({j.scenario for j in rules.jobs} - {1}):
        jobs = [j for j in rules.jobs if j.scenario == scenario]
        least = min(p if (p := known[j.name]) is not None else _guessed(j, machine, rates) for j in jobs)
        chances[below] = reached * (1 - least)
        reached, below = reached * least, scenario
    return chances | {below: reached}


def _forecasts(job: Job, machine: Machine, runs: Sequence[Run]) -> list[Forecast]:
    """The job's forecasts. One for all accelerators together counts once each of them was measured."""
    found = forecast_job(job, machine, runs)
    if job.accelerators:
        done = {r.plan.device for r in runs if r.task == "job" and r.plan.model == job.model}
        return found if done >= set(_accelerators(machine)) else []
    return found


def _accelerators(machine: Machine) -> list[str]:
    return [d.id for d in (machine.torch.devices if machine.torch else ()) if d.usable and d.id != "cpu"]


def _operation_rates(rules: Rulebook, machine: Machine, runs: Sequence[Run]) -> dict[str, float]:
    """GFLOP/s of each device at the largest job that it was measured at."""
    found: dict[str, tuple[float, float]] = {}
    for job in rules.jobs:
        for one in forecast_job(job, machine, runs) if job.scenario > 1 and not job.accelerators else ():
            if one.samples_per_s and job.gflop > found.get(one.device, (0.0, 0.0))[0]:
                found[one.device] = job.gflop, job.gflop * one.samples_per_s
    return {device: rate for device, (_, rate) in found.items()}


def _guessed(job: Job, machine: Machine, rates: dict[str, float]) -> float:
    """The probability of a job that was not measured yet, on the device that is best for it."""
    gpus = [rate for device, rate in rates.items() if device != "cpu"]
    if job.accelerators:
        number = len(_accelerators(machine))
        enough = gpus and number >= job.accelerators
        rates = {"all": ASSUMED_EFFICIENCY * number * fmean(gpus)} if enough else {}
    border = job.work / job.deadline_s
    return max((chance_of_reaching(r / job.gflop, border, GUESS_ERROR) for r in rates.values() if job.gflop), default=0)
