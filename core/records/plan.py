"""What is asked for: the plan of one training run, the rules by which it is measured, and the plan of a whole check."""

from __future__ import annotations

from dataclasses import dataclass, field

ACTIVE, PASSIVE = "ACTIVE", "PASSIVE"
"""OpenMP's ways to wait. Busy waiting is 1.6x faster on a quiet machine and 1.7x slower where a core is taken."""

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
