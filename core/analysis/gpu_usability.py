"""Why a GPU that is present cannot train. A chain of conditions has to hold; the first one that fails is reported.

The GPU is on the PCI bus, awake, its driver is loaded, NVML answers, torch is built for CUDA, the driver is new enough
for it, torch has code for the architecture, a trial training step works, enough memory is free. Each failure is a code
with one sentence that says what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ..records.machine import PASSED_ON, Adapter, Gpu, Machine, Torch, TorchDevice
from ..records.verdict import Numbers, Reason
from ..reference import hardware_tables
from ..reference.hardware_tables import TorchBuild
from ..words.writer import reason
from .engine_fit import OTHER_MAKERS, has_code_for, newest_fitting_build, version_numbers, version_text
from .gpu_architectures import is_unsupported

WHEEL_INDEX = "https://download.pytorch.org/whl/"
DRIVER_PAGE = "https://www.nvidia.com/drivers"
OLDEST_CAPABILITY = (5, 0)
"""The oldest compute capability that current PyTorch builds support: Maxwell's."""
MIN_FREE_BYTES = 2**30
"""Bytes. A CUDA context and the small network with its largest batch take a little less."""
PROBE_NOTES = {
    "an NVIDIA GPU is on the bus, but its driver is not installed": "gpu-no-driver",
    "the NVIDIA driver is installed but not loaded": "gpu-driver-not-loaded",
    "the NVIDIA driver was updated: restart the computer": "gpu-driver-mismatch",
    "the GPU has fallen off the bus: restart the computer": "gpu-lost",
    "this user has no permission to ask the NVIDIA driver": "gpu-no-permission",
    "the NVIDIA driver gave an unknown error": "gpu-driver-error",
    "the GPU needs a reset: restart the computer": "gpu-needs-reset",
    "the power cables of the GPU are not attached": "gpu-no-power",
    "the GPU is handed to virtual machines (vfio-pci)": "gpu-handed-on",
    "the container was given no GPU: start it with --gpus all": "gpu-not-in-container",
    "the driver is loaded but gives an unknown error: restart the container": "gpu-lost-by-container",
    "a Linux driver package hides the driver library of Windows in /usr/lib/wsl/lib: remove it": "gpu-wsl-library",
    "the NVIDIA driver did not answer within two seconds": "gpu-driver-silent",
    "the Python package nvidia-ml-py is missing": "gpu-no-binding",
}
"""The broken link for each note with which the probe (core/probes/nvidia_gpus.py) reports no GPUs at all."""
READING_NOTES = {
    "GPU is asleep": "gpu-asleep",
    "the GPU is lost": "gpu-lost",
    "the GPU needs a reset": "gpu-needs-reset",
    "the power cables of the GPU are not attached": "gpu-no-power",
    "no permission": "gpu-no-permission",
}
"""The same for the reasons for which a single GPU tells nothing."""
OTHER_VENDOR_WHEELS = {maker: tag for tag, maker in OTHER_MAKERS.items()}
"""How the wheel tags for GPUs of other makers begin. On Apple's, PyTorch's ordinary wheel for macOS trains."""


@dataclass(frozen=True, slots=True)
class UsabilityChain:
    """One GPU: the first broken link, None if it can train; and the torch device for it, "" if unknown or if broken
    before torch sees it.
    """

    name: str
    broken_link: Reason | None
    device: str = ""


def broken_links(machine: Machine) -> tuple[Reason, ...]:
    """The broken link of every GPU that has one, equal sentences once."""
    return tuple({c.broken_link.sentence: c.broken_link for c in usability_chains(machine) if c.broken_link}.values())


def usability_chains(machine: Machine, builds: Sequence[TorchBuild] | None = None) -> tuple[UsabilityChain, ...]:
    """A chain for each NVIDIA GPU, or for each GPU of another maker if there is none.

    `builds`: the published builds of PyTorch, the shipped table by default.
    """
    builds = hardware_tables.torch_builds() if builds is None else builds
    if machine.gpus:
        nameless = "NVIDIA GPU {}" if len(machine.gpus) > 1 else "NVIDIA GPU"
        numbered = enumerate(machine.gpus)
        return tuple(_nvidia(machine, gpu.name or nameless.format(n), gpu, builds) for n, gpu in numbered)
    on_bus = [adapter for adapter in machine.adapters if adapter.vendor == "NVIDIA"]
    code = PROBE_NOTES.get(machine.gpu_note) or ("gpu-no-driver" if on_bus else "")
    if code:
        names = [adapter.name for adapter in on_bus] or ["the NVIDIA GPU"]
        return tuple(UsabilityChain(name, reason(code, device=name, link=_driver_command(machine))) for name in names)
    return tuple(_other(machine, a) for a in machine.adapters if a.vendor in (*OTHER_VENDOR_WHEELS, "Apple"))


def _nvidia(machine: Machine, name: str, gpu: Gpu, builds: Sequence[TorchBuild]) -> UsabilityChain:
    known = gpu.readings.get("gpu.memory_total")
    if known and (code := READING_NOTES.get(known.reason)):
        return UsabilityChain(name, reason(code, device=name))
    torch = machine.torch
    if torch is None:
        return UsabilityChain(name, None)
    capability, driver = version_numbers(gpu.value("gpu.capability")), version_numbers(gpu.value("gpu.cuda_driver"))
    device = next((d for d in torch.devices if gpu.is_device(d)), None)
    if device and device.usable:
        return UsabilityChain(name, _memory(name, gpu, device), device.id)
    if len(capability) == 2 and capability < OLDEST_CAPABILITY:
        return UsabilityChain(name, reason("gpu-too-old", device=name, capability=version_text(capability)))
    command = _command(capability, driver, builds)
    if not torch.cuda:
        return UsabilityChain(name, reason("catch-cpu-torch", device=name, command=command))
    if driver and driver[0] < version_numbers(torch.cuda)[0]:
        numbers: Numbers = {"device": name, "driver": version_text(driver), "wanted": torch.cuda}
        return UsabilityChain(name, reason("catch-driver", **numbers, link=_driver_command(machine), command=command))
    if len(capability) == 2 and torch.architectures and not has_code_for(torch.architectures, capability):
        numbers = {"device": name, "capability": version_text(capability), "version": torch.version}
        return UsabilityChain(name, reason("catch-torch", **numbers, command=command))
    return UsabilityChain(name, _not_usable(name, torch, device))


def _not_usable(name: str, torch: Torch, device: TorchDevice | None) -> Reason:
    """Why a torch that is built for this GPU does not train on it."""
    if device:
        code = "gpu-no-memory" if "out of memory" in device.problem.lower() else "gpu-smoke"
        return reason(code, device=name, detail=device.problem)
    hidden = torch.environment.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None:
        return reason("gpu-hidden", device=name, variable=f"CUDA_VISIBLE_DEVICES={hidden}")
    return reason("gpu-smoke", device=name, detail=torch.problem or "torch lists no such device")


def _memory(name: str, gpu: Gpu, device: TorchDevice) -> Reason | None:
    free = device.memory_free if device.memory_free is not None else gpu.value("gpu.memory_free")
    if isinstance(free, int) and free < MIN_FREE_BYTES:
        return reason("gpu-little-memory", device=name, has=free, need=MIN_FREE_BYTES)
    return None


def _other(machine: Machine, adapter: Adapter) -> UsabilityChain:
    vendor, name, torch = adapter.vendor, adapter.name, machine.torch
    if adapter.driver in PASSED_ON:
        return UsabilityChain(name, reason("gpu-handed-on", device=name))
    if torch is None and adapter.asleep:
        return UsabilityChain(name, reason("gpu-asleep", device=name))
    used = next((d for d in torch.devices if d.id != "cpu" and d.usable), None) if torch else None
    if torch is None or used:
        return UsabilityChain(name, None, used.id if used else "")
    system = str(machine.value("host.os") or "")
    if vendor == "Apple":
        return UsabilityChain(name, reason("gpu-apple", device=name, detail=torch.problem or "no mps device"))
    if is_unsupported(adapter):
        return UsabilityChain(name, reason("gpu-unsupported", device=name))
    if vendor == "AMD" and torch.rocm:
        return UsabilityChain(name, reason("gpu-rocm", device=name, version=torch.rocm))
    if vendor == "AMD" and "Windows" in system:
        return UsabilityChain(name, reason("gpu-other", device=name))
    return UsabilityChain(name, reason("gpu-other-torch", device=name, command=_other_command(vendor)))


def _command(capability: tuple[int, ...], driver: tuple[int, ...], builds: Sequence[TorchBuild]) -> str:
    """The command that installs the newest torch with code for this GPU that its driver can run."""
    # A GPU that no known build has code for is newer than all of them, as older ones were told so before.
    asked = ((capability, driver), (capability, ()), ((), driver), ((), ()))
    found = next((b for pair in asked if (b := newest_fitting_build(*pair, builds))), None)
    wheel = found.wheel if found else "cu126"
    if getattr(sys, "frozen", False):  # it comes without pip
        return f"rigdyno engine install cuda --build {wheel}"
    return _install(wheel)


def _other_command(vendor: str) -> str:
    """The command that installs the newest torch for GPUs of another maker."""
    family = OTHER_VENDOR_WHEELS[vendor]
    if getattr(sys, "frozen", False) and vendor == "AMD":  # of Intel's, packs are not made
        return f"rigdyno engine install {family}"
    return _install(next(b.wheel for b in hardware_tables.torch_builds() if b.wheel.startswith(family)))


def _install(wheel: str) -> str:
    return f"python -m pip install --force-reinstall torch --index-url {WHEEL_INDEX}{wheel}"


def _driver_command(machine: Machine) -> str:
    """The command that installs the driver on this system, or the page to get it from."""
    system = str(machine.value("host.os") or "").lower()
    if "ubuntu" in system or "mint" in system:
        return "sudo ubuntu-drivers install"
    return "sudo apt install nvidia-driver" if "debian" in system else DRIVER_PAGE
