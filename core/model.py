"""The vocabulary that every room shares: frozen records made of the standard library alone.

The worker writes these as JSON with `json`; the parent reads them strictly with `msgspec`.
Units: seconds, bytes, MHz, watts, degrees Celsius, per cent 0-100, samples per second.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

FORMAT = 1
"""Version of the result file. A change that an older reader would misread raises it."""

Grade = Literal["A", "B", "C", "D"]
Scenario = Literal[1, 2, 3, 4]
Status = Literal["complete", "partial", "nothing"]
Value = str | int | float | bool | list[str] | None


# --- the machine -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact: its value, or None with the reason why the machine did not tell; and always where it comes from."""

    value: Value
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA GPU as NVML sees it. `uuid` and `pci` match it to a torch device; an index never does."""

    uuid: str
    pci: str
    readings: dict[str, Reading]

    def value(self, key: str) -> Value:
        """The value of one reading; None where it is not reported."""
        reading = self.readings.get(key)
        return reading.value if reading else None

    @property
    def name(self) -> str:
        """What it calls itself; its UUID where it does not."""
        return str(self.value("gpu.name") or self.uuid)

    def same_as(self, device: TorchDevice) -> bool:
        """Whether a torch device is this GPU: by its UUID, else by its place on the bus.

        Of a GPU that is split (MIG) torch sees a part, which has a UUID of its own (cuDeviceGetUuid_v2).
        """
        if device.uuid and self.uuid and self.value("gpu.split") is not True:
            return device.uuid == self.uuid
        return bool(self.pci) and device.pci == self.pci


@dataclass(frozen=True, slots=True)
class Adapter:
    """A graphics adapter as the system lists it, whoever made it and whether or not anything can use it.

    `vendor`: NVIDIA, AMD, Intel, Apple; empty for a virtual machine's screen. `driver`: the kernel's or Windows'; empty
    where none is bound. `asleep`: None where the system does not tell.
    """

    vendor: str
    name: str
    pci: str = ""
    driver: str = ""
    asleep: bool | None = None


@dataclass(frozen=True, slots=True)
class DriverAdapter:
    """A GPU as its graphics driver offers it to compute shaders. `kind`: discrete, integrated, unknown, or software:
    the processor that plays a GPU. `backend`: Vulkan, Metal or D3D12.
    """

    name: str
    vendor: str
    kind: str
    backend: str
    driver: str = ""


@dataclass(frozen=True, slots=True)
class TorchDevice:
    """A device that this torch offers. `usable` is the answer of a real training step, not of a flag."""

    id: str
    name: str
    precisions: tuple[str, ...]
    usable: bool
    problem: str = ""
    uuid: str = ""
    memory_total: int | None = None
    memory_free: int | None = None
    capability: str = ""
    pci: str = ""
    """As the kernel writes it, "0000:01:00.0"; empty where torch does not tell."""


@dataclass(frozen=True, slots=True)
class Torch:
    """The torch of the engine, as the worker found it."""

    version: str
    python: str
    cuda: str
    cpu_capability: str
    threads: int
    architectures: tuple[str, ...]
    devices: tuple[TorchDevice, ...]
    seconds_to_import: float
    environment: dict[str, str] = field(default_factory=dict)
    """The variables that it was started with and that change its speed."""
    problem: str = ""
    """Why a build for accelerators offers none, in torch's own words."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is in this computer. Keys of `readings` are `room.name`, as in "cpu.model"; see `phrases.LABELS`."""

    readings: dict[str, Reading]
    gpus: tuple[Gpu, ...] = ()
    gpu_note: str = ""
    torch: Torch | None = None
    adapters: tuple[Adapter, ...] = ()

    def value(self, key: str) -> Value:
        """The value of one reading; None where it is not reported."""
        reading = self.readings.get(key)
        return reading.value if reading else None

    def device(self, name: str) -> TorchDevice | None:
        """The torch device of this id; None where torch did not answer or offers none."""
        return next((d for d in self.torch.devices if d.id == name), None) if self.torch else None

    def sensors(self, device: str) -> int | None:
        """The N of the sensors "gpu.N.…" of a torch device; None where it has none."""
        known = self.device(device)
        return next((n for n, gpu in enumerate(self.gpus) if known and gpu.same_as(known)), None)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at every sensor, `t` seconds after the check began. A silent sensor is None, never 0."""

    t: float
    values: dict[str, float | None]


# --- what to do ------------------------------------------------------------------------------------------------------

SMALL_IMAGE = 64
"""Images up to this side take the ResNets' small-image stem: the usual one would leave a 1x1 map at the end."""


TARGET_ACCURACY = 0.85
"""Share of the test images that a small network tells apart after four or five passes over the shipped ones."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One training run. `limits.py` holds the allowed range of each field."""

    model: str = "small-cnn"
    device: str = "cpu"
    depth: int = 3
    width: int = 32
    image_size: int = 28
    channels: int = 1
    classes: int = 10
    batch: int = 64
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    precision: str = "fp32"
    channels_last: bool = False
    threads: int = 0
    """Threads inside one operation; 0 lets the program choose."""
    data: str = "fashion-mnist"
    seconds: float = 15.0
    """Time limit of the measured part, warm-up not counted."""
    epochs: int = 0
    """Train for this many passes over the data instead of a time; 0 means `seconds` decides."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """How a run is measured: see `measure.py` for what each number is for."""

    window_s: float = 0.25
    warmup_min_s: float = 3.0
    warmup_min_windows: int = 10
    warmup_cap_s: float = 20.0
    min_windows: int = 20
    target: float = 0.01
    budget_s: float = 60.0
    """Wall time for everything in the run, preparation included; the run ends itself when it is over."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line to the worker: which experiment, on what, measured how."""

    task: str
    plan: Plan
    rules: Rules = field(default_factory=Rules)
    threads: tuple[int, ...] = ()
    """Thread counts that `tune` should try besides the plan's."""
    memory: int | None = None
    """Bytes of the computer's memory that the run may take; None where that is not known."""
    precisions: tuple[str, ...] = ()
    """Number formats that a job may choose instead of the plan's, with channels_last."""


# --- what the worker says --------------------------------------------------------------------------------------------


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


# --- results and conclusions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one request: raw windows, never averages. Times are seconds since the check began.

    A job's plan has the settings that it chose among its `trials`.
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


@dataclass(frozen=True, slots=True)
class DriverGpu:
    """What a GPU did in compute shaders, through its driver alone: never the speed of torch.

    `run` holds copies as timings, and products as windows: a step is one, its operations are in `run.work`.
    """

    adapter: DriverAdapter
    run: Run


Numbers = dict[str, float | int | str | None]
"""The numbers of a sentence, by the names of their places in it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its numbers, and the English sentence that they make; other languages are made from the code."""

    code: str
    numbers: Numbers
    sentence: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long one job would take on one device: a range, and the chance that it ends before its deadline."""

    job: str
    scenario: int
    device: str
    seconds: float | None
    low: float | None
    high: float | None
    deadline_s: float
    memory_need: int
    memory_has: int | None
    probability: float
    estimated: bool
    samples_per_s: float | None


@dataclass(frozen=True, slots=True)
class Margin:
    """How far the next scenario is: the job that decides, and how many times faster the machine would have to be."""

    towards: int | None
    job: str
    factor: float | None
    sentence: str
    code: str = ""
    """As in a `Reason`; empty in files of earlier versions."""
    numbers: Numbers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The scenario (1-4), what it rests on, and how far to trust it (A-D, with `doubts`)."""

    scenario: Scenario
    probability: float
    trust: Grade
    reasons: tuple[Reason, ...]
    margin: Margin
    doubts: tuple[Reason, ...]
    forecasts: tuple[Forecast, ...]
    rules: str
    """Version of the rulebook."""
    bottlenecks: tuple[Reason, ...] = ()
    """What limits the machine, the first one most."""
    catches: tuple[Reason, ...] = ()
    """What a buyer should know before paying."""
    fired: str = ""
    """The rule that set the scenario, with its numbers."""
    driver: tuple[Reason, ...] = ()
    """What shaders showed of GPUs that torch cannot use, and what those would make of the machine."""


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """A whole check: which steps, on which devices (none named: all usable), and the training plan."""

    preset: str = "quick"
    steps: tuple[str, ...] = ("tune", "train", "matmul", "stages", "jobs")
    devices: tuple[str, ...] = ()
    train: Plan = field(default_factory=Plan)
    soak_s: float = 0
    samples: int = 0
    """Of the whole training that a forecast was asked for."""
    ranks: int = 0
    """Processes of the step "scaling"; 0: one for each accelerator."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another program that was busy during the check, in per cent of the whole processor."""

    name: str
    percent: float


@dataclass(frozen=True, slots=True)
class Result:
    """The file that a check leaves behind. `status`: complete, partial (cancelled or broken), nothing."""

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
    """Why sensors told nothing, or nothing more, by their keys in `telemetry`."""
    driver_gpus: tuple[DriverGpu, ...] = ()
    driver_note: Reason | None = None
    """Why no GPU was measured through its driver where that was wanted, or only a software adapter."""
