"""What is to be measured: the plan of one training run, the rules of its measurement, and the plan of a whole check."""

from __future__ import annotations

from dataclasses import dataclass, field

from .workload import ImageFiles, Workload

ACTIVE, PASSIVE = "ACTIVE", "PASSIVE"
"""Values of OMP_WAIT_POLICY: threads without work wait busily, or sleep. Training with busy waiting is 1.6 times as
fast on a quiet machine, and 1.7 times slower where another program uses a core.
"""

SMALL_IMAGE = 64
"""ResNets take images up to this side (pixels) with the stem for small images: the usual stem would reduce them to a
map of 1x1 before the last stage.
"""

TARGET_ACCURACY = 0.85
"""Test accuracy (0-1) at which the experiment "accuracy" stops: a small network reaches it after four or five epochs of
the data that ships with the program.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """One training run. `analysis/plan_limits.py` holds the allowed range of each field."""

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
    workload: Workload | None = None
    """What is trained instead of an image network: then `model` and `batch` repeat its network and batch, and fields
    of images are not looked at.
    """
    files: ImageFiles | None = None
    """What the workload's images are read from; None where that costs next to nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a run is measured, see `worker/measurement.py`.

    Windows last about `window_s`. The warm-up ends when windows are steady, after at least `warmup_min_s` seconds and
    `warmup_min_windows` windows, at `warmup_cap_s` in any case. The measurement ends when the 95 % interval of the rate
    is within `target` of its median (a share, 0: never), after at least `min_windows` windows.
    """

    window_s: float = 0.25
    warmup_min_s: float = 3.0
    warmup_min_windows: int = 10
    warmup_cap_s: float = 20.0
    min_windows: int = 20
    target: float = 0.01
    budget_s: float = 60.0
    """Wall time of the whole run, preparation included; when it is over, the run ends by itself."""
    borders: tuple[float, ...] = ()
    """Rates (samples/s) at which the answer changes: the measurement ends once further windows would not change on
    which side of them the rate lies, see `window_statistics.is_decided`. Empty: it does not end for that.
    """


@dataclass(frozen=True, slots=True)
class Request:
    """One line to the worker: `task` is the name of an experiment, see `worker/experiments`."""

    task: str
    plan: Plan
    rules: Rules = field(default_factory=Rules)
    threads: tuple[int, ...] = ()
    """Thread counts that "tune" should try besides the plan's; for "loading" the numbers of processes."""
    memory: int | None = None
    """Bytes of the computer's memory that the run may take; None where that is not known."""
    precisions: tuple[str, ...] = ()
    """Number formats that a job may choose instead of the plan's, with channels_last."""
    alone: bool = False
    """Whether "memory" counts the plan's workload alone, not also other batches and sequences."""
    folder: str = ""
    """Where "loading" may keep files; its parent removes it. Empty: in the system's temporary folder."""


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """A whole check: its steps, the devices (empty: all usable ones), and the plan of its training."""

    preset: str = "quick"
    steps: tuple[str, ...] = ("tune", "jobs", "train", "matmul", "stages")
    devices: tuple[str, ...] = ()
    train: Plan = field(default_factory=Plan)
    soak_s: float = 0
    samples: int = 0
    """Samples of the whole training for which a forecast was asked; 0: no forecast."""
    ranks: int = 0
    """Processes of the step "scaling"; 0: one for each accelerator."""
