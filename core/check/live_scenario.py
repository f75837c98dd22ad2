"""The scenario as far as it is known while a check runs, told anew with each window that changes it."""

from __future__ import annotations

from dataclasses import replace

from ..records.events import Window
from ..records.machine import Machine
from ..records.plan import CheckPlan, Plan, Rules
from ..records.result import Run
from ..records.window_statistics import SURE
from ..reference.scenarios import Rulebook
from ..verdict.scenario_chances import scenario_chances
from .updates import MachineSeen, RunEnded, ScenarioSoFar, StepStarted, Update, WorkerSaid

LEAST_WINDOWS = 2
"""From so many windows of a job on its rate tells something."""
LEAST_CHANGE = 0.01
"""A change of the probability that is worth telling."""


class LiveScenario:
    """Takes every update of a check, and answers with a `ScenarioSoFar` where there is news."""

    def __init__(self, plan: CheckPlan, rules: Rulebook) -> None:
        self._rules, self._judged, self._devices = rules, "jobs" in plan.steps, plan.devices
        self._machine = Machine({})
        self._runs: list[Run] = []
        self._current: Run | None = None
        self._told: ScenarioSoFar | None = None

    def take(self, update: Update) -> ScenarioSoFar | None:
        """The news that this update brings."""
        if isinstance(update, MachineSeen):
            self._machine = self._with_asked_devices(update.machine)
        elif isinstance(update, StepStarted):
            self._current = self._begun(update)
        elif isinstance(update, RunEnded) and update.run.task == "job":
            self._current = None
            self._runs.append(update.run)
            return self._news(update.run.ended, self._runs)
        elif isinstance(update, WorkerSaid) and isinstance(update.event, Window) and self._current:
            if not update.event.warm:
                self._current = replace(self._current, windows=(*self._current.windows, update.event))
            if len(self._current.windows) >= LEAST_WINDOWS:
                return self._news(update.event.t, [*self._runs, self._current], ended=False)
        return None

    def _with_asked_devices(self, machine: Machine) -> Machine:
        """The machine without devices that the check leaves out: nobody will measure them."""
        torch = machine.torch
        if torch is None or not self._devices:
            return machine
        return replace(machine, torch=replace(torch, devices=tuple(d for d in torch.devices if d.id in self._devices)))

    def _begun(self, step: StepStarted) -> Run | None:
        if not self._judged or step.step != "job":
            return None
        job = next((j for j in self._rules.jobs if j.model == step.model), None)
        plan = job.plan(Plan(device=step.device)) if job else None
        return Run("job", plan, Rules(), step.t, step.t, "", "") if plan else None

    def _news(self, now: float, runs: list[Run], ended: bool = True) -> ScenarioSoFar | None:
        """`ended`: the last run is over. Before, nothing is certain: beside others its rate may yet be corrected."""
        chances = scenario_chances(self._rules, self._machine, runs) if self._judged else {}
        if not chances:
            return None
        scenario = max(chances, key=lambda s: chances[s])
        news = ScenarioSoFar(now, scenario, chances[scenario], ended and chances[scenario] >= SURE)
        before, self._told = self._told, news
        same = before and (before.scenario, before.certain) == (scenario, news.certain)
        if before and same and abs(before.probability - news.probability) < LEAST_CHANGE:
            self._told = before
            return None
        return news
