"""Probes: each looks at one part of the machine and never raises. A new probe is one file and one line here."""

from collections.abc import Callable

from ..records.machine import Reading
from . import cpu, host, memory, power

PROBES: tuple[Callable[[], dict[str, Reading]], ...] = (
    host.probe,
    cpu.probe,
    memory.probe,
    power.probe,
)
"""In the order in which people read them. NVIDIA GPUs come from `nvidia.gpus`, as there may be several."""
