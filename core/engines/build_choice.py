"""Chooses the build of PyTorch for a computer: by its GPUs' makers and architectures, their drivers, and its system.

Which versions and builds there are is read from PyTorch's index; what each holds code for, the index does not tell and
the tables under `resources/reference` do. Without the index the tables alone give the expected build.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..analysis.engine_fit import OTHER_MAKERS, last_torch_for, newest_fitting_build, version_numbers, version_text
from ..analysis.gpu_architectures import architecture_of
from ..analysis.gpu_usability import usability_chains
from ..records.machine import Adapter, Gpu, Machine
from ..records.verdict import Numbers, Reason
from ..reference import hardware_tables
from ..reference.hardware_tables import TorchBuild
from ..words.writer import reason
from . import packs
from .packs import EngineError
from .torch_index import CPU, INDEX, PublishedTorch

AUTO, CUDA, ROCM, XPU = "auto", "cuda", "rocm", "xpu"
FAMILIES = (AUTO, CUDA, ROCM, XPU, CPU)
"""Kinds of builds; AUTO: the one for the GPU here, or for the CPU where there is none."""
MAKERS = {CUDA: "NVIDIA"} | OTHER_MAKERS
LINUX_DRIVERS = {"AMD": ("amdgpu",), "Intel": ("i915", "xe")}
"""Drivers of the Linux kernel through which PyTorch computes."""
AMD_ON_WINDOWS = "https://rocm.docs.amd.com"
INTEL_LIST = "https://docs.pytorch.org/docs/stable/notes/get_start_xpu.html"


@dataclass(frozen=True, slots=True)
class BuildChoice:
    """A build such as "cu130", the PyTorch that has it, and the GPU that it is for; `note`: what to know about it."""

    build: str
    torch: str
    device: str = ""
    note: Reason | None = None


def family_of(build: str) -> str:
    """The family of a build: "cuda" for "cu130", "rocm" for "rocm7.2"."""
    return CUDA if build.startswith("cu") else ROCM if build.startswith(ROCM) else build


def described_builds(published: Sequence[PublishedTorch], system: str = "") -> tuple[TorchBuild, ...]:
    """Each published build with what it has code for: by its row, else by that of the version before it."""
    rows = hardware_tables.torch_builds(system or packs.platform_tag())
    return tuple(replace(_row(one, rows), torch=one.torch, wheel=one.build) for one in published)


def choose_build(machine: Machine, offered: Sequence[TorchBuild], family: str = AUTO, system: str = "") -> BuildChoice:
    """The build of `family` for the first GPU here that has one. Raises EngineError with the reason if none has; where
    any family will do, and no NVIDIA GPU is here, the build for the CPU is taken then, with the reason as its note.

    `system`: a wheel tag such as win_amd64, this system's by default.
    """
    system = system or packs.platform_tag()
    ours = [b for b in offered if family in (AUTO, family_of(b.wheel))]
    if family == CPU or (family == AUTO and not _has_gpu(machine)):
        return _newest([b for b in ours if b.wheel == CPU], CPU, system)
    refusals: list[Reason] = []
    if family in (AUTO, CUDA):
        refusals += [chain.broken_link for chain in usability_chains(machine)
                     if not machine.gpus and chain.broken_link and _of_nvidia(machine)]  # fmt: skip
        for gpu in machine.gpus:
            found = _for_nvidia(gpu, ours, system)
            if isinstance(found, BuildChoice):
                return found
            refusals.append(found)
    for kind in (ROCM, XPU):
        for adapter in machine.adapters if family in (AUTO, kind) else ():
            if adapter.vendor != MAKERS[kind]:
                continue
            found = _for_other(adapter, [b for b in ours if family_of(b.wheel) == kind], kind, system)
            if isinstance(found, BuildChoice):
                return found
            refusals.append(found)
    others = refusals and family == AUTO and not (machine.gpus or _of_nvidia(machine))
    if others and (plain := [b for b in ours if b.wheel == CPU]):
        return replace(_newest(plain, CPU, system), note=refusals[0])
    if refusals:
        raise EngineError(refusals[0])
    builds = ", ".join(sorted({b.wheel for b in ours})) or "–"
    raise EngineError(reason("install-no-gpu", maker=MAKERS[family], builds=builds))


def _has_gpu(machine: Machine) -> bool:
    return bool(machine.gpus) or any(adapter.vendor in MAKERS.values() for adapter in machine.adapters)


def _of_nvidia(machine: Machine) -> bool:
    return any(adapter.vendor == MAKERS[CUDA] for adapter in machine.adapters)


def _for_nvidia(gpu: Gpu, offered: Sequence[TorchBuild], system: str) -> BuildChoice | Reason:
    builds = [b for b in offered if b.cuda]
    capability, driver = (version_numbers(gpu.value(f"gpu.{key}")) for key in ("capability", "cuda_driver"))
    told: Numbers = {
        "device": gpu.name,
        "system": system,
        "family": "CUDA",
        "capability": version_text(capability) or "?",
        "driver": version_text(driver) or "?",
    }
    if not builds:
        return reason("install-no-family", **told)
    if found := newest_fitting_build(capability, driver, builds):
        last = last_torch_for(capability, hardware_tables.torch_builds(system))
        note = reason("catch-last-torch", version=last, **told) if last else None
        return BuildChoice(found.wheel, found.torch, gpu.name, note)
    able = [b.cuda for b in builds if newest_fitting_build(capability, (), [b])]
    if not able:
        return reason("install-no-code", **_range(builds), **told)
    return reason("install-driver", wanted=f"{min(able)[0]}.0", **told)


def _for_other(adapter: Adapter, builds: Sequence[TorchBuild], kind: str, system: str) -> BuildChoice | Reason:
    told: Numbers = {"device": adapter.name, "system": system, "family": {ROCM: "ROCm", XPU: "XPU"}[kind]}
    if kind == ROCM and system.startswith("win"):
        return reason("install-amd-windows", link=AMD_ON_WINDOWS, **told)
    if not builds:
        return reason("install-no-family", **told)
    architecture = architecture_of(adapter)
    if not architecture and kind == XPU:
        return reason("install-not-listed", link=INTEL_LIST, **told)
    if not architecture:
        return reason("install-unknown-gpu", builds=", ".join(sorted({b.wheel for b in builds})), **told)
    if kind == XPU:
        return reason("install-xpu", link=f"{INDEX}{XPU}", **told)
    if not (fits := [b for b in builds if architecture in b.capabilities.split(";")]):
        return reason("install-no-code", capability=architecture, **_range(builds), **told)
    if system.startswith("linux") and adapter.driver not in LINUX_DRIVERS[adapter.vendor]:
        return reason("install-no-driver", wanted=" / ".join(LINUX_DRIVERS[adapter.vendor]), **told)
    return replace(_newest(fits, kind, system), device=adapter.name)


def _newest(builds: Sequence[TorchBuild], kind: str, system: str) -> BuildChoice:
    if not builds:
        raise EngineError(reason("install-no-family", system=system, family=kind.upper()))
    best = max(builds, key=lambda b: (version_numbers(b.torch), version_numbers(b.wheel.removeprefix(ROCM))))
    return BuildChoice(best.wheel, best.torch)


def _range(builds: Sequence[TorchBuild]) -> Numbers:
    versions = sorted({b.torch for b in builds}, key=version_numbers)
    return {"oldest": versions[0], "version": versions[-1]}


def _row(one: PublishedTorch, rows: Sequence[TorchBuild]) -> TorchBuild:
    """The row of a build: of its version or the newest older one, else the oldest, else of the same family or CUDA."""
    empty = TorchBuild(one.torch, one.build, "", "")
    akin = [row for row in rows if row.wheel == one.build] or [
        row for row in rows
        if family_of(row.wheel) == family_of(one.build) and row.cuda[:1] == empty.cuda[:1]
    ]  # fmt: skip
    version = version_numbers(one.torch)
    older = [row for row in akin if version_numbers(row.torch) <= version]
    newest = max(older, key=lambda row: version_numbers(row.torch), default=None)
    return newest or min(akin, key=lambda row: version_numbers(row.torch), default=empty)
