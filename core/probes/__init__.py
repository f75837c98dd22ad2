"""Probes: each reads the facts of one part of this computer and never raises. A new probe is one file and one line
here.
"""

from collections.abc import Callable

from ..records.machine import Reading
from . import cpu, host, memory, power
from .parts import memory_modules, neural_units, translated_python

PROBES: tuple[Callable[[], dict[str, Reading]], ...] = (
    host.probe,
    translated_python.probe,
    cpu.probe,
    neural_units.probe,
    memory.probe,
    memory_modules.probe,
    power.probe,
)
"""In the order in which readings are shown. NVIDIA GPUs come from `nvidia_gpus.gpus`, as there may be several."""
