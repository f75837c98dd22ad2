"""The temperature guard: ends a run where a sensor stays near the mark from which on its maker fears for the chip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..records.machine import Sample

MARGIN_C = 2.0
"""Below the critical mark. A chip slows itself down some degrees earlier: if it stays this near, that did not help."""
FOR_S = 3.0
"""So long without a cooler sample: a single reading may be wrong, and a burst lasts a second."""
LOWEST_C, HIGHEST_C = 60.0, 150.0
"""What can be a critical mark: firmware without one says 0, 127.9 or 65261."""


def is_mark(celsius: float | None) -> bool:
    """Whether a sensor's critical mark may be believed."""
    return celsius is not None and LOWEST_C <= celsius <= HIGHEST_C


@dataclass
class Guard:
    """Looks at every sample; `since` is when each sensor that is too hot became so."""

    since: dict[str, float] = field(default_factory=dict)

    def look(self, sample: Sample, marks: Mapping[str, float]) -> str:
        """What has been too hot for too long, with its numbers; empty where nothing has. `marks` are the critical ones.

        A sensor that does not answer has not cooled down, and is no reason to stop either.
        """
        for key, mark in marks.items():
            value = sample.values.get(key)
            if value is None or not is_mark(mark):
                continue
            if value < mark - MARGIN_C:
                self.since.pop(key, None)
            elif sample.t - self.since.setdefault(key, sample.t) >= FOR_S:
                self.since.clear()
                return f"{_name(key)} {value:.0f} °C / {mark:.0f} °C"
        return ""


def _name(key: str) -> str:
    """The chip of "gpu.0.temperature" or "cpu.temperature"."""
    return " ".join(part.upper() if not part.isdigit() else part for part in key.split(".")[:-1])
