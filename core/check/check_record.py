"""What a check has heard so far: kept for its result, written to its journal, and told to its listener."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ..records.events import Event, Failure, Phase, Progress
from ..records.machine import DriverAdapter, Sample
from ..records.plan import CheckPlan, Request
from ..records.result import DriverGpu, Neighbour, Run
from ..records.verdict import Reason
from ..reference.scenarios import Rulebook
from ..session.worker_session import WorkerSession
from ..store import error_log
from ..words.writer import reason
from .journal import Begun, Journal
from .live_scenario import LiveScenario
from .updates import Listener, RunEnded, StepStarted, Update, WorkerSaid


class CheckRecord:
    """Everything that the result of a check is made of. Its times are seconds since `origin`.

    It is used from several threads; the listener is called by one of them at a time.
    """

    def __init__(self, plan: CheckPlan, listener: Listener, journal: Journal, origin: float, rules: Rulebook) -> None:
        self.plan, self.journal = plan, journal
        self._scenario = LiveScenario(plan, rules)
        self.runs: list[Run] = []
        self.samples: list[Sample] = []
        self.problems: list[Reason] = []
        self.driver_gpus: list[DriverGpu] = []
        self.driver_note: Reason | None = None
        self.neighbours: tuple[Neighbour, ...] = ()
        self._listener, self._origin = listener, origin
        self._one_at_a_time = threading.Lock()
        journal.write(plan)

    def now(self) -> float:
        """Seconds since the check began."""
        return time.perf_counter() - self._origin

    def tell(self, update: Update) -> None:
        """Write an update to the journal and hand it to the listener."""
        self.journal.note(update)
        with self._one_at_a_time:
            self._listener(update)
            if news := self._scenario.take(update):
                self._listener(news)

    def change_plan(self, plan: CheckPlan) -> None:
        """The plan as it is carried out on this machine, which may add steps to the one that was asked for."""
        self.plan = plan
        self.journal.write(plan)

    def begin_step(self, step: str, device: str, remaining_s: float | None, model: str = "") -> None:
        """A step begins; `remaining_s` is the most that the rest of the check can take, None where nobody knows."""
        self.tell(StepStarted(self.now(), step, device, remaining_s, model))

    def begin_run(self, request: Request, session: WorkerSession, adapter: DriverAdapter | None = None) -> None:
        """A run begins: the worker's events from now on belong to it. `adapter`: of a GPU through its driver."""
        self.journal.write(Begun(self.now(), request, session.engine.wait_policy, adapter))

    def end_run(self, run: Run, device: str) -> None:
        """A run of a torch device is over, well or not; a failure goes to the error log too."""
        if run.failure and run.failure.code != "cancelled":
            error_log.note(f"{run.task} of {run.plan.model} on {device}: {run.failure.code}: {run.failure.detail}")
        self.runs.append(run)
        self.tell(RunEnded(run))

    def end_driver_run(self, measured: DriverGpu) -> None:
        """A run of a GPU through its driver is over, well or not."""
        self.driver_gpus.append(measured)
        self.journal.write(measured)

    def add_problem(self, device: str, failure: Failure) -> None:
        """A device could not be measured at all."""
        self.problems.append(reason(failure.code, detail=failure.detail))
        self.journal.write(self.problems[-1])
        error_log.note(f"no worker for {device}: {failure.code}: {failure.detail}")

    def worker_events(self, device: str) -> Callable[[Event], None]:
        """What a worker's events are given to."""
        return lambda event: self.tell(WorkerSaid(device, event))

    def driver_event(self, event: Event) -> None:
        """An event of the shader worker. Only its phases are told: its rates are not those of a training."""
        if isinstance(event, Phase):
            self.tell(WorkerSaid("", event))
        elif not isinstance(event, Progress):
            self.journal.write(event)
