"""Power on Windows: the source, the charge, the battery's health, the power mode. All without an administrator."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ...records.machine import Reading
from ..patience import PATIENCE_S, ask_all
from ..sources.current import answer
from ..system_sources import reading
from . import system_calls

_NO_BATTERY, _UNKNOWN = 128, 255
_SYSTEM_BATTERY, _RELATIVE, _SHORT_TERM = 0x80000000, 0x40000000, 0x20000000
"""BATTERY_INFORMATION.Capabilities: relative ones tell per cent and no mWh, short-term ones are a UPS."""
_UNKNOWN_CAPACITY = 0xFFFFFFFF
LARGEST_MWH = 1_000_000
"""1 kWh, ten times the largest battery that may fly: more is nonsense."""
BATTERY_SAVER = "battery saver"
_NO_OVERLAY, _BALANCED_PLAN = "00000000-0000-0000-0000-000000000000", "381b4222-f694-41f0-9685-ff5bb260df2e"
_OVERLAYS = {
    "961cc777-2547-4f9d-8174-7d86181b8a7a": "best power efficiency",
    _NO_OVERLAY: "balanced",
    "3af9b8d9-7c97-431d-ad78-34a8bfea439f": "better performance",
    "ded574b5-45a0-4f42-8737-46345c09c238": "best performance",
}
"""Windows 10's and 11's power modes, which lie over the plan "balanced" (powersetting.h)."""
_PLANS = {
    "a1841308-3541-4fab-bc81-f71556f20b4a": "power saver",
    "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c": "high performance",
    "e9a42b02-d5df-448d-aa00-03f14749eb61": "ultimate performance",
}
"""The power plans of winnt.h beside "balanced"; makers add their own, which the overlay does not change."""


def probe(patience_s: float = PATIENCE_S) -> dict[str, Reading]:
    """Keys power.source, battery, battery_health, mode and dynamic_boost, as `power.probe` has them."""
    calls = (
        lambda: bytes(answer("GetSystemPowerStatus", lambda: list(system_calls.power_status()[:4]))),
        lambda: answer("PowerGetEffectiveOverlayScheme", system_calls.power_schemes),
        lambda: answer("IOCTL_BATTERY_QUERY_INFORMATION", system_calls.batteries),
    )
    (status, why), (schemes, why_no_scheme), (batteries, why_no_battery) = ask_all(*calls, patience_s=patience_s)
    health, lacks = battery_health(batteries) if batteries is not None else (None, why_no_battery)
    mode = power_mode(status or b"", *(schemes or ("", "")))
    return {
        **_of_status(status or b"", why),
        "power.battery_health": reading(health, "IOCTL_BATTERY_QUERY_INFORMATION", lacks),
        "power.mode": reading(
            mode, "PowerGetEffectiveOverlayScheme", why_no_scheme or "the maker's own power plan has no mode"
        ),
        "power.dynamic_boost": Reading(None, "GetSystemPowerStatus", "a service on Linux only"),
    }


def _of_status(status: bytes, why: str) -> dict[str, Reading]:
    source = "GetSystemPowerStatus"
    plug, flag, percent = status[:3] if len(status) >= 4 else (_UNKNOWN,) * 3
    none_there = flag != _UNKNOWN and bool(flag & _NO_BATTERY)
    unknown = why or "Windows does not know"
    return {
        "power.source": reading({0: "battery", 1: "mains"}.get(plug), source, unknown),
        "power.battery": reading(
            percent if percent <= 100 and not none_there else None,
            source,
            "there is no battery" if none_there else unknown,
        ),
    }


def power_mode(status: bytes, overlay: str, plan: str) -> str | None:
    """The mode that holds: battery saver before a plan of its own before the overlay; None where none is known."""
    if len(status) >= 4 and status[3] == 1:
        return BATTERY_SAVER
    if plan in _PLANS:
        return _PLANS[plan]
    # Over a maker's own plan Windows lays no mode, and tells the one that is all zeros, which is that of "balanced".
    return None if plan not in ("", _BALANCED_PLAN) and overlay == _NO_OVERLAY else _OVERLAYS.get(overlay)


def battery_health(told: Sequence[bytes]) -> tuple[int | None, str]:
    """(per cent of the design that all batteries together still hold, "") or (None, why).

    `told`: BATTERY_INFORMATION of each: capabilities, technology, chemistry, designed and full capacity in mWh, ...
    """
    full = design = 0
    for raw in told:
        if len(raw) < system_calls.BATTERY_BYTES:
            continue
        capabilities, _, _, designed, charged = struct.unpack_from("<I4s4sII", raw)
        if not capabilities & _SYSTEM_BATTERY or capabilities & _SHORT_TERM:
            continue
        known = all(0 < mwh <= LARGEST_MWH for mwh in (designed, charged) if mwh != _UNKNOWN_CAPACITY)
        if capabilities & _RELATIVE or not known or _UNKNOWN_CAPACITY in (designed, charged):
            return None, "the battery does not say"
        full, design = full + charged, design + designed
    return (min(100, round(100 * full / design)), "") if design else (None, "there is no battery")


def highest_clock(told: bytes, base: int | None) -> int | None:
    """MHz of the fastest logical processor; None where that is only the base clock, as Windows knows no more of most.

    `told`: PROCESSOR_POWER_INFORMATION of each: number, highest, current and limited MHz, two idle states.
    """
    size = system_calls.PROCESSOR_BYTES
    most = max((struct.unpack_from("<2I", told, at)[1] for at in range(0, len(told) - size + 1, size)), default=0)
    return most if base and base * 1.02 < most < 20_000 else None
