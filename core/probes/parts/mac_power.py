"""The battery's health and the power mode of a Mac, from `ioreg` and `pmset`, which all users may run."""

from __future__ import annotations

import plistlib
import re
import subprocess
from typing import Any

from ...records.machine import Reading
from ..patience import PATIENCE_S, SILENT, ask_all
from ..sources.current import answer
from ..system_sources import reading

_IOREG = ("/usr/sbin/ioreg", "-a", "-r", "-n", "AppleSmartBattery")
_PMSET = ("/usr/bin/pmset", "-g")
LARGEST_MAH = 100_000
_MODES = {"0": "automatic", "1": "low power", "2": "high power"}
"""Of `powermode`, and of the older `lowpowermode`, which has the first two."""


def probe(patience_s: float = PATIENCE_S) -> dict[str, Reading]:
    """Keys power.battery_health (% of the design) and power.mode."""
    # Not the whole registry is an answer, which has serial numbers, but what is read from it.
    (found, lacks), (settings, why) = ask_all(
        lambda: answer("ioreg AppleSmartBattery", lambda: battery_health(_output(_IOREG, patience_s))),
        lambda: answer("pmset -g", lambda: _output(_PMSET, patience_s).decode("utf-8", "replace")),
        patience_s=patience_s,
    )
    health, lacks = found if found is not None else (None, lacks)
    mode = power_mode(settings) if settings is not None else None
    return {
        "power.battery_health": reading(health, "ioreg AppleSmartBattery", lacks),
        "power.mode": reading(mode, "pmset -g", why if why == SILENT else "this Mac has no power modes"),
    }


def battery_health(told: bytes) -> tuple[int | None, str]:
    """(per cent of the design that the battery holds, "") or (None, why), from ioreg's list of properties.

    Apple silicon tells MaxCapacity in per cent and the charge itself, in mAh, as AppleRawMaxCapacity.
    """
    if not told.strip():
        return None, "there is no battery"
    try:
        listed: Any = plistlib.loads(told)
    except Exception:  # plistlib raises errors of expat, of struct and of its own
        return None, "the battery's properties cannot be read"
    found = [one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)]
    for battery in found:
        design = _milliamp_hours(battery.get("DesignCapacity"))
        for key in ("AppleRawMaxCapacity", "NominalChargeCapacity", "MaxCapacity"):
            holds = _milliamp_hours(battery.get(key))
            if design and holds and not (key == "MaxCapacity" and holds <= 100):
                return min(100, round(100 * holds / design)), ""
    return None, "the battery does not say" if found else "there is no battery"


def power_mode(settings: str) -> str | None:
    """The mode in what `pmset -g` prints; None where this Mac has none."""
    for name in ("powermode", "lowpowermode"):
        if found := re.search(rf"^\s*{name}\s+(\d)\s*$", settings, re.MULTILINE):
            return _MODES.get(found[1])
    return None


def _milliamp_hours(value: object) -> int:
    """0 for what is no capacity."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_MAH else 0


def _output(command: tuple[str, ...], patience_s: float) -> bytes:
    return subprocess.run(command, capture_output=True, timeout=patience_s, check=True, stdin=subprocess.DEVNULL).stdout
