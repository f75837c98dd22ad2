"""What is in this computer, from all probes. What torch reports is added later, from the worker."""

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
    """Run all probes, in a fraction of a second. It never raises: what fails is a reading with its reason."""
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
        # Probes must not raise. If one does so on an unknown kind of machine, the check continues without it.
        source = getattr(probe, "__module__", "") or "probe"
        return {f"{source.rpartition('.')[2]}.probe": Reading(None, source, f"the probe failed: {_told(error)}")}


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
