"""The temperature guard: ends a check when a chip stays near its critical temperature, which its maker has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..records.machine import Sample

MARGIN_C = 2.0
"""Degrees below the critical temperature. A chip slows itself down earlier; where it stays so near, that did not help.
"""
FOR_S = 3.0
"""Seconds without a cooler sample before it is an alarm: a single value may be wrong, and bursts last a second."""
LOWEST_C, HIGHEST_C = 60.0, 150.0
"""Plausible critical temperatures. Firmware that has none reports 0, 127.9 or 65261."""


def is_plausible_limit(celsius: float | None) -> bool:
    """Whether this can be a sensor's critical temperature."""
    return celsius is not None and LOWEST_C <= celsius <= HIGHEST_C


@dataclass
class TemperatureGuard:
    """Checks every sample. `since`: when each sensor that is too hot became so, by its key."""

    since: dict[str, float] = field(default_factory=dict)

    def check(self, sample: Sample, limits: Mapping[str, float]) -> str:
        """Which chip has been too hot for `FOR_S`, with its temperatures; empty where none has.

        `limits` are the critical temperatures by sensor. A sensor without a value changes nothing.
        """
        for key, limit in limits.items():
            value = sample.values.get(key)
            if value is None or not is_plausible_limit(limit):
                continue
            if value < limit - MARGIN_C:
                self.since.pop(key, None)
            elif sample.t - self.since.setdefault(key, sample.t) >= FOR_S:
                self.since.clear()
                return f"{_name(key)} {value:.0f} °C / {limit:.0f} °C"
        return ""


def _name(key: str) -> str:
    """The chip's name in "gpu.0.temperature" or "cpu.temperature": "GPU 0", "CPU"."""
    return " ".join(part.upper() if not part.isdigit() else part for part in key.split(".")[:-1])
