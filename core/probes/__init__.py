"""Probes: each reads the facts of one part of this computer and never raises. A new probe is one file and one line
here.
"""

from collections.abc import Callable

from ..records.machine import Reading
from . import cpu, host, memory, power

PROBES: tuple[Callable[[], dict[str, Reading]], ...] = (
    host.probe,
    cpu.probe,
    memory.probe,
    power.probe,
)
"""In the order in which readings are shown. NVIDIA GPUs come from `nvidia_gpus.gpus`, as there may be several."""
