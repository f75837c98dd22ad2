"""The devices on which torch can train: the CPU, and the accelerators that `torch.accelerator` offers."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from typing import Any

import torch

from ..records.machine import Torch, TorchDevice
from ..records.speed_variables import FOREIGN, INSTRUCTIONS

_SPEED_VARIABLES = ("OMP_", "KMP_", "GOMP_", "MKL_", "MALLOC_", "CUDA_VISIBLE_DEVICES")
"""Beginnings of the environment variables of OpenMP, MKL, glibc's allocator and CUDA."""


class Device:
    """One torch device. `synchronous`: operations are finished when they return (a CPU), instead of enqueued."""

    def __init__(self, device_id: str) -> None:
        self.torch = torch.device(device_id)
        self.id = device_id
        self.synchronous = self.torch.type == "cpu"

    def synchronize(self) -> None:
        """Wait until all enqueued operations of this device are done; returns at once on a CPU."""
        if not self.synchronous:
            torch.accelerator.synchronize(self.torch)

    def set_precision(self, precision: str) -> None:
        """Choose how fp32 operations compute: in TF32 for "tf32", in IEEE single precision for all others.

        On Ampere and newer GPUs cuDNN's convolutions use TF32 by default, so true fp32 has to be demanded.
        """
        mode = "tf32" if precision == "tf32" else "ieee"
        torch.backends.cuda.matmul.fp32_precision = mode
        torch.backends.cudnn.conv.fp32_precision = mode  # type: ignore[attr-defined]

    def autocast(self, precision: str) -> contextlib.AbstractContextManager[Any]:
        """The context for a forward pass in half precision (bf16, fp16); an empty context for fp32 and tf32."""
        if precision in ("bf16", "fp16"):
            dtype = torch.bfloat16 if precision == "bf16" else torch.float16
            return torch.autocast(self.torch.type, dtype=dtype)
        return contextlib.nullcontext()

    def smoke_test(self) -> str:
        """Train a convolution for one step; returns "" or what went wrong, in torch's own words."""
        try:
            layer = torch.nn.Conv2d(1, 4, 3).to(self.torch)
            loss = layer(torch.ones(2, 1, 8, 8, device=self.torch)).square().mean()
            loss.backward()
            self.synchronize()
            return "" if bool(torch.isfinite(loss).item()) else "the loss of a smoke step is not finite"
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            return first_line_of(error)

    def describe(self) -> TorchDevice:
        """Everything that the parent needs to know about this device, including whether a training step works."""
        if self.synchronous:
            return TorchDevice("cpu", "CPU", self.precisions(), usable=True)
        problem, properties = self.smoke_test(), _properties(self.torch)
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
            pci=_pci_address(properties),
            shares_memory=self.torch.type == "mps" or bool(getattr(properties, "is_integrated", False)),
        )

    def precisions(self) -> tuple[str, ...]:
        """The precisions that this device computes in hardware, fp32 first.

        On NVIDIA GPUs, TF32 and bf16 came with Ampere. torch's `is_bf16_supported()` is True on older ones as well,
        which emulate it.
        """
        if self.synchronous:
            return ("fp32", "bf16")
        if self.torch.type == "cuda" and torch.version.cuda:
            ampere = torch.cuda.get_device_properties(self.torch).major >= 8
            return ("fp32", "tf32", "bf16", "fp16") if ampere else ("fp32", "fp16")
        try:  # newer than torch 2.9
            told = torch.accelerator.get_device_capability(self.torch)["supported_dtypes"]
        except (AttributeError, RuntimeError, KeyError, TypeError):
            return ("fp32", "fp16")
        halves = (("bf16", torch.bfloat16), ("fp16", torch.float16))
        return ("fp32", *(name for name, dtype in halves if dtype in told))

    def memory(self) -> tuple[int | None, int | None]:
        """Free and total bytes of an accelerator; None where this torch does not tell (some need more than 2.9)."""
        try:
            if self.torch.type == "cuda":
                free, total = torch.cuda.mem_get_info(self.torch)
            else:
                free, total = torch.accelerator.get_memory_info(self.torch)
            return int(free), int(total)
        except (RuntimeError, AttributeError, NotImplementedError):
            return None, None

    def peak_memory(self) -> int:
        """The most bytes that torch held on an accelerator since `reset_peak_memory`; 0 where it does not tell."""
        with contextlib.suppress(RuntimeError, AttributeError, NotImplementedError):
            return int(torch.accelerator.max_memory_reserved(self.torch))
        return 0

    def reset_peak_memory(self) -> None:
        """Forget the peak so far."""
        with contextlib.suppress(RuntimeError, AttributeError, NotImplementedError):
            torch.accelerator.reset_peak_memory_stats(self.torch)


def available_devices() -> list[Device]:
    """The CPU, then every accelerator that is present; a build with CUDA offers none without a driver."""
    devices = [Device("cpu")]
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator:
        devices += [Device(f"{accelerator.type}:{i}") for i in range(torch.accelerator.device_count())]
    return devices


def describe_torch(seconds_to_import: float, priority_raised: bool = False) -> Torch:
    """This torch: its version, build, architectures and devices. The arguments are only passed on."""
    flags = getattr(torch._C, "_cuda_getArchFlags", None)  # get_arch_list() is empty without a working GPU
    return Torch(
        version=str(torch.__version__),
        python=f"{platform.python_version()} {sys.platform}",
        cuda=str(torch.version.cuda or ""),
        cpu_capability=torch.backends.cpu.get_cpu_capability(),
        threads=torch.get_num_threads(),
        architectures=tuple((flags() or "").split()) if flags and torch.version.cuda else (),
        devices=tuple(d.describe() for d in available_devices()),
        seconds_to_import=seconds_to_import,
        environment={
            name: value
            for name, value in sorted(os.environ.items())
            if (name.startswith(_SPEED_VARIABLES) or name in (*FOREIGN, *INSTRUCTIONS)) and _is_read(name)
        },
        problem=_why_no_gpu(),
        rocm=".".join(str(getattr(torch.version, "hip", "") or "").split(".")[:2]),
        priority_raised=priority_raised,
    )


def _is_read(name: str) -> bool:
    """Whether this torch looks at a variable: builds for x86 compute with MKL, those for ARM with OpenBLAS."""
    return name != "OPENBLAS_CORETYPE" or "BLAS_INFO=open" in torch.__config__.show()


def _properties(device: torch.device) -> Any:
    """torch's properties of a device (name, memory, UUID, ...); None where its backend has none."""
    try:
        return torch.get_device_module(device).get_device_properties(device.index or 0)
    except (AttributeError, RuntimeError, AssertionError, NotImplementedError):
        return None


def _pci_address(properties: Any) -> str:
    """The PCI address of a GPU as Linux writes it, "0000:01:00.0"; empty where this torch does not tell."""
    try:
        domain, bus, slot = (getattr(properties, f"pci_{part}_id") for part in ("domain", "bus", "device"))
    except AttributeError:
        return ""
    return f"{domain:04x}:{bus:02x}:{slot:02x}.0"


def _why_no_gpu() -> str:
    """Why a torch that is built with CUDA offers no GPU; empty where it offers one, or is built without CUDA."""
    if not torch.version.cuda or torch.cuda.is_available():
        return ""
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return first_line_of(error)
    return ""


def first_line_of(error: Exception) -> str:
    """The first line of an error's message; the name of its type where there is no message."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
