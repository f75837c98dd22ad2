"""What is in a computer: its readings, GPUs and adapters, the torch that its engine has, and a look at its sensors.

Units: bytes, MHz, watts, degrees Celsius, per cent 0-100.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Value = str | int | float | bool | list[str] | None

WEAK_SUPPLY = "too weak a power supply"
VIRTUAL_GPU = "virtual GPU"
"""Values of the readings `gpu.power_source` and `gpu.virtual` that the program looks for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact: its value, or None with the reason why the machine did not tell; and always where it comes from."""

    value: Value
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA GPU as NVML sees it. `uuid` and `pci` match it to a torch device; an index never does."""

    uuid: str
    pci: str
    readings: dict[str, Reading]

    def value(self, key: str) -> Value:
        """The value of one reading; None where it is not reported."""
        reading = self.readings.get(key)
        return reading.value if reading else None

    @property
    def name(self) -> str:
        """What it calls itself; its UUID where it does not."""
        return str(self.value("gpu.name") or self.uuid)

    def same_as(self, device: TorchDevice) -> bool:
        """Whether a torch device is this GPU: by its UUID, else by its place on the bus.

        Of a GPU that is split (MIG) torch sees a part, which has a UUID of its own (cuDeviceGetUuid_v2).
        """
        if device.uuid and self.uuid and self.value("gpu.split") is not True:
            return device.uuid == self.uuid
        return bool(self.pci) and device.pci == self.pci


@dataclass(frozen=True, slots=True)
class Adapter:
    """A graphics adapter as the system lists it, whoever made it and whether or not anything can use it.

    `vendor`: NVIDIA, AMD, Intel, Apple; empty for a virtual machine's screen. `driver`: the kernel's or Windows'; empty
    where none is bound. `asleep`: None where the system does not tell.
    """

    vendor: str
    name: str
    pci: str = ""
    driver: str = ""
    asleep: bool | None = None


@dataclass(frozen=True, slots=True)
class DriverAdapter:
    """A GPU as its graphics driver offers it to compute shaders. `kind`: discrete, integrated, unknown, or software:
    the processor that plays a GPU. `backend`: Vulkan, Metal or D3D12.
    """

    name: str
    vendor: str
    kind: str
    backend: str
    driver: str = ""


@dataclass(frozen=True, slots=True)
class TorchDevice:
    """A device that this torch offers. `usable` is the answer of a real training step, not of a flag."""

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


@dataclass(frozen=True, slots=True)
class Torch:
    """The torch of the engine, as the worker found it."""

    version: str
    python: str
    cuda: str
    cpu_capability: str
    threads: int
    architectures: tuple[str, ...]
    devices: tuple[TorchDevice, ...]
    seconds_to_import: float
    environment: dict[str, str] = field(default_factory=dict)
    """The variables that it was started with and that change its speed."""
    problem: str = ""
    """Why a build for accelerators offers none, in torch's own words."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is in this computer. Keys of `readings` are `room.name`, as in "cpu.model"; see `phrases.LABELS`."""

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

    def sensors(self, device: str) -> int | None:
        """The N of the sensors "gpu.N.…" of a torch device; None where it has none."""
        known = self.device(device)
        return next((n for n, gpu in enumerate(self.gpus) if known and gpu.same_as(known)), None)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at every sensor, `t` seconds after the check began. A silent sensor is None, never 0."""

    t: float
    values: dict[str, float | None]
