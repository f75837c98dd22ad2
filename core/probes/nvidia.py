"""NVIDIA GPUs through NVML, which is open only while it is looked at: an open handle keeps a laptop's GPU awake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import Gpu, Reading, Value
from .sources import subfolders, text

NOTES: dict[str, str] = {
    "no-gpu": "no NVIDIA GPU found",
    "no-library": "no NVIDIA driver library found",
    "gpu-without-driver": "an NVIDIA GPU is on the bus, but its driver is not installed",
    "asleep": "GPU is asleep",
    "driver-not-loaded": "the NVIDIA driver is installed but not loaded",
    "driver-mismatch": "the NVIDIA driver was updated: restart the computer",
    "gpu-lost": "the GPU has fallen off the bus: restart the computer",
    "no-permission": "this user has no permission to ask the NVIDIA driver",
    "unknown-error": "the NVIDIA driver gave an unknown error",
    "no-binding": "the Python package nvidia-ml-py is missing",
}
"""Why there are no GPU readings: code and sentence."""

_INIT_ERRORS = {4: "no-permission", 9: "driver-not-loaded", 12: "no-library", 15: "gpu-lost", 18: "driver-mismatch"}
"""What nvmlInit may answer; 999 and all others are unknown errors."""

_QUERY_ERRORS = {
    1: "NVML is not open",
    3: "not supported by this GPU",
    4: "no permission",
    10: "the GPU did not answer in time",
    13: "the driver is too old to tell",
    15: "the GPU is lost",
    999: "unknown driver error",
}

_NOT_AVAILABLE = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
"""NVML's NVML_VALUE_NOT_AVAILABLE, in the two widths in which it is returned."""


@dataclass(frozen=True, slots=True)
class Missing:
    """In place of a value that NVML did not give."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Fact:
    """One reading: which NVML function answers it, and what to make of the answer."""

    key: str
    function: str
    convert: Callable[[Any], Value]
    of_system: bool = False


@dataclass(frozen=True, slots=True)
class _Gauge:
    """One live value. Later calls stand in where a driver or a binding does not know the earlier ones."""

    name: str
    calls: tuple[tuple[str, tuple[int, ...]], ...]
    convert: Callable[[Any], float]


def _cuda_version(number: int) -> str:
    return f"{number // 1000}.{number % 1000 // 10}"


_FACTS = (
    _Fact("gpu.name", "nvmlDeviceGetName", str),
    _Fact("gpu.memory_total", "nvmlDeviceGetMemoryInfo", lambda memory: int(memory.total)),
    _Fact("gpu.memory_free", "nvmlDeviceGetMemoryInfo", lambda memory: int(memory.free)),
    _Fact("gpu.driver", "nvmlSystemGetDriverVersion", str, of_system=True),
    _Fact("gpu.cuda_driver", "nvmlSystemGetCudaDriverVersion_v2", _cuda_version, of_system=True),
    _Fact("gpu.capability", "nvmlDeviceGetCudaComputeCapability", lambda pair: f"{pair[0]}.{pair[1]}"),
    # PowerManagementLimit is not supported on some laptops that do answer this one, which counts all limiters.
    _Fact("gpu.power_limit", "nvmlDeviceGetEnforcedPowerLimit", lambda milliwatts: milliwatts / 1000),
    _Fact("gpu.power_limit_max", "nvmlDeviceGetPowerManagementLimitConstraints", lambda pair: pair[1] / 1000),
    _Fact("gpu.power_limit_default", "nvmlDeviceGetPowerManagementDefaultLimit", lambda milliwatts: milliwatts / 1000),
    _Fact("gpu.pcie_generation", "nvmlDeviceGetCurrPcieLinkGeneration", int),
    _Fact("gpu.pcie_width", "nvmlDeviceGetCurrPcieLinkWidth", int),
    _Fact("gpu.pcie_generation_max", "nvmlDeviceGetMaxPcieLinkGeneration", int),
    _Fact("gpu.pcie_width_max", "nvmlDeviceGetMaxPcieLinkWidth", int),
)

_GAUGES = (
    _Gauge("utilization", (("nvmlDeviceGetUtilizationRates", ()),), lambda rates: float(rates.gpu)),
    _Gauge("memory", (("nvmlDeviceGetMemoryInfo", ()),), lambda memory: float(memory.used)),
    _Gauge("power", (("nvmlDeviceGetPowerUsage", ()),), lambda milliwatts: milliwatts / 1000),
    _Gauge("power_limit", (("nvmlDeviceGetEnforcedPowerLimit", ()),), lambda milliwatts: milliwatts / 1000),
    _Gauge("sm_clock", (("nvmlDeviceGetClockInfo", (1,)),), float),
    _Gauge("memory_clock", (("nvmlDeviceGetClockInfo", (2,)),), float),
    _Gauge("temperature", (("nvmlDeviceGetTemperature", (0,)), ("nvmlDeviceGetTemperatureV", (0,))), float),
    _Gauge(
        "throttle",
        (("nvmlDeviceGetCurrentClocksEventReasons", ()), ("nvmlDeviceGetCurrentClocksThrottleReasons", ())),
        float,
    ),
)


def query(name: str, *args: Any) -> Any:
    """What the NVML function of that name answers, bytes decoded; `Missing` with the reason when it does not."""
    try:
        import pynvml

        answer = getattr(pynvml, name)(*args)
        answer = answer.decode() if isinstance(answer, bytes) else answer
    except ImportError:
        return Missing(NOTES["no-binding"])
    except AttributeError:
        return Missing(f"this nvidia-ml-py has no {name}")
    except UnicodeDecodeError:
        return Missing("the answer is not text")
    except pynvml.NVMLError as error:  # FunctionNotFound, 13, is one of them
        return Missing(_QUERY_ERRORS.get(error.value, f"NVML error {error.value}"))
    except Exception as error:
        # The binding has errors of its own (version mismatch, ctypes'); a sensor must never end a measurement.
        return Missing(f"{type(error).__name__}: {error}")
    return Missing("not available") if isinstance(answer, int) and answer in _NOT_AVAILABLE else answer


@contextmanager
def opened() -> Iterator[str]:
    """NVML open inside the block. Gives "", or the code in `NOTES` of why it is not open. Never raises by itself."""
    code = _init()
    try:
        yield code
    finally:
        if not code:
            query("nvmlShutdown")


def handles() -> tuple[Any, ...]:
    """The GPUs' handles, in the order of `gpus()`; call it, and use them, inside `opened()` only."""
    count = query("nvmlDeviceGetCount")
    asked = [query("nvmlDeviceGetHandleByIndex", index) for index in range(0 if isinstance(count, Missing) else count)]
    return tuple(handle for handle in asked if not isinstance(handle, Missing))


def gpus(wake: bool = False, sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> tuple[tuple[Gpu, ...], str]:
    """(the GPUs, "" or a sentence of `NOTES` that says why they or their readings are missing).

    If every GPU sleeps, they are listed as asleep and NVML stays closed, since NVML would wake them; unless `wake`.
    """
    bus = _on_bus(sysfs)
    if bus and all(asleep for _, asleep in bus) and not wake:
        return tuple(_sleeper(pci, proc) for pci, _ in bus), NOTES["asleep"]
    with opened() as code:
        found = () if code else tuple(_gpu(handle) for handle in handles())
    if found:
        return found, ""
    if code == "no-library" and bus:
        code = "gpu-without-driver"
    elif not bus and (not code or (code == "no-library" and subfolders(sysfs / "bus/pci/devices", "*"))):
        code = "no-gpu"
    return (), NOTES[code or "driver-not-loaded"]


def sample(gpu_handles: Sequence[Any], silent: set[str]) -> dict[str, float | None]:
    """Every gauge of every GPU, under "gpu.N.name". A gauge that fails joins `silent` and is not asked again."""
    values: dict[str, float | None] = {}
    for number, handle in enumerate(gpu_handles):
        for gauge in _GAUGES:
            key = f"gpu.{number}.{gauge.name}"
            values[key] = None if key in silent else _look(gauge, handle)
            if values[key] is None:
                silent.add(key)
    return values


def _init() -> str:
    try:
        import pynvml

        pynvml.nvmlInit()
    except ImportError:
        return "no-binding"
    except pynvml.NVMLError as error:
        return _INIT_ERRORS.get(error.value, "unknown-error")
    except Exception:  # a library that is not NVML at all: ctypes' errors
        return "unknown-error"
    return ""


def _gpu(handle: Any) -> Gpu:
    answers: dict[str, Any] = {}
    readings: dict[str, Reading] = {}
    for fact in _FACTS:
        if fact.function not in answers:
            answers[fact.function] = query(fact.function) if fact.of_system else query(fact.function, handle)
        readings[fact.key] = _reading(fact, answers[fact.function])
    uuid = query("nvmlDeviceGetUUID", handle)
    return Gpu("" if isinstance(uuid, Missing) else uuid, _pci_of(query("nvmlDeviceGetPciInfo", handle)), readings)


def _reading(fact: _Fact, answer: Any) -> Reading:
    source = f"NVML {fact.function}"
    if isinstance(answer, Missing):
        return Reading(None, source, answer.reason)
    try:
        return Reading(fact.convert(answer), source)
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        return Reading(None, source, f"unexpected answer: {error}")


def _pci_of(info: Any) -> str:
    """As the kernel writes it: NVML's "00000000:01:00.0" becomes "0000:01:00.0"."""
    if isinstance(info, Missing):
        return ""
    written = info.busId.decode("ascii", "replace") if isinstance(info.busId, bytes) else str(info.busId)
    domain, _, rest = written.partition(":")
    return f"{domain[-4:]}:{rest}".lower()


def _look(gauge: _Gauge, handle: Any) -> float | None:
    for function, args in gauge.calls:
        answer = query(function, handle, *args)
        if not isinstance(answer, Missing):
            try:
                return gauge.convert(answer)
            except (TypeError, ValueError, AttributeError):
                return None
    return None


def _on_bus(sysfs: Path) -> list[tuple[str, bool]]:
    """(PCI address, asleep) of each NVIDIA display controller; reading this wakes nothing. Linux only."""
    return [
        (device.name.lower(), text(device / "power/runtime_status") == "suspended")
        for device in subfolders(sysfs / "bus/pci/devices", "*")
        if text(device / "vendor") == "0x10de" and (text(device / "class") or "").startswith("0x03")
    ]


def _sleeper(pci: str, proc: Path) -> Gpu:
    """What the driver has written down about a GPU that sleeps; reading that does not wake it."""
    readings = {fact.key: Reading(None, f"NVML {fact.function}", NOTES["asleep"]) for fact in _FACTS}
    for line in (text(proc / f"driver/nvidia/gpus/{pci}/information") or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Model":
            readings["gpu.name"] = Reading(value.strip(), f"/proc/driver/nvidia/gpus/{pci}/information")
    return Gpu("", pci, readings)
