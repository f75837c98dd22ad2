"""What is in a computer: its readings, GPUs, graphics adapters and PyTorch; and one sample of its sensors.

Units: bytes, MHz, watts, degrees Celsius, per cent 0-100.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Value = str | int | float | bool | list[str] | None

WEAK_SUPPLY = "too weak a power supply"
VIRTUAL_GPU = "virtual GPU"
DRAINING = "mains, but the battery drains"
"""Values of the readings `gpu.power_source`, `gpu.virtual` and `power.source` on which warnings depend."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact about a machine. `value` is None where it is not reported, and `reason` says why; `source` is where it
    was read or asked.
    """

    value: Value
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA GPU as NVML reports it. `uuid` or `pci` match it to a torch device; NVML and CUDA number GPUs in
    different orders, so an index never does.
    """

    uuid: str
    pci: str
    readings: dict[str, Reading]

    def value(self, key: str) -> Value:
        """The value of one reading; None where it is not reported."""
        reading = self.readings.get(key)
        return reading.value if reading else None

    @property
    def name(self) -> str:
        """The GPU's name; its UUID where the name is not reported."""
        return str(self.value("gpu.name") or self.uuid)

    def is_device(self, device: TorchDevice) -> bool:
        """Whether a torch device is this GPU: compared by UUID, else by PCI address.

        Where a GPU is split (MIG), torch sees one part of it, which has a UUID of its own (cuDeviceGetUuid_v2).
        """
        if device.uuid and self.uuid and self.value("gpu.split") is not True:
            return device.uuid == self.uuid
        return bool(self.pci) and device.pci == self.pci


@dataclass(frozen=True, slots=True)
class Adapter:
    """A graphics adapter of any maker as the operating system lists it, whether or not a program can use it.

    `vendor`: NVIDIA, AMD, Intel, Apple; empty for a virtual machine's screen. `driver`: the driver of the kernel or of
    Windows; empty where none is bound. `asleep`: None where the system does not tell.
    """

    vendor: str
    name: str
    pci: str = ""
    driver: str = ""
    asleep: bool | None = None
    model: str = field(default="", compare=False)
    """Its PCI ids of maker and device, as in "1002:67df"; empty where the system does not tell."""
    dedicated_memory: int | None = field(default=None, compare=False)
    shared_memory: int | None = field(default=None, compare=False)
    """Bytes of its own, and of the computer's that it may use beside them."""
    drives_screen: bool | None = field(default=None, compare=False)
    """Whether a screen is attached to it."""
    integrated: bool | None = field(default=None, compare=False)
    external: bool | None = field(default=None, compare=False)
    """Whether it is part of the processor; whether it is in a box of its own, behind Thunderbolt or USB4."""
    pcie_generation_max: int | None = field(default=None, compare=False)
    pcie_width_max: int | None = field(default=None, compare=False)
    """The fastest link that it and its slot allow."""


@dataclass(frozen=True, slots=True)
class DriverAdapter:
    """A GPU as its graphics driver offers it to compute shaders.

    `kind`: discrete, integrated, unknown, or software (the processor emulates a GPU). `backend`: Vulkan, Metal or
    D3D12.
    """

    name: str
    vendor: str
    kind: str
    backend: str
    driver: str = ""


WITH_OTHER_SENSORS = ("AMD", "Intel")
"""Makers of GPUs whose sensors come from Linux's files or Windows' counters."""


def sensor_numbers(adapters: tuple[Adapter, ...]) -> dict[int, Adapter]:
    """The N of the sensor keys "gpu.N.…" of AMD's and Intel's adapters: after all NVIDIA GPUs, which NVML numbers, in
    the order of makers, models and addresses, so that every list of the same adapters gives the same.
    """
    first = sum(adapter.vendor == "NVIDIA" for adapter in adapters)
    others = [adapter for adapter in adapters if adapter.vendor in WITH_OTHER_SENSORS]
    return dict(enumerate(sorted(others, key=lambda a: (a.vendor, a.model, a.pci)), first))


PASSED_ON = ("vfio-pci", "pci-stub", "xen-pciback")
"""Drivers of Linux that hold a device for virtual machines."""


@dataclass(frozen=True, slots=True)
class TorchDevice:
    """A device that the worker's torch offers. `usable`: whether a real training step succeeded on it."""

    id: str
    name: str
    precisions: tuple[str, ...]
    usable: bool
    problem: str = ""
    uuid: str = ""
    memory_total: int | None = None
    memory_free: int | None = None
    capability: str = ""
    pci: str = ""
    """As the kernel writes it, "0000:01:00.0"; empty where torch does not tell."""
    shares_memory: bool = False
    """Whether it is on the processor's chip and has no memory of its own."""


@dataclass(frozen=True, slots=True)
class Torch:
    """The PyTorch with which the worker trains, as the worker reports it."""

    version: str
    python: str
    cuda: str
    cpu_capability: str
    threads: int
    architectures: tuple[str, ...]
    devices: tuple[TorchDevice, ...]
    seconds_to_import: float
    environment: dict[str, str] = field(default_factory=dict)
    """The environment variables that the worker was started with and that change its speed."""
    problem: str = ""
    """Why a build with CUDA offers no GPU, in torch's own words; empty otherwise."""
    rocm: str = ""
    """The version of ROCm that it is built for, as in "6.4"; empty for other builds."""
    priority_raised: bool = False
    """Whether the worker is served before other programs, see `process_priority.py`."""

    @property
    def build(self) -> str:
        """What it is built for, as in "CUDA 12.6" or "ROCm 6.4"; empty for a processor alone."""
        return f"CUDA {self.cuda}" if self.cuda else f"ROCm {self.rocm}" if self.rocm else ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is in a computer. Keys of `readings` are `probe.name`, such as "cpu.model"; `LABELS` in `words` has all."""

    readings: dict[str, Reading]
    gpus: tuple[Gpu, ...] = ()
    gpu_note: str = ""
    torch: Torch | None = None
    adapters: tuple[Adapter, ...] = ()

    def value(self, key: str) -> Value:
        """The value of one reading; None where it is not reported."""
        reading = self.readings.get(key)
        return reading.value if reading else None

    def device(self, name: str) -> TorchDevice | None:
        """The torch device of this id; None where torch did not answer or offers none."""
        return next((d for d in self.torch.devices if d.id == name), None) if self.torch else None

    def sensor_index(self, device: str) -> int | None:
        """The number N in the sensor keys "gpu.N.…" of a torch device; None where the device has no sensors."""
        known = self.device(device)
        if known is None or known.id == "cpu":
            return None
        found = next((n for n, gpu in enumerate(self.gpus) if gpu.is_device(known)), None)
        return self._other_index(known) if found is None else found

    @property
    def unused_sensors(self) -> tuple[str, ...]:
        """How the keys of sensors begin of the AMD and Intel GPUs on which this torch does not train."""
        devices = self.torch.devices if self.torch else ()
        used = {self.sensor_index(device.id) for device in devices if device.usable}
        return tuple(f"gpu.{n}." for n in sensor_numbers(self.adapters) if n not in used)

    def _other_index(self, device: TorchDevice) -> int | None:
        """The same among AMD's and Intel's GPUs: by the address, else by being the only one of its maker or name."""
        numbered = sensor_numbers(self.adapters)
        if device.pci:
            return next((n for n, adapter in numbered.items() if adapter.pci == device.pci), None)
        maker = "Intel" if device.id.startswith("xpu") else "AMD" if self.torch and self.torch.rocm else ""
        alike = [n for n, adapter in numbered.items() if adapter.vendor == maker]
        named = [n for n in alike if numbered[n].name == device.name]
        own = [n for n in alike if numbered[n].integrated is False]
        return next((some[0] for some in (alike, named, own) if len(some) == 1), None)


@dataclass(frozen=True, slots=True)
class Sample:
    """The value of every sensor, `t` seconds after the check began. A sensor without an answer is None, never 0."""

    t: float
    values: dict[str, float | None]
