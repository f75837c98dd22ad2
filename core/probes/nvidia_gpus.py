"""The facts about NVIDIA GPUs, from NVML. It is opened only for a moment, since it keeps a laptop's GPU awake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..records.machine import PASSED_ON, VIRTUAL_GPU, WEAK_SUPPLY, Gpu, Reading
from . import graphics_adapters
from .nvml_queries import Question, device_handles, open_nvml
from .sources.current import platform
from .sources.nvml_answers import FORBIDDEN, LOST, NEEDS_RESET, NO_POWER, NOT_SUPPORTED, SILENT, Missing
from .system_sources import in_wsl, subfolders, text

NOTES: dict[str, str] = {
    "no-gpu": "no NVIDIA GPU found",
    "no-library": "no NVIDIA driver library found",
    "gpu-without-driver": "an NVIDIA GPU is on the bus, but its driver is not installed",
    "asleep": "GPU is asleep",
    "driver-not-loaded": "the NVIDIA driver is installed but not loaded",
    "driver-mismatch": "the NVIDIA driver was updated: restart the computer",
    "gpu-lost": "the GPU has fallen off the bus: restart the computer",
    "no-permission": "this user has no permission to ask the NVIDIA driver",
    "silent": "the NVIDIA driver did not answer within two seconds",
    "needs-reset": "the GPU needs a reset: restart the computer",
    "no-power": "the power cables of the GPU are not attached",
    "handed-on": "the GPU is handed to virtual machines (vfio-pci)",
    "container-without-gpus": "the container was given no GPU: start it with --gpus all",
    "lost-by-container": "the driver is loaded but gives an unknown error: restart the container",
    "wsl-wrong-library": "a Linux driver package hides the driver library of Windows in /usr/lib/wsl/lib: remove it",
    "unknown-error": "the NVIDIA driver gave an unknown error",
    "no-binding": "the Python package nvidia-ml-py is missing",
}
"""Why there are no GPU readings: code and sentence."""

SPLIT, SHARED, IN_WSL, OF_WINDOWS, UNIFIED, NO_LINK = (
    "not reported while the GPU is split (MIG)",
    "not reported inside of a virtual GPU",
    "not reported in Windows' Linux (WSL)",
    "only Windows has it",
    "it shares the computer's memory",
    "a GPU that shares the computer's memory has no PCIe link",
)
"""Why a GPU does not report a value here that it reports elsewhere."""

_COUNTLESS = {
    SILENT: "silent", LOST: "gpu-lost", NEEDS_RESET: "needs-reset", FORBIDDEN: "no-permission", NO_POWER: "no-power"
}  # fmt: skip
"""Codes of `NOTES` for the reasons of NVML not to tell the number of GPUs."""
_OF_THE_WHOLE = ("gpu.programs", "utilization", "memory_activity", "others")
"""Values that a GPU which is split (MIG) reports for its parts only: nvml.h 7072-7075, 8512."""
_GENERATIONS = ("", "", "Kepler", "Maxwell", "Pascal", "Volta", "Turing", "Ampere", "Ada", "Hopper", "Blackwell")
"""By NVML_DEVICE_ARCH_*, where the Python package does not name it."""
_NO_GENERATIONS = ("Unknown", "Count", "Dla", "Npu")
"""Constants of that kind that name no generation of GPUs: DLA and NPU are accelerators beside one."""
UNKNOWN_GENERATION = "unknown generation"
"""A number that has no name yet."""
_VIRTUAL = ("none", "passthrough", VIRTUAL_GPU, "host of virtual GPUs", "host of virtual GPUs")
"""By nvmlGpuVirtualizationMode_t."""
_DRIVER_MODELS = ("WDDM", "TCC", "MCDM")
_POWER_SOURCES = ("mains", "battery", WEAK_SUPPLY)


def _generation(number: int) -> str:
    """The name of an architecture, from the constants of the Python package first: it knows newer ones than we do."""
    import pynvml

    prefix = "NVML_DEVICE_ARCH_"
    named = {getattr(pynvml, name): name.removeprefix(prefix) for name in dir(pynvml) if name.startswith(prefix)}
    known = _GENERATIONS[number] if 0 <= number < len(_GENERATIONS) else ""
    told = known or str(named.get(number, "")).title()
    return told if told and not told.startswith(_NO_GENERATIONS) else UNKNOWN_GENERATION


def _cuda_version(number: int) -> str:
    return f"{number // 1000}.{number % 1000 // 10}"


def _watts(milliwatts: int) -> float:
    return milliwatts / 1000


def _address(info: Any) -> str:
    """The PCI address as Linux writes it: NVML's "00000000:01:00.0" becomes "0000:01:00.0"."""
    written = info.busId.decode("ascii", "replace") if isinstance(info.busId, bytes) else str(info.busId)
    domain, _, rest = written.partition(":")
    return f"{domain[-4:]}:{rest}".lower()


def _fact(key: str, function: str, convert: Callable[[Any], Any], *args: Any, of_system: bool = False) -> Question:
    return Question(f"gpu.{key}", ((function, args),), convert, of_system)


MEMORY = (("nvmlDeviceGetMemoryInfo", (0x02000028,)), ("nvmlDeviceGetMemoryInfo", ()))
"""nvmlMemory_v2 first, since the older structure counts memory that the driver reserves as used."""


FACTS = (
    _fact("name", "nvmlDeviceGetName", str),
    _fact("generation", "nvmlDeviceGetArchitecture", _generation),
    _fact("capability", "nvmlDeviceGetCudaComputeCapability", lambda pair: f"{pair[0]}.{pair[1]}"),
    Question("gpu.memory_total", MEMORY, lambda memory: int(memory.total)),
    Question("gpu.memory_free", MEMORY, lambda memory: int(memory.free)),
    _fact("driver", "nvmlSystemGetDriverVersion", str, of_system=True),
    _fact("cuda_driver", "nvmlSystemGetCudaDriverVersion_v2", _cuda_version, of_system=True),
    _fact("driver_model", "nvmlDeviceGetDriverModel", lambda pair: _DRIVER_MODELS[pair[0]]),
    # Not PowerManagementLimit: some laptops do not support it, and the enforced limit includes all limiters.
    _fact("power_limit", "nvmlDeviceGetEnforcedPowerLimit", _watts),
    _fact("power_limit_max", "nvmlDeviceGetPowerManagementLimitConstraints", lambda pair: pair[1] / 1000),
    _fact("power_limit_default", "nvmlDeviceGetPowerManagementDefaultLimit", _watts),
    _fact("power_source", "nvmlDeviceGetPowerSource", lambda number: _POWER_SOURCES[number]),
    _fact("clock_max", "nvmlDeviceGetMaxClockInfo", float, 1),
    _fact("pcie_generation", "nvmlDeviceGetCurrPcieLinkGeneration", int),
    _fact("pcie_width", "nvmlDeviceGetCurrPcieLinkWidth", int),
    _fact("pcie_generation_max", "nvmlDeviceGetMaxPcieLinkGeneration", int),
    _fact("pcie_generation_own", "nvmlDeviceGetGpuMaxPcieLinkGeneration", int),
    _fact("pcie_width_max", "nvmlDeviceGetMaxPcieLinkWidth", int),
    _fact("split", "nvmlDeviceGetMigMode", lambda pair: bool(pair[0])),
    _fact("virtual", "nvmlDeviceGetVirtualizationMode", lambda number: _VIRTUAL[number]),
    Question(
        "gpu.programs",
        (("nvmlDeviceGetComputeRunningProcesses_v3", ()), ("nvmlDeviceGetComputeRunningProcesses_v2", ())),
        len,
    ),
)
"""The facts of a GPU, in the order in which they are shown."""
_UUID = _fact("uuid", "nvmlDeviceGetUUID", str)
_PCI = _fact("pci", "nvmlDeviceGetPciInfo", _address)


def gpus(wake: bool = False, sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> tuple[tuple[Gpu, ...], str]:
    """(the GPUs, "" or the sentence of `NOTES` that says why GPUs or their readings are missing).

    Where all GPUs sleep, they are listed as asleep without opening NVML, which would wake them, unless `wake` is set.
    """
    bus = _pci_addresses(sysfs)
    if bus and all(asleep for _, asleep in bus) and not wake:
        return tuple(_sleeping_gpu(pci, proc) for pci, _ in bus), NOTES["asleep"]
    wsl = in_wsl(proc)
    found: tuple[Gpu, ...] = ()
    with open_nvml() as code:
        every = device_handles() if not code else Missing(code)
        if not isinstance(every, Missing):
            found = tuple(_gpu(handle, wsl) for handle in every)
        elif not code:
            code = _COUNTLESS.get(every.reason, "unknown-error")
    if found:
        return found, ""
    loaded = text(proc / "driver/nvidia/version") is not None
    if bus and all(driver in PASSED_ON for driver in _drivers(sysfs)):
        code = "handed-on"
    elif wsl and code in ("driver-not-loaded", "unknown-error"):
        code = "wsl-wrong-library"
    elif loaded and (code in ("no-library", "driver-not-loaded") or not code):
        code = "container-without-gpus"
    elif loaded and code == "unknown-error":
        code = "lost-by-container"
    elif code == "no-library" and bus:
        code = "gpu-without-driver"
    elif not bus and (not code or (code == "no-library" and subfolders(sysfs / "bus/pci/devices", "*"))):
        code = "no-gpu"
    return (), NOTES[code or "driver-not-loaded"]


def reason_for_missing(key: str, missing: Missing, split: bool, virtual: bool, wsl: bool) -> str:
    """Why a value is missing. NVML says "not supported" as well where the reason is how the GPU is used: split, virtual
    or in WSL.
    """
    if missing.reason != NOT_SUPPORTED:
        return missing.reason
    if key == "gpu.driver_model" and platform() != "win32":
        return OF_WINDOWS
    if split and key in _OF_THE_WHOLE:
        return SPLIT
    return SHARED if virtual else IN_WSL if wsl else NOT_SUPPORTED


def _gpu(handle: Any, wsl: bool) -> Gpu:
    answers = {fact.key: fact.ask(handle) for fact in FACTS}
    split, virtual = answers["gpu.split"] is True, answers["gpu.virtual"] == VIRTUAL_GPU
    readings = {
        fact.key: Reading(None, fact.source, reason_for_missing(fact.key, told, split, virtual, wsl))
        if isinstance(told := answers[fact.key], Missing)
        else Reading(told, fact.source)
        for fact in FACTS
    }
    total = answers["gpu.memory_total"]
    if isinstance(total, Missing) and total.reason == NOT_SUPPORTED and not (split or virtual or wsl):
        readings |= {key: Reading(None, readings[key].source, UNIFIED) for key in readings if "memory" in key}
        readings |= {key: Reading(None, readings[key].source, NO_LINK) for key in readings if "pcie" in key}
    uuid, pci = ("" if isinstance(told, Missing) else told for told in (_UUID.ask(handle), _PCI.ask(handle)))
    return Gpu(uuid, pci, readings)


def _pci_addresses(sysfs: Path) -> list[tuple[str, bool]]:
    """(PCI address, whether it sleeps) of each NVIDIA display controller, without waking it. Linux only."""
    return [(a.pci, a.asleep is True) for a in graphics_adapters.linux(sysfs, names=()) if a.vendor == "NVIDIA"]


def _drivers(sysfs: Path) -> list[str]:
    """The kernel's driver of each NVIDIA display controller; empty where none is bound."""
    return [a.driver for a in graphics_adapters.linux(sysfs, names=()) if a.vendor == "NVIDIA"]


def _sleeping_gpu(pci: str, proc: Path) -> Gpu:
    """A sleeping GPU with the name that the driver has in a file; reading that does not wake the GPU."""
    readings = {fact.key: Reading(None, fact.source, NOTES["asleep"]) for fact in FACTS}
    for line in (text(proc / f"driver/nvidia/gpus/{pci}/information") or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Model":
            readings["gpu.name"] = Reading(value.strip(), f"/proc/driver/nvidia/gpus/{pci}/information")
    return Gpu("", pci, readings)
