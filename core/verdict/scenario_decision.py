"""The rule itself: from the forecasts of all jobs to the scenario. A check and a published table are judged by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..analysis.forecast import LIKELY
from ..records.verdict import Forecast
from ..reference.scenarios import Job, Rulebook

ForecastTable = Mapping[str, Sequence[Forecast]]
"""The forecasts of each job by its name, the best device first; none where it was not measured."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The scenario that is reached (0: none can be named), how sure that is (0-1), and the job that keeps the next
    one out of reach; None at the top.
    """

    reached: int
    sure: float
    blocking: Job | None


def decide_scenario(table: ForecastTable, rules: Rulebook) -> Decision:
    """A scenario is reached when all of its jobs are, and all of those below it.

    Scenario 1 is the floor: it is named once a job of scenario 2 is known to be out of reach.
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
    """The best device's probability; None where the job was measured on none."""
    return max((f.probability for f in forecasts), default=None)


def rule_text(found: Decision, table: ForecastTable, rules: Rulebook) -> str:
    """The rule that set the scenario, with its numbers, as it is written into a result."""
    if found.blocking:
        job = found.blocking
        known = best_probability(table[job.name])
        state = "was not measured" if known is None else f"has a chance of {known:.3g}"
        return (
            f"scenario {job.scenario} asks for {job.name} within {job.deadline_s:g} s and {job.memory_gb:g} GB with a "
            f"chance of {LIKELY:g}: it {state}, so scenario {found.reached} stands"
        )
    chances = {j.name: best_probability(table[j.name]) or 0.0 for j in rules.jobs if j.scenario == found.reached}
    told = ", ".join(f"{name} {value:.3g}" for name, value in chances.items())
    return f"scenario {found.reached} asks for a chance of {LIKELY:g} at each of its jobs: {told}"


def _hardest(failing: Sequence[Job], table: ForecastTable) -> Job:
    """The failing job that is furthest from its deadline; one that lacks memory alone where none is late."""
    return max(failing, key=lambda j: (table[j.name][0].seconds or 0.0) / j.deadline_s)
