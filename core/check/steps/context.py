"""What every step of a check works with, and how one run on one device is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...analysis.plan_limits import MEMORY_SHARE, training_bytes
from ...records.events import Failure
from ...records.machine import Machine
from ...records.plan import Plan, Request
from ...records.result import Run
from ...reference.scenarios import Rulebook
from ...session.worker_command import WorkerCommand
from .. import schedule
from ..check_record import CheckRecord
from ..device_workers import FATAL, DeviceWorkers
from ..step_durations import pace

COUNTS: dict[str, Callable[[Machine, int], Iterator[int]]] = {
    "tune": schedule.thread_counts,
    "matmul": schedule.thread_counts,
    "loading": lambda machine, _: schedule.process_counts(machine),
}
"""The numbers of threads, or of processes, that an experiment tries."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """The check as its steps see it: what is measured, on which devices, by which engine and rules."""

    record: CheckRecord
    workers: DeviceWorkers
    engine: WorkerCommand
    machine: Machine
    devices: list[str]
    rules: Rulebook
    taken: int = 0
    """The cores that other programs keep busy, where the worker does not come before them."""

    @property
    def memory(self) -> int | None:
        """Bytes of the computer's memory that a run may take; None where that is not known."""
        available = self.machine.value("memory.available")
        return int(MEMORY_SHARE * available) if isinstance(available, int) else None

    @property
    def team(self) -> tuple[str, ...]:
        """The device of each rank that trains together."""
        return schedule.team(self.devices, self.record.plan.ranks)

    def remaining_s(self, step: str, done: int = 0) -> float | None:
        """The most seconds that are left from the start of `step` on, with `done` devices behind it."""
        return schedule.remaining(self.record.plan, self.rules, len(self.devices), step, done)

    def usable(self, device: str) -> bool:
        """Whether a run may still be begun on this device."""
        return not self.workers.cancelled and device not in self.workers.lost

    def keep(self, run: Run, device: str) -> None:
        """Take a run into the record; a device that broke down in it is not used again."""
        if run.failure and run.failure.code in FATAL:
            self.workers.lost.add(device)
        self.record.end_run(run, device)


def measure(
    context: StepContext, task: str, step: str, plan: Plan, alone: bool = False, folder: str = ""
) -> Run | None:
    """One run of an experiment (`task`) on the plan's device; None where it was not begun. `alone` and `folder`: see
    `Request`.
    """
    record, workers, device = context.record, context.workers, plan.device
    if not context.usable(device):
        return None
    paced = pace(record.plan.preset, step, plan)
    plan = replace(plan, seconds=paced.seconds or plan.seconds)
    done = context.devices.index(device) if device in context.devices else 0
    record.begin_step(task, device, context.remaining_s(step, done), plan.model)
    if task == "capacity":
        workers.close(device)  # what earlier steps left in its allocator would count as free
    session = workers.watched(device, replace(context.engine, threads=plan.threads), record, device)
    if session is None:
        return None
    counts = COUNTS.get(task)
    threads = tuple(counts(context.machine, context.taken)) if counts else ()
    share = schedule.share(record.plan, context.rules, len(context.devices), step, done, record.now())
    without_others = _quiet_threads(context, plan)
    # A rate that will be corrected tells nothing yet of borders.
    decides = record.plan.preset == "quick" and task == "job" and not without_others
    borders = schedule.borders(context.rules, plan) if decides else ()
    rules = replace(paced.rules, budget_s=share * paced.rules.budget_s, borders=borders)
    halves = schedule.halves(task, step, context.machine.device(device))
    request = Request(task, plan, rules, threads, context.memory, halves, alone, folder)
    run = refused(context, request)
    if run is None:
        record.begin_run(request, session)
        run = session.run(request, record.worker_events(device))
        run = replace(run, quiet_threads=without_others)
    context.keep(run, device)
    return run


def _quiet_threads(context: StepContext, plan: Plan) -> int:
    """See `schedule.quiet_threads`; 0 for a number of threads that somebody chose: that is what is to be measured."""
    fixed = context.record.plan.train.threads or any(j.threads and j.model == plan.model for j in context.rules.jobs)
    if plan.device != "cpu" or fixed:
        return 0
    most = schedule.threads(context.record.plan.train, context.machine)
    return schedule.quiet_threads(plan.threads, most, context.taken)


def refused(context: StepContext, request: Request, times: int = 1) -> Run | None:
    """The failed run of a network that does not fit the computer's memory `times` times; None where it does.

    The CPU would not refuse it: the computer would swap instead. A plan of the user's own was checked before.
    """
    plan, need = request.plan, times * (training_bytes(request.plan) or 0)
    if plan.device != "cpu" or not need or not request.memory or need <= request.memory:
        return None
    if request.task not in ("job", "capacity", "scaling"):
        return None
    detail = f"About {need / 2**30:.1f} GiB are needed, and {request.memory / 2**30:.1f} GiB may be used."
    now, failure = context.record.now(), Failure("out-of-memory", detail)
    return Run(request.task, plan, request.rules, now, now, "failed", context.engine.wait_policy, failure=failure)
