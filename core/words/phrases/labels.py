"""What readings of a computer are called, their units, and the words that some values are."""

from __future__ import annotations

from ...records.machine import DRAINING, VIRTUAL_GPU, WEAK_SUPPLY
from ..language import N_

LABELS: dict[str, str] = {
    "host.os": N_("Operating system"),
    "host.kind": N_("Kind of computer"),
    "host.model": N_("Model"),
    "host.virtual": N_("Virtual machine"),
    "host.speed_variables": N_("Variables that change the speed"),
    "host.translated": N_("Translated Python"),
    "cpu.vendor": N_("Processor maker"),
    "cpu.model": N_("Processor"),
    "cpu.physical_cores": N_("Physical cores"),
    "cpu.logical_cores": N_("Logical cores"),
    "cpu.usable_cores": N_("Cores we may use"),
    "cpu.performance_cores": N_("Performance cores"),
    "cpu.base_clock": N_("Base clock"),
    "cpu.max_clock": N_("Highest clock"),
    "cpu.simd": N_("Vector units"),
    "cpu.caches": N_("Caches"),
    "cpu.governor": N_("Clock governor"),
    "npu.names": N_("Neural unit (NPU)"),
    "memory.total": N_("Memory"),
    "memory.limit": N_("Memory limit"),
    "memory.available": N_("Free memory"),
    "memory.swap_total": N_("Swap space"),
    "memory.swap_used": N_("Swap in use"),
    "memory.modules": N_("Memory modules"),
    "memory.sockets": N_("Places for memory modules"),
    "memory.channels": N_("Memory channels in use"),
    "disk.free": N_("Free disk space"),
    "power.source": N_("Power source"),
    "power.battery": N_("Battery charge"),
    "power.battery_health": N_("Battery health"),
    "power.mode": N_("Power mode"),
    "power.dynamic_boost": N_("Dynamic Boost's service runs"),
    "gpu.name": N_("GPU"),
    "gpu.memory_total": N_("GPU memory"),
    "gpu.memory_free": N_("Free GPU memory"),
    "gpu.driver": N_("Driver"),
    "gpu.cuda_driver": N_("CUDA of the driver"),
    "gpu.capability": N_("Compute capability"),
    "gpu.power_limit": N_("Power limit"),
    "gpu.power_limit_max": N_("Highest power limit"),
    "gpu.power_limit_default": N_("Default power limit"),
    "gpu.generation": N_("Generation"),
    "gpu.driver_model": N_("Driver model"),
    "gpu.power_source": N_("Power of the GPU"),
    "gpu.clock_max": N_("Highest GPU clock"),
    "gpu.split": N_("Split (MIG)"),
    "gpu.virtual": N_("Virtual GPU"),
    "gpu.programs": N_("Programs that compute on it"),
    "gpu.pcie_generation": N_("PCIe generation"),
    "gpu.pcie_generation_max": N_("Highest PCIe generation here"),
    "gpu.pcie_generation_own": N_("Highest PCIe generation of the GPU"),
    "gpu.pcie_width": N_("PCIe lanes"),
    "gpu.pcie_width_max": N_("Highest PCIe lanes"),
    "torch.version": N_("PyTorch"),
    "torch.engine": N_("Engine"),
    "torch.build": N_("PyTorch build"),
    "torch.cpu_capability": N_("Vector units PyTorch uses"),
    "torch.threads": N_("PyTorch's own choice of threads"),
    "torch.devices": N_("Devices PyTorch can train on"),
}

BYTES = {"memory.total", "memory.limit", "memory.available", "memory.swap_total", "memory.swap_used", "disk.free",
          "gpu.memory_total", "gpu.memory_free", "memory.used", "memory.own"}  # fmt: skip

SIZES = {"cpu.caches", "memory.modules"}
"""Readings whose words hold sizes, as in "L2 1.25 MiB"."""

UNITS = {
    "cpu.base_clock": "MHz",
    "cpu.max_clock": "MHz",
    "gpu.clock_max": "MHz",
    "gpu.power_limit": "W",
    "gpu.power_limit_max": "W",
    "gpu.power_limit_default": "W",
    "power.battery": "%",
    "power.battery_health": "%",
}

VALUES = ("mains", "battery", DRAINING, "laptop", "desktop", "server", WEAK_SUPPLY, VIRTUAL_GPU, "host of virtual GPUs",
          "virtual machine", "unnamed hypervisor", "unknown generation", "best power efficiency", "balanced",
          "better performance", "best performance", "high performance", "ultimate performance", "power saver",
          "battery saver", "automatic", "low power", "high power")  # fmt: skip
"""What some readings say in a word; for the catalogue."""
SOURCES = ("Python's platform", "Python's os")
"""Where facts of a training on several computers come from; for the catalogue, as `worker/` has no words."""

NOT_REPORTED, YES, NO, NONE = N_("not reported"), N_("yes"), N_("no"), N_("none")
