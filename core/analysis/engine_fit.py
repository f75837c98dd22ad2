"""Whether an engine's torch can use the GPUs here: by its CUDA, the architectures in it, and the driver."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..records.machine import Gpu
from ..records.verdict import Numbers, Reason
from ..reference.hardware_tables import TorchBuild
from ..words.writer import reason

OTHER_MAKERS = {"rocm": "AMD", "xpu": "Intel"}
"""Makers whose GPUs a PyTorch of this build is for."""


@dataclass(frozen=True, slots=True)
class EngineFit:
    """Whether an engine can use a GPU here, and why."""

    uses: bool
    reason: Reason


def assess_fit(
    torch: str,
    cuda: str,
    architectures: Sequence[str],
    gpus: Sequence[Gpu],
    builds: Sequence[TorchBuild],
    makers: Collection[str] = (),
) -> EngineFit:
    """Whether a torch can use a GPU here: for the first GPU that it fits, else why it does not fit the first one.

    `makers`: of the GPUs here; a build for those of AMD or Intel counts as fitting where one of that maker is here.
    Where `architectures` is empty, those of the published build with this version and CUDA are taken from `builds`.
    """
    build = torch.partition("+")[2]
    if maker := next((maker for tag, maker in OTHER_MAKERS.items() if build.startswith(tag)), ""):
        return EngineFit(maker in makers, reason("fit-other-maker", maker=maker, build=build))
    if not gpus:
        return EngineFit(False, reason("fit-no-gpu" if cuda else "fit-processor"))
    held = architectures or published_architectures(torch, cuda, builds)
    each = [_one(gpu, cuda, held) for gpu in gpus]
    return next((found for found in each if found.uses), each[0])


def newest_fitting_build(
    capability: tuple[int, ...], driver: tuple[int, ...], builds: Sequence[TorchBuild]
) -> TorchBuild | None:
    """The CUDA build of the newest PyTorch with code for this GPU that its driver can run; None if there is none.

    Of one PyTorch the newest build is taken whose CUDA the driver knows whole. Where there is none, one of the same
    major version of CUDA, which runs too, but with limits (NVIDIA's CUDA Compatibility, "minor version compatibility").
    An empty `capability` or `driver` is unknown and excludes nothing.
    """
    pair = (capability[0], capability[1]) if len(capability) == 2 else None
    fits = [
        b for b in builds
        if b.cuda and (pair is None or b.has_code_for(pair)) and (not driver or b.cuda[0] <= driver[0])
    ]  # fmt: skip
    return max(fits, key=lambda b: (version_numbers(b.torch), not driver or b.cuda <= driver, b.cuda), default=None)


def last_torch_for(capability: tuple[int, ...], builds: Sequence[TorchBuild]) -> str:
    """The last PyTorch with code for this GPU, such as "2.14"; empty if the newest known one has code for it, or none.

    A plan for the next version counts as known.
    """
    versions = {b.torch for b in builds if b.cuda}
    last = newest_fitting_build(capability, (), builds)
    newest = max(versions, key=version_numbers, default="")
    return last.torch if last and len(capability) == 2 and last.torch != newest else ""


def published_architectures(torch: str, cuda: str, builds: Sequence[TorchBuild]) -> tuple[str, ...]:
    """The architectures of a published build, as torch names them ("sm_86"); empty if it is not among `builds`."""
    wheel = wheel_tag(cuda)
    known = next((b for b in builds if b.wheel == wheel and torch.startswith(b.torch + ".")), None)
    return tuple(f"sm_{pair.replace('.', '')}" for pair in known.capabilities.split(";")) if known else ()


def wheel_tag(cuda: str) -> str:
    """The tag of a wheel for a CUDA version: "cu126" for "12.6", "cpu" for an empty one."""
    return f"cu{cuda.replace('.', '')}" if cuda else "cpu"


def has_code_for(architectures: Sequence[str], capability: tuple[int, ...]) -> bool:
    """Whether code for these architectures runs on a GPU of this compute capability.

    Binary code ("sm_86") runs on the same major version from its minor version on; PTX ("compute_90") is compiled by
    the driver for every newer GPU (CUDA C++ Programming Guide, chapter "Application Compatibility").
    """
    binaries = [_digits(a.removeprefix("sm_")) for a in architectures if a.startswith("sm_")]
    portable = [_digits(a.removeprefix("compute_")) for a in architectures if a.startswith("compute_")]
    major, minor = capability
    return any(b // 10 == major and b % 10 <= minor for b in binaries) or any(p <= 10 * major + minor for p in portable)


def version_numbers(value: object) -> tuple[int, ...]:
    """The numbers of a version: (12, 8) for "12.8"; empty for anything that is not one."""
    parts = str(value or "").split(".")
    return tuple(int(p) for p in parts) if all(p.isdecimal() for p in parts) else ()


def version_text(numbers: tuple[int, ...]) -> str:
    """The version of such numbers: "12.8" for (12, 8)."""
    return ".".join(map(str, numbers))


def _one(gpu: Gpu, cuda: str, held: Sequence[str]) -> EngineFit:
    capability, driver = version_numbers(gpu.value("gpu.capability")), version_numbers(gpu.value("gpu.cuda_driver"))
    told: Numbers = {
        "device": gpu.name or "NVIDIA GPU",
        "capability": version_text(capability),
        "driver": version_text(driver),
    }
    told |= {"wanted": cuda}
    if not cuda:
        return EngineFit(False, reason("fit-cpu", **told))
    if driver and driver[0] < version_numbers(cuda)[0]:  # within a major version of CUDA, a driver runs every minor one
        return EngineFit(False, reason("fit-driver", **told))
    if not (held and driver and len(capability) == 2):
        return EngineFit(True, reason("fit-unknown", **told))
    if not has_code_for(held, capability):
        return EngineFit(False, reason("fit-architecture", **told))
    return EngineFit(True, reason("fit-runs", **told))


def _digits(architecture: str) -> int:
    """The digits of an architecture: 90 for "90a"."""
    return int("".join(c for c in architecture if c.isdigit()) or 0)
