"""A thin interface over the devices that torch can train on: the CPU and whatever `torch.accelerator` offers."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from typing import Any

import torch

from ..records.machine import Torch, TorchDevice

_SPEED = ("OMP_", "KMP_", "GOMP_", "MKL_", "MALLOC_", "CUDA_VISIBLE_DEVICES")
"""How variables begin that OpenMP, MKL, glibc's allocator and CUDA read."""


class Device:
    """One torch device. `live` says that a returned operation is a finished one."""

    def __init__(self, device_id: str) -> None:
        self.torch = torch.device(device_id)
        self.id = device_id
        self.live = self.torch.type == "cpu"

    def synchronize(self) -> None:
        """Wait until everything enqueued on this device is done; at once on a CPU."""
        if not self.live:
            torch.accelerator.synchronize(self.torch)

    def set_precision(self, precision: str) -> None:
        """Choose the arithmetic of "fp32" work: IEEE single, or TF32 where asked for.

        cuDNN's convolutions are TF32 by default on Ampere and newer, so plain fp32 must be demanded to be true.
        """
        mode = "tf32" if precision == "tf32" else "ieee"
        torch.backends.cuda.matmul.fp32_precision = mode
        torch.backends.cudnn.conv.fp32_precision = mode  # type: ignore[attr-defined]

    def autocast(self, precision: str) -> contextlib.AbstractContextManager[Any]:
        """The context in which a forward pass runs in half precision; an empty one for fp32 and tf32."""
        if precision in ("bf16", "fp16"):
            dtype = torch.bfloat16 if precision == "bf16" else torch.float16
            return torch.autocast(self.torch.type, dtype=dtype)
        return contextlib.nullcontext()

    def smoke(self) -> str:
        """A real training step of a real convolution; returns "" or what went wrong, in torch's own words."""
        try:
            layer = torch.nn.Conv2d(1, 4, 3).to(self.torch)
            loss = layer(torch.ones(2, 1, 8, 8, device=self.torch)).square().mean()
            loss.backward()
            self.synchronize()
            return "" if bool(torch.isfinite(loss).item()) else "the loss of a smoke step is not finite"
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            return first_line(error)

    def describe(self) -> TorchDevice:
        """What the parent needs to know of this device, the smoke step included."""
        if self.live:
            return TorchDevice("cpu", "CPU", self.precisions(), usable=True)
        problem, properties = self.smoke(), _properties(self.torch)
        free, total = self.memory() if not problem else (None, None)
        capability = (getattr(properties, "major", None), getattr(properties, "minor", None))
        uuid = str(getattr(properties, "uuid", "") or "")
        return TorchDevice(
            self.id,
            str(getattr(properties, "name", "") or self.torch.type.upper()),
            self.precisions(),
            not problem,
            problem,
            uuid=f"GPU-{uuid}" if self.torch.type == "cuda" and uuid else uuid,
            memory_total=total or getattr(properties, "total_memory", None),
            memory_free=free,
            capability="" if None in capability else ".".join(map(str, capability)),
            pci=_place(properties),
        )

    def precisions(self) -> tuple[str, ...]:
        """The arithmetic that this device really has, fp32 first; what it would only emulate is left out.

        TF32 and bf16 came with NVIDIA's Ampere: `is_bf16_supported()` says yes to emulation on older ones.
        """
        if self.live:
            return ("fp32", "bf16")
        if self.torch.type == "cuda" and torch.version.cuda:
            ampere = torch.cuda.get_device_properties(self.torch).major >= 8
            return ("fp32", "tf32", "bf16", "fp16") if ampere else ("fp32", "fp16")
        try:  # came after 2.9
            told = torch.accelerator.get_device_capability(self.torch)["supported_dtypes"]
        except (AttributeError, RuntimeError, KeyError, TypeError):
            return ("fp32", "fp16")
        halves = (("bf16", torch.bfloat16), ("fp16", torch.float16))
        return ("fp32", *(name for name, dtype in halves if dtype in told))

    def memory(self) -> tuple[int | None, int | None]:
        """An accelerator's free and total bytes; None where this torch cannot tell (it came after 2.9)."""
        try:
            if self.torch.type == "cuda":
                free, total = torch.cuda.mem_get_info(self.torch)
            else:
                free, total = torch.accelerator.get_memory_info(self.torch)
            return int(free), int(total)
        except (RuntimeError, AttributeError, NotImplementedError):
            return None, None

    def peak(self) -> int:
        """The most bytes that torch held on an accelerator since `forget_peak`; 0 where that is not told."""
        with contextlib.suppress(RuntimeError, AttributeError, NotImplementedError):
            return int(torch.accelerator.max_memory_reserved(self.torch))
        return 0

    def forget_peak(self) -> None:
        """Count the peak anew."""
        with contextlib.suppress(RuntimeError, AttributeError, NotImplementedError):
            torch.accelerator.reset_peak_memory_stats(self.torch)


def found() -> list[Device]:
    """The CPU first, then every accelerator that is really there (a CUDA build without a driver offers none)."""
    devices = [Device("cpu")]
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator:
        devices += [Device(f"{accelerator.type}:{i}") for i in range(torch.accelerator.device_count())]
    return devices


def describe(seconds_to_import: float) -> Torch:
    """This torch: its version, build, architectures and devices."""
    flags = getattr(torch._C, "_cuda_getArchFlags", None)  # get_arch_list() is empty without a working GPU
    return Torch(
        version=str(torch.__version__),
        python=f"{platform.python_version()} {sys.platform}",
        cuda=str(torch.version.cuda or ""),
        cpu_capability=torch.backends.cpu.get_cpu_capability(),
        threads=torch.get_num_threads(),
        architectures=tuple((flags() or "").split()) if flags and torch.version.cuda else (),
        devices=tuple(d.describe() for d in found()),
        seconds_to_import=seconds_to_import,
        environment={name: value for name, value in sorted(os.environ.items()) if name.startswith(_SPEED)},
        problem=_problem(),
    )


def _properties(device: torch.device) -> Any:
    """What torch tells of a device's make; None where its backend tells nothing."""
    try:
        return torch.get_device_module(device).get_device_properties(device.index or 0)
    except (AttributeError, RuntimeError, AssertionError, NotImplementedError):
        return None


def _place(properties: Any) -> str:
    """Where a GPU is on the bus, as the kernel writes it; empty where this torch does not tell."""
    try:
        domain, bus, slot = (getattr(properties, f"pci_{part}_id") for part in ("domain", "bus", "device"))
    except AttributeError:
        return ""
    return f"{domain:04x}:{bus:02x}:{slot:02x}.0"


def _problem() -> str:
    """Why a torch that is built for CUDA offers no GPU; empty where it does, or was not built for one."""
    if not torch.version.cuda or torch.cuda.is_available():
        return ""
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return first_line(error)
    return ""


def first_line(error: Exception) -> str:
    """What an error says in the first place; its name where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
