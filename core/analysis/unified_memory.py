"""GPUs that share the computer's memory: GB10, Jetson, N1X, Strix Halo, Apple's.

NVML tells no memory of them, or a part that the firmware has carved out (8,128 MiB where torch tells 46,477). What they
can use is the pool that torch tells, as far as the computer has memory left; it is never added to the computer's own.
"""

from __future__ import annotations

from dataclasses import replace

from ..records.machine import Gpu, Machine, Reading, Torch, TorchDevice
from ..words.language import N_

SHARES_MEMORY = N_("torch; it shares the computer's memory")
"""The source of the reading."""
CARVED_OUT = 1.5
"""torch's pool in NVML's total from which on that is a part which the firmware has carved out: elsewhere they differ by
what the driver keeps for itself.
"""


def shares_memory(device: TorchDevice, gpu: Gpu | None = None) -> bool:
    """Whether a device has no memory of its own."""
    told = gpu.value("gpu.memory_total") if gpu else None
    carved = isinstance(told, int) and device.memory_total is not None and device.memory_total > CARVED_OUT * told
    return device.shares_memory or carved


def usable_memory(machine: Machine, device: TorchDevice) -> int | None:
    """Bytes that a device without memory of its own can use; None where neither is known."""
    available = machine.value("memory.available")
    known = [n for n in (device.memory_total, available) if isinstance(n, int)]
    return min(known, default=None)


def with_torch(machine: Machine, torch: Torch | None) -> Machine:
    """The machine with what torch tells of it, its GPUs with the memory that they share."""
    seen = replace(machine, torch=torch)
    return replace(seen, gpus=tuple(_with_memory(seen, gpu) for gpu in machine.gpus))


def _with_memory(machine: Machine, gpu: Gpu) -> Gpu:
    devices = machine.torch.devices if machine.torch else ()
    device = next((d for d in devices if gpu.is_device(d)), None)
    if device is None or not shares_memory(device, gpu):
        return gpu
    keys = ("gpu.memory_total", "gpu.memory_free")
    shared = Reading(usable_memory(machine, device), SHARES_MEMORY)
    return replace(gpu, readings={**gpu.readings, **dict.fromkeys(keys, shared)})
