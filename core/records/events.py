"""What a worker says, one line of JSON an event. Times are seconds of its own clock.

The worker writes these with `json`; the parent reads them strictly with `msgspec`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from .machine import DriverAdapter, Torch
from .plan import Plan


@dataclass(frozen=True, slots=True)
class Hello:
    """The worker is up and torch is imported. `t` is the worker's clock, which the parent maps onto its own."""

    t: float
    pid: int
    protocol: int
    torch: Torch


@dataclass(frozen=True, slots=True)
class Phase:
    """What happens from now on: prepare, warm-up, measure, evaluate."""

    t: float
    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Ten times a second: samples so far and the latest rate."""

    t: float
    samples: int
    samples_per_s: float


SHORTEST_S, LONGEST_S, MOST, MOST_WORK = 1e-9, 1e9, 10**15, 1e30
"""What no clock, no training and no machine leaves: with numbers inside of these, no conclusion overflows."""


def _lasts(seconds: float) -> bool:
    """Whether that is a time that something took."""
    return SHORTEST_S <= seconds <= LONGEST_S


@dataclass(frozen=True, slots=True)
class Window:
    """The raw unit of measurement: `steps` steps between two synchronisations.

    `t` is its start; `cpu_s` the processor time that the worker used in it; `loss` the last step's. One with `paused_s`
    does not count: for so long the machine slept, or the program was stopped.
    """

    t: float
    seconds: float
    steps: int
    samples: int
    batch: int
    cpu_s: float
    warm: bool
    loss: float | None = None
    involuntary_switches: int | None = None
    paused_s: float = 0.0

    def __post_init__(self) -> None:
        # Written out: a long result has a hundred thousand of these, and a loop here took half of reading it.
        if not (
            SHORTEST_S <= self.seconds <= LONGEST_S
            and 0 < self.steps <= MOST
            and 0 < self.samples <= MOST
            and 0 < self.batch <= MOST
            and 0 <= self.paused_s <= LONGEST_S
        ):
            raise ValueError("a window has time, steps, samples and a batch")

    @property
    def rate(self) -> float:
        """Samples per second."""
        return self.samples / self.seconds


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting that `tune` or a job tried, with its rate and its last loss."""

    t: float
    threads: int
    channels_last: bool
    precision: str
    samples_per_s: float
    loss: float | None
    chosen: bool = False

    def __post_init__(self) -> None:
        if not 1 / MOST < self.samples_per_s < MOST:
            raise ValueError("a trial has a rate")

    def on(self, plan: Plan) -> Plan:
        """The plan with these settings."""
        return replace(plan, threads=self.threads, channels_last=self.channels_last, precision=self.precision)


@dataclass(frozen=True, slots=True)
class Score:
    """Test accuracy (0-1) after `samples` training samples, `train_s` seconds of training."""

    t: float
    accuracy: float
    train_s: float
    samples: int
    test_samples: int


@dataclass(frozen=True, slots=True)
class Done:
    """The run is over. `stop`: converged, time-limit, epochs, out-of-memory. `precision`: what was really done."""

    t: float
    stop: str
    settled: bool | None
    threads: int
    precision: str
    parameters: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that ended badly: a code from `phrases.FAILURES`, and what was seen."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker's own report of a failure."""

    t: float
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Timing:
    """One operation, repeated: the raw seconds of each time, and how much `unit` one of them does.

    `way` tells apart what is compared under one name: how a product was computed, or the precision of a stage.
    """

    t: float
    name: str
    seconds: tuple[float, ...]
    work: float
    unit: Literal["flop", "byte", "sample"]
    way: str = ""

    def __post_init__(self) -> None:
        if not (self.seconds and all(map(_lasts, self.seconds)) and 1 <= self.work < MOST_WORK):
            raise ValueError("a timing has times and work")


@dataclass(frozen=True, slots=True)
class Work:
    """What one training step of `batch` samples does, counted operation by operation, see `counting.py`.

    `matrix_flops` are those in matrix products and convolutions, `flops` all of them; `bytes` what every operation
    reads and writes, as if there were no cache.
    """

    t: float
    batch: int
    flops: float
    matrix_flops: float
    bytes: float

    def __post_init__(self) -> None:
        counts = (self.flops, self.bytes, self.matrix_flops + 1)
        if not (0 < self.batch <= MOST and all(1 <= n < MOST_WORK for n in counts)):
            raise ValueError("a step's work has a batch, operations and bytes")


@dataclass(frozen=True, slots=True)
class Capacity:
    """The largest batch that trains in the memory that was free; `tried` is the largest that really ran.

    `estimated`: told from how memory grew between smaller batches, as no larger one was tried.
    """

    t: float
    batch: int
    limit_bytes: int
    tried: int
    tried_bytes: int | None
    estimated: bool

    def __post_init__(self) -> None:
        if min(self.batch, self.tried) < 0:
            raise ValueError("a capacity is no negative batch")


@dataclass(frozen=True, slots=True)
class Scaling:
    """The plan's network, trained by `ranks` processes on `hosts` computers together, `plan.batch` samples in each.

    `seconds` are those of windows of `steps` steps, the slowest rank's; `apart` those of the same steps without the
    exchange of gradients, measured in turn with them (none for a single rank). See `scaling.py`.
    """

    t: float
    ranks: int
    hosts: int
    steps: int
    seconds: tuple[float, ...]
    apart: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        times = (*self.seconds, *self.apart)
        pairs = len(self.apart) in (0, len(self.seconds))
        if not (0 < self.hosts <= self.ranks <= MOST and 0 < self.steps <= MOST):
            raise ValueError("training together takes ranks, hosts and steps")
        if not (self.seconds and pairs and all(map(_lasts, times))):
            raise ValueError("training together has times, in pairs")


@dataclass(frozen=True, slots=True)
class Adapters:
    """The child that measures GPUs through their drivers is up, and what they offer it; in place of a `Hello`."""

    t: float
    pid: int
    protocol: int
    adapters: tuple[DriverAdapter, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an operation gave beside numpy's double precision, for matrices or vectors of `size`.

    `error`: the largest difference as a share of the largest value.
    """

    t: float
    name: str
    size: int
    error: float

    def __post_init__(self) -> None:
        if not (0 < self.size <= MOST and 0 <= self.error <= MOST):
            raise ValueError("a check has a size and an error")


Event = (
    Hello
    | Adapters
    | Phase
    | Progress
    | Window
    | Trial
    | Score
    | Timing
    | Work
    | Capacity
    | Scaling
    | Checked
    | Done
    | Failed
)

EVENTS: tuple[type, ...] = get_args(Event)
"""Every line that a worker may write; the wire name of each is its class name."""
