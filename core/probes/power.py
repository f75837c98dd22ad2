"""Mains or battery, the battery's charge and health, the firmware's power mode, and NVIDIA's Dynamic Boost."""

from __future__ import annotations

from pathlib import Path

import psutil

from ..records.machine import DRAINING, Reading
from .parts import mac_power
from .sources.current import THIS_COMPUTER, answer, asking, platform
from .system_sources import number, reading, subfolders, text
from .windows import power_readings

_SUPPLY = "/sys/class/power_supply"
_BOOST = "nvidia-powerd"
"""The service without which NVIDIA's driver for Linux leaves a laptop's GPU at its default power limit: its README has
a chapter on it, "Dynamic Boost on Linux". Windows' driver does it itself.
"""


def probe(sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> dict[str, Reading]:
    """Keys power.source ("mains", "battery" or `DRAINING`), battery (%), battery_health (% of the design), mode, and
    dynamic_boost (whether the service for it runs).
    """
    if platform() == "win32":
        readings = power_readings.probe()
    elif platform() == "darwin":
        readings = _macos()
    else:
        readings = _linux(sysfs, proc)
    return readings


def _linux(sysfs: Path, proc: Path) -> dict[str, Reading]:
    supplies = subfolders(sysfs / "class/power_supply", "*")
    # The battery of a mouse or headset is listed too, with the scope "Device".
    batteries = [s for s in supplies if text(s / "type") == "Battery" and text(s / "scope") != "Device"]
    batteries = [b for b in batteries if text(b / "present") != "0"]
    plugs = {s: number(s / "online") for s in supplies if text(s / "type") in ("Mains", "USB", "Wireless")}
    mode = text(sysfs / "firmware/acpi/platform_profile")
    return {
        "power.source": reading(_source(batteries, plugs), _SUPPLY, "no power supply is reported"),
        "power.battery": reading(_charge(batteries), f"{_SUPPLY}/*/capacity", _why_not(batteries)),
        "power.battery_health": reading(
            _share(batteries, "full", "full_design"),
            f"{_SUPPLY}/*/energy_full_design",
            _why_not(batteries),
        ),
        "power.mode": reading(mode, "/sys/firmware/acpi/platform_profile", "the firmware offers no power modes"),
        "power.dynamic_boost": _dynamic_boost(proc),
    }


def _dynamic_boost(proc: Path) -> Reading:
    if text(proc / "driver/nvidia/version") is None:
        return Reading(None, "/proc/driver/nvidia", "the NVIDIA driver is not loaded")
    try:
        return Reading(answer(f"{_BOOST} runs", lambda: _runs(proc)), _BOOST)
    except OSError as error:
        return Reading(None, _BOOST, str(error))


def _runs(proc: Path) -> bool:
    """Whether the service runs. What else does is nobody's business, and is not recorded."""
    with asking(THIS_COMPUTER):
        return any(text(process / "comm") == _BOOST for process in subfolders(proc, "[0-9]*"))


def _source(batteries: list[Path], plugs: dict[Path, int | None]) -> str | None:
    """Mains, battery, or mains that do not suffice.

    A battery that says what it does goes before a plug: a USB port that feeds a phone says "online", and some firmware
    lists a charger that always does. Only where every mains plug is online is it believed.
    """
    states = [text(battery / "status") for battery in batteries]
    if "Discharging" in states and not (any(plugs.values()) and all(_is_still(battery) for battery in batteries)):
        mains = [online for plug, online in plugs.items() if text(plug / "type") == "Mains"]
        return DRAINING if mains and all(mains) else "battery"
    if any(plugs.values()) or {"Charging", "Full", "Not charging"} & set(states):
        return "mains"
    # No plug has power, and the battery's status is unknown: then the computer runs on its battery.
    return "battery" if batteries and 0 in plugs.values() else None


def _is_still(battery: Path) -> bool:
    """Whether no current flows: some firmware calls a battery that is kept at its threshold "Discharging"."""
    rates = [number(battery / "power_now"), number(battery / "current_now")]
    return 0 in rates and not any(rates)


def _charge(batteries: list[Path]) -> int | None:
    """Per cent of all batteries together, as some laptops have two."""
    if len(batteries) == 1 and (said := number(batteries[0] / "capacity")) is not None:
        return max(0, min(100, said))
    return _share(batteries, "now", "full")


def _share(batteries: list[Path], part: str, whole: str) -> int | None:
    """`part` in per cent of `whole`, summed over all batteries; None unless all give both in one unit, energy (µWh) or
    charge (µAh). At most 100, as a new battery may hold more than its design.
    """
    for unit in ("energy", "charge"):
        pairs = [(number(b / f"{unit}_{part}"), number(b / f"{unit}_{whole}")) for b in batteries]
        known = [(some, full) for some, full in pairs if some is not None and full]
        if known and len(known) == len(batteries):
            return min(100, round(100 * sum(some for some, _ in known) / sum(full for _, full in known)))
    return None


def _why_not(batteries: list[Path]) -> str:
    return "the battery does not say" if batteries else "there is no battery"


def _battery_of_psutil() -> dict[str, float | bool | None] | None:
    battery = psutil.sensors_battery()
    return {"percent": battery.percent, "plugged": battery.power_plugged} if battery else None


def _macos() -> dict[str, Reading]:
    try:
        battery = answer("psutil.sensors_battery", _battery_of_psutil)
    except (OSError, RuntimeError, AttributeError, NotImplementedError):
        battery = None
    plugged = battery["plugged"] if battery else None
    source = "psutil.sensors_battery"
    return {
        "power.source": reading(
            None if plugged is None else "mains" if plugged else "battery", source, "no battery is reported"
        ),
        "power.battery": reading(round(battery["percent"] or 0) if battery else None, source, "no battery is reported"),
        **mac_power.probe(),
        "power.dynamic_boost": Reading(None, source, "a service on Linux only"),
    }
