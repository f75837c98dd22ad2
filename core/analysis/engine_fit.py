"""Whether an engine can use the GPUs here, by its CUDA, the code that it holds, and the driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..records.machine import Gpu
from ..records.verdict import Numbers, Reason
from ..reference.hardware_tables import Build
from ..words.writer import reason


@dataclass(frozen=True, slots=True)
class Fit:
    """`uses` the GPU, or what it would take; the reason says it in words."""

    uses: bool
    reason: Reason


def fit(torch: str, cuda: str, architectures: Sequence[str], gpus: Sequence[Gpu], builds: Sequence[Build]) -> Fit:
    """The best that this torch can do here: with the first GPU that it fits, else why it does not fit the first.

    What a torch does not tell of its code is looked up among the `builds`.
    """
    if not gpus:
        return Fit(False, reason("fit-no-gpu" if cuda else "fit-processor"))
    held = architectures or listed(torch, cuda, builds)
    each = [_one(gpu, cuda, held) for gpu in gpus]
    return next((found for found in each if found.uses), each[0])


def best(capability: tuple[int, ...], driver: tuple[int, ...], builds: Sequence[Build]) -> Build | None:
    """The newest build of the newest PyTorch with code for a GPU that its driver can run; empty ones are not known."""
    pair = (capability[0], capability[1]) if len(capability) == 2 else None
    fits = [b for b in builds if (pair is None or b.runs(pair)) and (not driver or b.cuda <= driver[0])]
    return max(fits, key=lambda b: (version(b.torch), b.wheel), default=None)


def listed(torch: str, cuda: str, builds: Sequence[Build]) -> tuple[str, ...]:
    """The architectures of a published build, as torch would name them; empty where it is not in the table."""
    wheel = tag(cuda)
    known = next((b for b in builds if b.wheel == wheel and torch.startswith(b.torch + ".")), None)
    return tuple(f"sm_{pair.replace('.', '')}" for pair in known.capabilities.split(";")) if known else ()


def tag(cuda: str) -> str:
    """ "12.6" as "cu126"; "cpu" for none."""
    return f"cu{cuda.replace('.', '')}" if cuda else "cpu"


def holds(architectures: Sequence[str], capability: tuple[int, ...]) -> bool:
    """A binary runs on its own major version, from its minor one on; PTX is translated for every later GPU."""
    binaries = [_digits(a.removeprefix("sm_")) for a in architectures if a.startswith("sm_")]
    portable = [_digits(a.removeprefix("compute_")) for a in architectures if a.startswith("compute_")]
    major, minor = capability
    return any(b // 10 == major and b % 10 <= minor for b in binaries) or any(p <= 10 * major + minor for p in portable)


def version(value: object) -> tuple[int, ...]:
    """ "12.8" as (12, 8); empty where it is none."""
    parts = str(value or "").split(".")
    return tuple(int(p) for p in parts) if all(p.isdecimal() for p in parts) else ()


def written(numbers: tuple[int, ...]) -> str:
    """(12, 8) as "12.8"."""
    return ".".join(map(str, numbers))


def _one(gpu: Gpu, cuda: str, held: Sequence[str]) -> Fit:
    capability, driver = version(gpu.value("gpu.capability")), version(gpu.value("gpu.cuda_driver"))
    told: Numbers = {"device": gpu.name or "NVIDIA GPU", "capability": written(capability), "driver": written(driver)}
    told |= {"wanted": cuda}
    if not cuda:
        return Fit(False, reason("fit-cpu", **told))
    if driver and driver[0] < version(cuda)[0]:  # within a major version every driver runs every minor one
        return Fit(False, reason("fit-driver", **told))
    if not (held and driver and len(capability) == 2):
        return Fit(True, reason("fit-unknown", **told))
    if not holds(held, capability):
        return Fit(False, reason("fit-architecture", **told))
    return Fit(True, reason("fit-runs", **told))


def _digits(architecture: str) -> int:
    """ "90a" as 90."""
    return int("".join(c for c in architecture if c.isdigit()) or 0)
