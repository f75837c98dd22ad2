"""Why a GPU that is there cannot train: the links from the bus to a training step, and the first that is broken.

On the bus, awake, driver, NVML, a torch for it, a driver new enough, its architecture in this torch, a smoke step,
free memory. Each break is a code with one sentence and one thing to do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ..records.machine import Gpu, Machine, Torch, TorchDevice
from ..records.verdict import Numbers, Reason
from ..reference import hardware_tables
from ..reference.hardware_tables import Build
from ..words.writer import reason
from .engine_fit import best, holds, version, written

WHEELS = "https://download.pytorch.org/whl/"
DRIVERS = "https://www.nvidia.com/drivers"
OLDEST = (5, 0)
"""The oldest compute capability that a PyTorch of today is built for: Maxwell's."""
LEAST_BYTES = 2**30
"""A CUDA context and the small network with its largest batch take a little less."""
NOTES = {
    "an NVIDIA GPU is on the bus, but its driver is not installed": "gpu-no-driver",
    "the NVIDIA driver is installed but not loaded": "gpu-driver-not-loaded",
    "the NVIDIA driver was updated: restart the computer": "gpu-driver-mismatch",
    "the GPU has fallen off the bus: restart the computer": "gpu-lost",
    "this user has no permission to ask the NVIDIA driver": "gpu-no-permission",
    "the NVIDIA driver gave an unknown error": "gpu-driver-error",
    "the NVIDIA driver did not answer within two seconds": "gpu-driver-silent",
    "the Python package nvidia-ml-py is missing": "gpu-no-binding",
}
"""What the probe says in place of every GPU's readings: the link that is broken."""
OTHERS = {"AMD": "rocm6.4", "Intel": "xpu"}
"""The wheels of other makers' GPUs; PyTorch's ordinary wheel for macOS trains on Apple's."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One GPU: the first broken link; or none, and the torch device that trains on it ("" while torch is not known)."""

    name: str
    broken: Reason | None
    device: str = ""


def broken(machine: Machine) -> tuple[Reason, ...]:
    """The broken link of every GPU that cannot train; what is to be done about several of a kind is said once."""
    return tuple({c.broken.sentence: c.broken for c in chains(machine) if c.broken}.values())


def chains(machine: Machine, builds: Sequence[Build] | None = None) -> tuple[Chain, ...]:
    """A chain for each NVIDIA GPU; where there is none, for each of another maker. `builds`: of PyTorch, as shipped."""
    builds = hardware_tables.builds() if builds is None else builds
    if machine.gpus:
        nameless = "NVIDIA GPU {}" if len(machine.gpus) > 1 else "NVIDIA GPU"
        numbered = enumerate(machine.gpus)
        return tuple(_nvidia(machine, gpu.name or nameless.format(n), gpu, builds) for n, gpu in numbered)
    on_bus = [adapter for adapter in machine.adapters if adapter.vendor == "NVIDIA"]
    code = NOTES.get(machine.gpu_note) or ("gpu-no-driver" if on_bus else "")
    if code:
        names = [adapter.name for adapter in on_bus] or ["the NVIDIA GPU"]
        return tuple(Chain(name, reason(code, device=name, link=_driver_command(machine))) for name in names)
    return tuple(_other(machine, a.vendor, a.name) for a in machine.adapters if a.vendor in (*OTHERS, "Apple"))


def _nvidia(machine: Machine, name: str, gpu: Gpu, builds: Sequence[Build]) -> Chain:
    known = gpu.readings.get("gpu.memory_total")
    if known and known.reason == "GPU is asleep":
        return Chain(name, reason("gpu-asleep", device=name))
    if known and known.reason == "the GPU is lost":
        return Chain(name, reason("gpu-lost", device=name))
    torch = machine.torch
    if torch is None:
        return Chain(name, None)
    capability, driver = version(gpu.value("gpu.capability")), version(gpu.value("gpu.cuda_driver"))
    device = next((d for d in torch.devices if gpu.is_device(d)), None)
    if device and device.usable:
        return Chain(name, _memory(name, gpu, device), device.id)
    if len(capability) == 2 and capability < OLDEST:
        return Chain(name, reason("gpu-too-old", device=name, capability=written(capability)))
    command = _command(capability, driver, builds)
    if not torch.cuda:
        return Chain(name, reason("catch-cpu-torch", device=name, command=command))
    if driver and driver[0] < version(torch.cuda)[0]:
        numbers: Numbers = {"device": name, "driver": written(driver), "wanted": torch.cuda}
        return Chain(name, reason("catch-driver", **numbers, link=_driver_command(machine), command=command))
    if len(capability) == 2 and torch.architectures and not holds(torch.architectures, capability):
        numbers = {"device": name, "capability": written(capability), "version": torch.version}
        return Chain(name, reason("catch-torch", **numbers, command=command))
    return Chain(name, _idle(name, torch, device))


def _idle(name: str, torch: Torch, device: TorchDevice | None) -> Reason:
    """Why torch, which is built for a GPU, does not train on it."""
    if device:
        code = "gpu-no-memory" if "out of memory" in device.problem.lower() else "gpu-smoke"
        return reason(code, device=name, detail=device.problem)
    hidden = torch.environment.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None:
        return reason("gpu-hidden", device=name, variable=f"CUDA_VISIBLE_DEVICES={hidden}")
    return reason("gpu-smoke", device=name, detail=torch.problem or "torch lists no such device")


def _memory(name: str, gpu: Gpu, device: TorchDevice) -> Reason | None:
    free = device.memory_free if device.memory_free is not None else gpu.value("gpu.memory_free")
    if isinstance(free, int) and free < LEAST_BYTES:
        return reason("gpu-little-memory", device=name, has=free, need=LEAST_BYTES)
    return None


def _other(machine: Machine, vendor: str, name: str) -> Chain:
    torch = machine.torch
    used = next((d for d in torch.devices if d.id != "cpu" and d.usable), None) if torch else None
    if torch is None or used:
        return Chain(name, None, used.id if used else "")
    system = str(machine.value("host.os") or "")
    if vendor == "Apple":
        return Chain(name, reason("gpu-apple", device=name, detail=torch.problem or "no mps device"))
    if vendor == "AMD" and "Windows" in system:
        return Chain(name, reason("gpu-other", device=name))
    return Chain(name, reason("gpu-other-torch", device=name, command=_install(OTHERS[vendor])))


def _command(capability: tuple[int, ...], driver: tuple[int, ...], builds: Sequence[Build]) -> str:
    """How to install a torch with code for this GPU that its driver can run; the newest such, of the newest version."""
    found = best(capability, driver, builds) or best(capability, (), builds)
    wheel = found.wheel if found else "cu126"
    if getattr(sys, "frozen", False):  # there is no pip beside it
        return f"rigdyno engine install cuda --build {wheel}"
    return _install(wheel)


def _install(wheel: str) -> str:
    return f"python -m pip install --force-reinstall torch --index-url {WHEELS}{wheel}"


def _driver_command(machine: Machine) -> str:
    """The system's own way to the driver, where there is one that needs no choice."""
    system = str(machine.value("host.os") or "").lower()
    if "ubuntu" in system or "mint" in system:
        return "sudo ubuntu-drivers install"
    return "sudo apt install nvidia-driver" if "debian" in system else DRIVERS
