"""A Mac's battery and power mode, from what `ioreg` and `pmset` print."""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path
from typing import Any

import pytest
from rigdyno.core.probes import power
from rigdyno.core.probes.parts import mac_power


def printed(**properties: Any) -> bytes:
    return plistlib.dumps([{"CycleCount": 212, "Serial": "unread", **properties}])


@pytest.mark.parametrize(
    ("told", "health"),
    [
        (printed(DesignCapacity=4563, AppleRawMaxCapacity=3511, MaxCapacity=100), 77),  # Apple silicon
        (printed(DesignCapacity=4563, NominalChargeCapacity=3700, MaxCapacity=100), 81),
        (printed(DesignCapacity=8755, MaxCapacity=7004), 80),  # an Intel Mac
        (printed(DesignCapacity=4563, AppleRawMaxCapacity=4700), 100),
        (printed(DesignCapacity=4563, MaxCapacity=100), None),  # per cent, of what is not said
        (printed(DesignCapacity=0, AppleRawMaxCapacity=3511), None),
        (printed(DesignCapacity=4563, AppleRawMaxCapacity=-1), None),
        (printed(DesignCapacity="4563", AppleRawMaxCapacity=3511.5), None),
        (plistlib.dumps([]), None),
        (plistlib.dumps("text"), None),
        (b"<plist><array><dict>", None),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><plist>&a;</plist>', None),
        (b"\n", None),
    ],
)
def test_the_health_of_the_battery(told: bytes, health: int | None) -> None:
    value, why = mac_power.battery_health(told)
    assert value == health
    assert (value is None) == bool(why)


@pytest.mark.parametrize(
    ("settings", "mode"),
    [
        (" lowpowermode         1\n sleep                1 (sleep prevented by coreaudiod)\n", "low power"),
        (" powermode            0\n lowpowermode         0\n", "automatic"),
        (" powermode            2\n", "high power"),
        (" powermode            7\n", None),
        (" sleep 1\n", None),
        ("", None),
    ],
)
def test_the_power_mode(settings: str, mode: str | None) -> None:
    assert mac_power.power_mode(settings) == mode


@pytest.mark.skipif(sys.platform != "linux", reason="plays the two programs by scripts of a shell")
def test_the_programs_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "battery").write_bytes(printed(DesignCapacity=5000, AppleRawMaxCapacity=3900))
    monkeypatch.setattr(mac_power, "_IOREG", ("cat", str(tmp_path / "battery")))
    monkeypatch.setattr(mac_power, "_PMSET", ("printf", " lowpowermode 1\n"))
    monkeypatch.setattr(sys, "platform", "darwin")
    told = power.probe()
    assert (told["power.battery_health"].value, told["power.mode"].value) == (78, "low power")
    monkeypatch.setattr(mac_power, "_IOREG", ("false",))
    monkeypatch.setattr(mac_power, "_PMSET", ("no-such-program-here",))
    told = mac_power.probe()
    assert {reading.value for reading in told.values()} == {None}
    assert all(reading.reason for reading in told.values())


@pytest.mark.skipif(sys.platform != "linux", reason="plays the two programs by one of Linux")
def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_IOREG", "_PMSET"):
        monkeypatch.setattr(mac_power, name, ("sleep", "600"))
    told = mac_power.probe(patience_s=0.05)
    assert {reading.reason for reading in told.values()} == {"the system did not answer within two seconds"}
