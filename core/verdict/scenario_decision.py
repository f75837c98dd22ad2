"""Which scenario is reached, from the forecasts of all jobs. Checks and published rates are judged by the same rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..analysis.forecast import LIKELY
from ..records.verdict import Forecast
from ..reference.scenarios import Job, Rulebook
from ..words.phrases import stored

ForecastTable = Mapping[str, Sequence[Forecast]]
"""The forecasts of each job by its name, the best device first; empty if the job was not measured."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The scenario `reached` (0: none can be named), its probability `sure` (0-1), and the job that keeps the next
    scenario out of reach; None at the top.
    """

    reached: int
    sure: float
    blocking: Job | None


def decide_scenario(table: ForecastTable, rules: Rulebook) -> Decision:
    """The highest scenario whose jobs, and those of all scenarios below it, are likely to be finished in time.

    Scenario 1 is the lowest: it is named once a job of scenario 2 is known to be out of reach.
    """
    reached, sure = 0, 1.0
    for scenario in sorted({j.scenario for j in rules.jobs} - {1}):
        jobs = [j for j in rules.jobs if j.scenario == scenario]
        states = {j.name: best_probability(table[j.name]) for j in jobs}
        known = [s for s in states.values() if s is not None]
        if known and min(known) < LIKELY:
            late = [j for j in jobs if (s := states[j.name]) is not None and s < LIKELY]
            return Decision(scenario - 1, sure * (1 - min(known)), _hardest(late, table))
        if len(known) < len(jobs):
            missing = next(j for j in jobs if states[j.name] is None)
            return Decision(scenario - 1 if scenario > 2 else 0, sure, missing)
        reached = scenario
        sure *= min(known)
    return Decision(reached, sure, None)


def best_probability(forecasts: Sequence[Forecast]) -> float | None:
    """The probability of a job on the device that is best for it; None if it was not measured."""
    return max((f.probability for f in forecasts), default=None)


def rule_text(found: Decision, table: ForecastTable, rules: Rulebook) -> str:
    """The rule that decided the scenario, with its numbers, in English as it is written into a result."""
    if found.blocking:
        job, known = found.blocking, best_probability(table[found.blocking.name])
        return (stored.RULE_NOT_MEASURED if known is None else stored.RULE_NOT_MET).format(
            scenario=job.scenario,
            job=job.name,
            seconds=f"{job.deadline_s:g}",
            memory=f"{job.memory_gb:g}",
            chance=f"{LIKELY:g}",
            probability=f"{known or 0:.3g}",
            reached=found.reached,
        )
    chances = {j.name: best_probability(table[j.name]) or 0.0 for j in rules.jobs if j.scenario == found.reached}
    told = ", ".join(f"{name} {value:.3g}" for name, value in chances.items())
    return stored.RULE_MET.format(scenario=found.reached, chance=f"{LIKELY:g}", jobs=told)


def _hardest(failing: Sequence[Job], table: ForecastTable) -> Job:
    """The failing job that would exceed its deadline by the largest factor."""
    return max(failing, key=lambda j: (table[j.name][0].seconds or 0.0) / j.deadline_s)
