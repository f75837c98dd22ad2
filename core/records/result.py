"""The result of a check: its plan, the machine, every run with its raw windows, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .events import Checked, DepthTiming, Done, Failure, Phase, Scaling, Score, Timing, Trial, Window, Work
from .experiment_events.acceleration import Acceleration
from .experiment_events.boosting import NO_LIBRARY, BoostingTiming
from .experiment_events.memory import Capacity, MemoryCount
from .machine import DriverAdapter, Machine, Sample
from .plan import CheckPlan, Plan, Rules
from .verdict import Reason, Verdict

FORMAT = 1
"""Version of the result file. It is raised by changes that older versions of the program would misread."""

Status = Literal["complete", "partial", "nothing"]

ANSWERS = {"job": ("out-of-memory",), "loading": ("no-decoder", "disk-full"), "boosting": (NO_LIBRARY,)}
"""Failures that answer what was asked, by the task of a run."""


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of one request: raw windows, never averages. Times are seconds since the check began.

    The plan of a job's run has the settings that the job chose among its `trials`.
    """

    task: str
    plan: Plan
    rules: Rules
    started: float
    ended: float
    stop: str
    wait_policy: str
    windows: tuple[Window, ...] = ()
    trials: tuple[Trial, ...] = ()
    scores: tuple[Score, ...] = ()
    phases: tuple[Phase, ...] = ()
    done: Done | None = None
    failure: Failure | None = None
    timings: tuple[Timing, ...] = ()
    work: Work | None = None
    capacity: Capacity | None = None
    scalings: tuple[Scaling, ...] = ()
    """One for each number of ranks, the single one first."""
    checks: tuple[Checked, ...] = ()
    memory: tuple[MemoryCount, ...] = ()
    """The first is that of the plan's workload as it is; the others have other batches and sequences."""
    depths: tuple[DepthTiming, ...] = ()
    boosted: tuple[BoostingTiming, ...] = ()
    quiet_threads: int = 0
    """The threads that it would have had if other programs had not kept cores busy; 0: it had them."""
    accelerations: tuple[Acceleration, ...] = ()

    @property
    def told_something(self) -> bool:
        """Whether anything was measured or counted."""
        found = self.windows, self.timings, self.capacity, self.scalings, self.memory, self.boosted, self.accelerations
        return any(found)

    @property
    def incomplete(self) -> bool:
        """Whether it failed and so leaves the check incomplete. That a job does not fit the memory is an answer, and so
        is that images cannot be decoded here, that the disk has no room for some of them, or that there is no library
        for boosted trees.
        """
        return self.failure is not None and self.failure.code not in ANSWERS.get(self.task, ())


@dataclass(frozen=True, slots=True)
class DriverGpu:
    """A GPU measured in compute shaders, through its graphics driver alone; torch would have another speed.

    `run` holds copies of memory as timings, and matrix products as windows: a step is one product, whose operations are
    in `run.work`.
    """

    adapter: DriverAdapter
    run: Run


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another program that was busy during the check, in per cent of the whole processor."""

    name: str
    percent: float


@dataclass(frozen=True, slots=True)
class Result:
    """The result file of a check. `status`: complete, partial (cancelled or broken), nothing."""

    format: int
    id: str
    created: str
    rigdyno: str
    status: Status
    machine: Machine
    plan: CheckPlan
    runs: tuple[Run, ...]
    telemetry: tuple[Sample, ...] = ()
    problems: tuple[Reason, ...] = ()
    verdict: Verdict | None = None
    neighbours: tuple[Neighbour, ...] = ()
    silent: dict[str, str] = field(default_factory=dict)
    """Why sensors have no values, or stopped having them, by their keys in `telemetry`."""
    driver_gpus: tuple[DriverGpu, ...] = ()
    driver_note: Reason | None = None
    """Why no GPU, or only a software adapter, was measured through its driver although that was wanted."""
