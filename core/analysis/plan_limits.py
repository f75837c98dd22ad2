"""The limits of a training plan: allowed ranges, contradictions, and what the machine cannot do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from ..records.machine import Machine
from ..records.plan import SMALL_IMAGE, CheckPlan, Plan
from ..records.verdict import Numbers
from ..words.language import N_
from ..words.writer import english

MODELS = ("small-cnn", "mlp", "resnet18", "resnet50", "vgg16", "transformer")
IMAGE_MODELS = ("resnet18", "resnet50", "vgg16")
"""Published architectures for photos of 224 x 224 pixels."""
USER_MODEL = r"[A-Za-z_][\w.]*:[A-Za-z_]\w*"
"""A user's own network, as package.module:function; the function makes it."""
USER_MODEL_NAME = N_("your own package.module:function")
VGG_SMALLEST = 32
"""VGG16 halves an image five times."""
MOST_FILTERS = 4096
"""Most filters of the small network's last block."""
DATA = ("fashion-mnist", "synthetic")
OPTIMIZERS = ("adam", "adamw", "sgd")
PRECISIONS = ("fp32", "tf32", "bf16", "fp16")

FASHION_MNIST = {"image_size": 28, "channels": 1, "classes": 10}
"""Fields of a plan that the shipped images determine."""
FASHION_IMAGES = 10_000
"""Number of shipped images for training."""

DEFAULT_EPOCHS = 3
"""Epochs with which the small network reaches 80 % of the shipped test images: the default of `rigdyno train`."""

MEMORY_SHARE = 0.8
"""The share of the free memory that a plan may take: above it, desktop systems start to swap."""


NETWORK_MEMORY: dict[str, tuple[int, float, float]] = {
    "mlp": (80_000, 20e3, 0),
    "resnet18": (11_700_000, 0, 12.5e3),
    "resnet50": (25_600_000, 0, 34e3),
    "vgg16": (138_400_000, 0, 24e3),
    "transformer": (336_200_000, 2.8e9, 0),
}
"""By network: its parameters, and the bytes of one sample in training, a fixed part and a part for each position of the
first stage's feature map (see `_bytes`).

Measured on a CPU in fp32 as the growth of the peak resident memory between two batch sizes, rounded up.
"""
WORKSPACE_BYTES = 400e6
"""Memory of the libraries beside weights and samples, from the same measurement."""


@dataclass(frozen=True, slots=True)
class FieldLimit:
    """The allowed values of one field of `Plan`: a range with both ends, or a choice."""

    name: str
    about: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    pattern: str = ""
    """Regular expression of values that are allowed beside the choices."""
    called: str = ""
    """What messages call values of that pattern."""

    @property
    def range(self) -> tuple[str, Numbers]:
        """What is allowed, as a code of `plan_problems.ALLOWED` with its numbers."""
        if self.choices:
            code = "one-of-or-own" if self.called else "one-of"
            return code, {"choices": ", ".join(self.choices), "called": self.called}
        unit = f" {self.unit}" if self.unit else ""
        return "between", {"low": f"{self.low:.10g}", "high": f"{self.high:.10g}{unit}"}


FIELD_LIMITS: dict[str, FieldLimit] = {
    f.name: f
    for f in (
        FieldLimit("model", N_("Network to train"), choices=MODELS, pattern=USER_MODEL, called=USER_MODEL_NAME),
        FieldLimit("depth", N_("Convolution blocks; each halves the image"), 1, 8),
        FieldLimit("width", N_("Filters of the first block; each block doubles them"), 1, 512),
        FieldLimit("image_size", N_("Side of a square image"), 4, 512, unit=N_("pixels")),
        FieldLimit("channels", N_("Colour channels of an image"), 1, 16),
        FieldLimit("classes", N_("Classes to tell apart"), 2, 10_000),
        FieldLimit("batch", N_("Images in one training step"), 1, 65_536),
        FieldLimit("optimizer", N_("Rule that updates the weights"), choices=OPTIMIZERS),
        FieldLimit("learning_rate", N_("Size of each update"), 1e-8, 10.0),
        FieldLimit("precision", N_("Number format of the arithmetic"), choices=PRECISIONS),
        FieldLimit("threads", N_("Processor threads in one operation; 0 lets the program choose"), 0, 1024),
        FieldLimit("data", N_("Images to train on"), choices=DATA),
        FieldLimit("seconds", N_("Time limit of the measured part, after the warm-up"), 0.5, 86_400, unit=N_("s")),
        FieldLimit("epochs", N_("Passes over the data; 0 means that the time decides"), 0, 1000),
        FieldLimit("seed", N_("Start of the random numbers"), 0, 2**31 - 1),
    )
}


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Why a plan cannot run: the field at fault, and what is allowed."""

    field: str
    code: str
    numbers: Numbers

    @property
    def sentence(self) -> str:
        """In English."""
        return english.problem(self.code, self.numbers)


def _problem(field: str, code: str, **numbers: float | int | str | None) -> PlanProblem:
    return PlanProblem(field, code, {"field": field, **numbers})


def plan_problems(plan: Plan, machine: Machine | None = None) -> list[PlanProblem]:
    """Everything that is wrong with `plan`, with a `machine` also what it cannot do; empty if the plan can run."""
    if plan.workload and plan.model == plan.workload.network:  # a job alone: the fields of images are not looked at
        return _cannot_train(plan, machine) if machine else []
    found = _out_of_range(plan)
    if not found:
        found = _contradictions(plan)
    if not found and machine:
        found = _beyond(plan, machine)
    return found


def rank_problems(plan: CheckPlan, team: Sequence[str], machine: Machine) -> list[PlanProblem]:
    """What is wrong with the number of ranks that shall train together on the devices of `team`."""
    cores = machine.value("cpu.usable_cores")
    device = team[0] if team else "cuda"
    most = len(team) if device != "cpu" else max(2, cores if isinstance(cores, int) else 2)
    if most < 2 and plan.ranks < 2:
        return [_problem("ranks", "nobody-to-join", device=device)]
    if 2 <= (plan.ranks or most) <= most:
        return []
    return [_outside(FieldLimit("ranks", "", 2, most), str(plan.ranks))]


def training_bytes(plan: Plan) -> int | None:
    """An upper estimate of the bytes that training the plan's network takes; None for a user's own network."""
    if plan.model not in MODELS:
        return None
    weights, image = _bytes(plan)
    return int(weights + plan.batch * image)


def _bytes(plan: Plan) -> tuple[float, float]:
    """Bytes of the weights, and bytes of each sample in a batch; for the real architectures by `NETWORK_MEMORY`.

    For the small CNN they are counted: each weight four times (weight, gradient, two moments of the optimiser) and, for
    each block, six feature maps of the size before pooling (convolution, normalisation and activation with their
    gradients), at 4 bytes. The image nine times: four synthetic batches, their copies while the memory layout is
    changed, and the batch in use.
    """
    if plan.model in NETWORK_MEMORY:
        small = plan.image_size <= SMALL_IMAGE and plan.model != "vgg16"
        first_map = plan.image_size**2 / (1 if small else 16)
        count, fixed, per_place = NETWORK_MEMORY[plan.model]
        return 16.0 * count + WORKSPACE_BYTES, fixed + per_place * first_map
    weights, activations = 0, 0.0
    channels, width, side = plan.channels, plan.width, plan.image_size
    for _ in range(plan.depth):
        weights += channels * width * 9 + 3 * width
        activations += 6 * width * side * side
        channels, width, side = width, width * 2, side // 2
    weights += channels * side * side * plan.classes
    return 16.0 * weights, 4 * (activations + 9 * plan.channels * plan.image_size**2 + 4 * plan.classes)


def _out_of_range(plan: Plan) -> list[PlanProblem]:
    found = []
    for item in fields(plan):
        limit = FIELD_LIMITS.get(item.name)
        value = getattr(plan, item.name)
        if limit is None:
            continue
        if limit.choices:
            inside = value in limit.choices or bool(limit.pattern and re.fullmatch(limit.pattern, str(value)))
        else:
            inside = limit.low <= value <= limit.high
        if not inside:
            found.append(_outside(limit, str(value)))
    return found


def _outside(limit: FieldLimit, value: str) -> PlanProblem:
    code, numbers = limit.range
    return _problem(limit.name, "not-allowed", value=value, range=code, **numbers)


def _contradictions(plan: Plan) -> list[PlanProblem]:
    found = []
    if plan.model == "small-cnn" and plan.image_size < 2**plan.depth:
        deepest = plan.image_size.bit_length() - 1
        found.append(_problem("depth", "too-deep", depth=plan.depth, image_size=plan.image_size, high=str(deepest)))
    if plan.model == "small-cnn" and plan.width * 2 ** (plan.depth - 1) > MOST_FILTERS:
        doubled = 2 ** (plan.depth - 1)
        numbers: Numbers = {"width": plan.width, "depth": plan.depth, "end": str(plan.width * doubled)}
        found.append(_problem("width", "too-wide", **numbers, high=str(MOST_FILTERS // doubled)))
    if plan.model in ("resnet18", "resnet50") and plan.batch == 1 and plan.image_size <= 8:
        high = f"{FIELD_LIMITS['batch'].high:.10g}"
        found.append(_problem("batch", "too-lonely", image_size=plan.image_size, model=plan.model, high=high))
    if plan.model == "vgg16" and plan.image_size < VGG_SMALLEST:
        high = f"{FIELD_LIMITS['image_size'].high:.10g}"
        found.append(_problem("image_size", "too-small", image_size=plan.image_size, low=str(VGG_SMALLEST), high=high))
    if plan.data == "fashion-mnist":
        if plan.model != "small-cnn":
            return [_problem("data", "synthetic-only", model=plan.model)]
        for name, value in FASHION_MNIST.items():
            if getattr(plan, name) != value:
                found.append(_problem(name, "fixed", value=value, given=str(getattr(plan, name))))
        if plan.batch > FASHION_IMAGES:
            found.append(_problem("batch", "too-few-images", batch=str(plan.batch), high=str(FASHION_IMAGES)))
    elif plan.epochs:
        found.append(_problem("epochs", "endless"))
    return found


def _cannot_train(plan: Plan, machine: Machine) -> list[PlanProblem]:
    """That the plan's device is not there, or does not work; nothing where no torch tells of devices."""
    devices = machine.torch.devices if machine.torch else ()
    device = machine.device(plan.device)
    if not devices or (device and device.usable):
        return []
    usable_ids = ", ".join(d.id for d in devices if d.usable)
    why = f" ({device.problem})" if device and device.problem else ""
    return [_problem("device", "no-device", name=plan.device, why=why, allowed=usable_ids)]


def _beyond(plan: Plan, machine: Machine) -> list[PlanProblem]:
    found = []
    usable = machine.value("cpu.usable_cores")
    if isinstance(usable, int) and plan.threads > usable:
        found.append(_problem("threads", "too-many-threads", count=plan.threads, high=str(usable)))
    found += _cannot_train(plan, machine)
    device = machine.device(plan.device)
    if device is None or not device.usable:
        return found
    if plan.precision not in device.precisions:
        allowed = ", ".join(device.precisions)
        found.append(_problem("precision", "no-precision", name=device.name, precision=plan.precision, allowed=allowed))
    free = machine.value("memory.available") if plan.device == "cpu" else device.memory_free
    need = training_bytes(plan)
    if isinstance(free, int) and need and need > MEMORY_SHARE * free:
        weights, image = _bytes(plan)
        fits = int((MEMORY_SHARE * free - weights) / image)
        numbers: Numbers = {"batch": str(plan.batch), "need": need, "has": MEMORY_SHARE * free}
        code = "too-much-memory" if fits > 0 else "hopeless-memory"
        found.append(_problem("batch", code, **numbers, high=str(fits)))
    return found
