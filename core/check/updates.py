"""The updates that a check sends to its listener: all that the window and the terminal know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..records.events import Event
from ..records.machine import Machine, Sample
from ..records.result import Result, Run


@dataclass(frozen=True, slots=True)
class MachineSeen:
    """The machine as known so far: first without torch, again once the engine has answered.

    `host`: its name, where it is another computer than the one that this program runs on.
    """

    machine: Machine
    host: str = ""


@dataclass(frozen=True, slots=True)
class WaitingForQuiet:
    """Another `program` (empty: unknown) uses `percent` of the processor: it is waited for `most_s` seconds at most."""

    t: float
    program: str
    percent: float
    most_s: float


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step of the check begins.

    `remaining_s` is the most that the rest of the check can take; None where the work, not a time, ends it.
    """

    t: float
    step: str
    device: str
    remaining_s: float | None
    model: str = ""


@dataclass(frozen=True, slots=True)
class WorkerSaid:
    """A worker's event; its `t` is already on the check's time axis."""

    device: str
    event: Event


@dataclass(frozen=True, slots=True)
class Sampled:
    """The sensors, on the check's time axis. `silent`: why some of a GPU tell nothing, by their keys."""

    sample: Sample
    silent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunEnded:
    """One run is over, well or not."""

    run: Run


@dataclass(frozen=True, slots=True)
class ScenarioSoFar:
    """The scenario that is the most likely one now, with its `probability` (0-1). `certain`: no further measurement is
    expected to change it.
    """

    t: float
    scenario: int
    probability: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Concluded:
    """The end of every check, cancelled and failed ones too; the result is stored unless `unsaved` says why not."""

    result: Result
    unsaved: str = ""


Update = MachineSeen | WaitingForQuiet | StepStarted | WorkerSaid | Sampled | RunEnded | ScenarioSoFar | Concluded
Listener = Callable[[Update], None]
