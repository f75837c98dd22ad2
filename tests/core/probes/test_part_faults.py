"""Every probe of single parts whose source is absent, unreadable, empty, absurd or hangs: no value, with a reason."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rigdyno.core.probes import cpu_windows_macos, graphics_adapters, patience
from rigdyno.core.probes.parts import mac_power, memory_modules, neural_units, translated_python
from rigdyno.core.probes.windows import dxgi, power_readings, system_calls
from rigdyno.core.records.machine import Reading

from tests.fuzz import probe_answers

PATIENCE_S = 0.05
FAULTS = ("absent", "unreadable", "empty", "absurd", "hanging")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads trees as Linux has them")


@dataclass(frozen=True)
class Source:
    """Where a probe asks: the function that is played, its answers that are empty and absurd, and what it feeds."""

    platform: str
    module: Any
    name: str
    empty: Any
    absurd: Any
    probe: Callable[..., dict[str, Reading]]
    keys: tuple[str, ...]


def highest_clock() -> dict[str, Reading]:
    return {"cpu.max_clock": cpu_windows_macos._highest_clock(2100)}


MODULES = ("memory.modules", "memory.sockets", "memory.channels")
SOURCES = [
    Source("win32", system_calls, "firmware_table", b"", b"\xff" * 4000, memory_modules.probe, MODULES),
    Source(
        *("win32", system_calls, "power_status", b"", b"\xff" * 12, power_readings.probe),
        ("power.source", "power.battery"),
    ),
    Source(
        *("win32", system_calls, "power_schemes", ("", ""), ("\0" * 99, "x"), power_readings.probe), ("power.mode",)
    ),
    Source("win32", system_calls, "batteries", [], [b"\xff" * 36] * 9, power_readings.probe, ("power.battery_health",)),
    Source("win32", system_calls, "processor_power", b"", b"\xff" * 4000, highest_clock, ("cpu.max_clock",)),
    Source("win32", system_calls, "machines", (0, ""), (0, "\0"), translated_python.probe, ("host.translated",)),
    Source("win32", neural_units, "registry", None, 2**64, neural_units.probe, ("npu.names",)),
    Source("darwin", neural_units, "sysctl_text", None, "\0" * 5000, neural_units.probe, ("npu.names",)),
    Source(
        *("darwin", mac_power, "_output", b"", b"\xff\xfe<plist>" * 500, mac_power.probe),
        ("power.battery_health", "power.mode"),
    ),
]


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Set in the end, so that no thread is left behind."""
    event = threading.Event()
    yield event
    event.set()


def answer_of(source: Source, fault: str, over: threading.Event) -> Callable[..., Any]:
    def answer(*_: Any, **__: Any) -> Any:
        if fault == "hanging":
            over.wait()
        if fault in ("absent", "unreadable"):
            raise {"absent": FileNotFoundError, "unreadable": PermissionError}[fault]
        return source.absurd if fault == "absurd" else source.empty

    return answer


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", SOURCES, ids=[f"{s.platform}-{s.name}" for s in SOURCES])
def test_a_source_at_fault_gives_no_value_and_a_reason(
    source: Source, fault: str, over: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", source.platform)
    monkeypatch.setattr(source.module, source.name, answer_of(source, fault, over))
    monkeypatch.setattr(cpu_windows_macos, "ask", partial(patience.ask, patience_s=PATIENCE_S))
    told = source.probe() if source.probe is highest_clock else source.probe(patience_s=PATIENCE_S)
    for key in source.keys:
        assert told[key].value is None, key
        assert told[key].reason, key
        assert (told[key].reason == patience.SILENT) == (fault == "hanging"), key
    assert not over.is_set(), "what hangs is left behind while it hangs"


def test_nobody_is_waited_for_longer_than_two_seconds() -> None:
    assert patience.PATIENCE_S <= 2.0
    for probe in (memory_modules.probe, neural_units.probe, translated_python.probe, power_readings.probe):
        assert probe.__defaults__[-1] == patience.PATIENCE_S


def test_several_that_hang_are_waited_for_as_one(over: threading.Event) -> None:
    asked: list[float | None] = []
    real = patience.wait
    try:
        patience.wait = lambda every, seconds: asked.append(seconds) or real(every, seconds)  # type: ignore[assignment]
        told = patience.ask_all(over.wait, over.wait, lambda: 7, patience_s=PATIENCE_S)
    finally:
        patience.wait = real
    assert told == [(None, patience.SILENT), (None, patience.SILENT), (7, "")]
    assert asked == [PATIENCE_S], "one wait for all of them"


@linux
@pytest.mark.parametrize("content", [None, b"", b"\xff" * 5000, b"E:MEMORY_DEVICE_0_SIZE=" + b"9" * 5000, "a folder"])
def test_files_of_linux_at_fault(tmp_path: Path, content: bytes | str | None) -> None:
    for name in ("firmware/dmi/tables/DMI", "udev/data/+dmi:id", "class/accel/accel0/device/uevent"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            (tmp_path / name).mkdir()
        elif content is not None:
            (tmp_path / name).write_bytes(content)
    told = memory_modules.probe(tmp_path, tmp_path) | neural_units.probe(tmp_path)
    assert len(told) == 4
    for key, reading in told.items():
        assert (reading.value, bool(reading.reason)) == (None, True), key


@linux
def test_a_file_of_linux_that_hangs(tmp_path: Path) -> None:
    (tmp_path / "udev/data").mkdir(parents=True)
    pipe = tmp_path / "udev/data/+dmi:id"
    os.mkfifo(pipe)  # a reader waits until somebody writes
    told = memory_modules.probe(tmp_path, tmp_path, patience_s=PATIENCE_S)
    assert {reading.reason for reading in told.values()} == {patience.SILENT}
    os.close(os.open(pipe, os.O_WRONLY))  # lets the reader go


@pytest.mark.parametrize("fault", [*FAULTS, "raising"])
def test_directx_at_fault_leaves_the_list_of_windows(
    fault: str, over: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source("win32", dxgi, "descriptions", [], [(b"\xff" * 312, True), (b"", False)], highest_clock, ())
    played = answer_of(source, fault, over)
    if fault == "raising":
        played = lambda: 1 / 0  # noqa: E731
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(dxgi, "descriptions", played)
    monkeypatch.setattr(graphics_adapters, "ask", partial(patience.ask, patience_s=PATIENCE_S))
    listed = '{"Name": "RTX", "PNPDeviceID": "PCI\\\\VEN_10DE&DEV_28E0", "DriverVersion": "32.0"}'
    monkeypatch.setattr(graphics_adapters, "_output", lambda *_: listed)
    (adapter,) = graphics_adapters.adapters()
    assert (adapter.name, adapter.dedicated_memory, adapter.drives_screen) == ("RTX", None, None)


# --- damaged answers -------------------------------------------------------------------------------------------------


def test_thousands_of_damaged_answers() -> None:
    assert list(probe_answers.findings(6000, seed=1)) == []


def test_a_broken_reader_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_answers.smbios, "_string", lambda strings, number: strings[number - 1])
    assert list(probe_answers.findings(6000, seed=1)), "no number of a string is out of range in any answer"


def test_what_is_well_is_read() -> None:
    """Otherwise damaged ones would prove nothing."""
    raw = {reader.__name__: answer for answer, reader in probe_answers.READERS}
    table = probe_answers.smbios.memory_modules(probe_answers.smbios.of_windows(raw["_table_is_read"]))
    assert table
    assert probe_answers.memory_channels.channels(table[0]) == 2
    assert probe_answers.smbios.modules_of_udev(raw["_udev_is_read"].decode())
    assert power_readings.battery_health([raw["_health_is_read"][:36]]) == (82, "")
    assert power_readings.highest_clock(raw["_clock_is_read"], 2100) == 4700
    assert [a.name for a in graphics_adapters.with_directx((), [(raw["_adapters_are_read"][:312], True)])] == ["Arc"]
    assert mac_power.battery_health(raw["_mac_battery_is_read"]) == (82, "")
    assert mac_power.power_mode(raw["_mac_mode_is_read"].decode()) == "high power"
