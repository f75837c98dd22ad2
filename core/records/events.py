"""The events that a worker writes, each as one line of JSON. Times `t` are seconds of the worker's own clock.

It writes them with `json`; the parent decodes them strictly with `msgspec`, see `session/protocol.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from .bounds import MAX_COUNT, MAX_SECONDS, MAX_WORK, MIN_SECONDS, is_duration
from .experiment_events.acceleration import Acceleration
from .experiment_events.boosting import BoostingTiming
from .experiment_events.memory import Capacity, MemoryCount, WorkCount
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
    """A phase of the run begins: prepare, warm-up, measure, evaluate."""

    t: float
    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Ten times a second: samples so far and the latest rate."""

    t: float
    samples: int
    samples_per_s: float


@dataclass(frozen=True, slots=True)
class Window:
    """The raw unit of measurement: `steps` training steps between two synchronisations of the device.

    `t` is its start, `cpu_s` the processor time that the worker used in it, `loss` that of the last step. For
    `paused_s` seconds of it the machine slept or the program was stopped: unless that is 0, no statistic counts the
    window.
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
        # Written out without a loop: a long result has 100,000 windows, and a loop took half of the time to read it.
        if not (
            MIN_SECONDS <= self.seconds <= MAX_SECONDS
            and 0 < self.steps <= MAX_COUNT
            and 0 < self.samples <= MAX_COUNT
            and 0 < self.batch <= MAX_COUNT
            and 0 <= self.paused_s <= MAX_SECONDS
        ):
            raise ValueError("a window has time, steps, samples and a batch")

    @property
    def rate(self) -> float:
        """Samples per second."""
        return self.samples / self.seconds


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting that `tune` or a job tried, with its rate, its last loss, and its speed as a multiple of the first
    trial's, by windows of both in turn (None in old results)."""

    t: float
    threads: int
    channels_last: bool
    precision: str
    samples_per_s: float
    loss: float | None
    chosen: bool = False
    gain: float | None = None

    def __post_init__(self) -> None:
        if not all(1 / MAX_COUNT < n < MAX_COUNT for n in (self.samples_per_s, self.gain or 1.0)):
            raise ValueError("a trial has a rate, and a gain that is positive")

    def apply_to(self, plan: Plan) -> Plan:
        """The plan, changed to the settings of this trial."""
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
    """The run is over. `stop` says why: converged, decided, time-limit, epochs, reached, out-of-memory. `threads` and
    `precision` are those that were used; `settled`: whether the warm-up became steady, None where there was none.
    """

    t: float
    stop: str
    settled: bool | None
    threads: int
    precision: str
    parameters: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed: a code of `FAILURES` in `words`, and what was seen."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker's own report of a failure."""

    t: float
    code: str
    detail: str


KEEPING_MEMORY = "keeping-memory"
"""Name of the `Timing` of a training step where the allocator keeps the memory that a step frees."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One operation, timed several times: the seconds of each repetition, and its `work` in `unit`.

    `way` tells apart the variants of a name: how a product was computed, or the precision of a stage.
    """

    t: float
    name: str
    seconds: tuple[float, ...]
    work: float
    unit: Literal["flop", "byte", "sample"]
    way: str = ""

    def __post_init__(self) -> None:
        if not (self.seconds and all(map(is_duration, self.seconds)) and 1 <= self.work < MAX_WORK):
            raise ValueError("a timing has times and work")


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one training step of `batch` samples, see `worker/operation_count.py`.

    `matrix_flops` are the floating-point operations in matrix products and convolutions, `flops` all of them; `bytes`
    is what all operations read and write, as if there were no cache.
    """

    t: float
    batch: int
    flops: float
    matrix_flops: float
    bytes: float

    def __post_init__(self) -> None:
        counts = (self.flops, self.bytes, self.matrix_flops + 1)
        if not (0 < self.batch <= MAX_COUNT and all(1 <= n < MAX_WORK for n in counts)):
            raise ValueError("a step's work has a batch, operations and bytes")


@dataclass(frozen=True, slots=True)
class DepthTiming:
    """Training steps of a network that is cut down to `blocks` of its `whole` repeated blocks (both are 1 where it has
    none): the seconds of each step.

    `batch` samples of `sequence` tokens and of images with a side of `image_size` (0: it has none) went through in one
    forward pass; `flops` are the counted operations of that step (0: they were not counted). See
    `worker/experiments/workload.py`. Of a language model that writes, `what` is "prompt", where `sequence` tokens are
    read, or "token", where one is written at the middle of an answer that ends with `sequence` tokens in all; see
    `worker/experiments/generation.py`.

    Of a language model that is timed with its own vocabulary and with a small one, `vocabulary` has the tokens of the
    one that was used, and `whole_flops` the operations of the whole network's step with it; else both are 0.
    """

    t: float
    blocks: int
    whole: int
    batch: int
    sequence: int
    flops: float
    seconds: tuple[float, ...]
    what: Literal["step", "prompt", "token"] = "step"
    image_size: int = 0
    vocabulary: int = 0
    whole_flops: float = 0.0

    def __post_init__(self) -> None:
        sized = 0 < self.batch <= MAX_COUNT and 0 <= self.sequence <= MAX_COUNT and 0 <= self.image_size <= MAX_COUNT
        if not (sized and 0 < self.blocks <= self.whole <= MAX_COUNT):
            raise ValueError("steps of a part of a network have blocks, a batch and a sequence")
        if not (0 <= self.vocabulary <= MAX_COUNT and 0 <= self.whole_flops < MAX_WORK):
            raise ValueError("a vocabulary has tokens, and a whole network operations")
        if not (self.seconds and all(map(is_duration, self.seconds)) and 0 <= self.flops < MAX_WORK):
            raise ValueError("steps of a part of a network have times and operations")


@dataclass(frozen=True, slots=True)
class Scaling:
    """The plan's network, trained by `ranks` processes on `hosts` computers together, `plan.batch` samples a rank.

    `seconds` are the durations of windows of `steps` steps on the slowest rank. `apart` are the durations of as many
    steps without the exchange of gradients, measured alternately with them; empty for a single rank.
    See `worker/distributed`.
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
        if not (0 < self.hosts <= self.ranks <= MAX_COUNT and 0 < self.steps <= MAX_COUNT):
            raise ValueError("training together takes ranks, hosts and steps")
        if not (self.seconds and pairs and all(map(is_duration, times))):
            raise ValueError("training together has times, in pairs")


@dataclass(frozen=True, slots=True)
class Adapters:
    """The shader worker is up, with the GPUs that drivers offer it: in place of a `Hello`."""

    t: float
    pid: int
    protocol: int
    adapters: tuple[DriverAdapter, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """An operation on `size` values a side: its largest difference from numpy in double precision, as a share."""

    t: float
    name: str
    size: int
    error: float

    def __post_init__(self) -> None:
        if not (0 < self.size <= MAX_COUNT and 0 <= self.error <= MAX_COUNT):
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
    | MemoryCount
    | WorkCount
    | DepthTiming
    | BoostingTiming
    | Scaling
    | Acceleration
    | Checked
    | Done
    | Failed
)

EVENTS: tuple[type, ...] = get_args(Event)
"""All events. In the JSON, the name of an event is that of its class."""
