"""What is in this computer, from every probe. torch is added later by whoever started the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..records.machine import Adapter, Gpu, Machine, Reading
from . import PROBES, nvidia_gpus
from . import graphics_adapters as listed

Probe = Callable[[], dict[str, Reading]]


def inspect(
    probes: Iterable[Probe] = PROBES,
    gpus: Callable[[], tuple[tuple[Gpu, ...], str]] = nvidia_gpus.gpus,
    adapters: Callable[[], tuple[Adapter, ...]] = listed.adapters,
) -> Machine:
    """Look at everything. Takes a fraction of a second, and never raises: what fails is a reading with its reason."""
    readings: dict[str, Reading] = {}
    for probe in probes:
        readings.update(_guarded(probe))
    try:
        found, note = gpus()
    except Exception as error:
        found, note = (), f"looking for GPUs failed: {_told(error)}"
    return Machine(readings, found, note, adapters=adapters())


def _guarded(probe: Probe) -> dict[str, Reading]:
    try:
        return probe()
    except Exception as error:
        # Probes do not raise. If one does on a machine that nobody has seen, the check still goes on without it.
        source = getattr(probe, "__module__", "") or "probe"
        return {f"{source.rpartition('.')[2]}.probe": Reading(None, source, f"the probe failed: {_told(error)}")}


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
