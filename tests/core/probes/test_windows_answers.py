"""What Windows answers, as data, and the calls that ask for it, on libraries that answer as Windows' do."""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import Any

import pytest
from rigdyno.core.probes import graphics_adapters
from rigdyno.core.probes.parts import neural_units, translated_python
from rigdyno.core.probes.windows import dxgi, gpu_counters, power_readings, system_calls
from rigdyno.core.records.machine import Adapter

SYSTEM = 0x80000000
BALANCED = "00000000-0000-0000-0000-000000000000"


def battery(designed: int, full: int, capabilities: int = SYSTEM) -> bytes:
    return struct.pack("<IB3x4s6I", capabilities, 1, b"LION", designed, full, 0, 0, 0, 212)


@pytest.mark.parametrize(
    ("told", "health"),
    [
        ([battery(50_000, 41_000)], 82),
        ([battery(50_000, 55_000)], 100),
        ([battery(25_000, 20_000), battery(75_000, 60_000)], 80),
        ([battery(50_000, 41_000), battery(100, 90, SYSTEM | 0x60000000)], 82),  # a UPS beside it
        ([battery(100, 90, SYSTEM | 0x40000000)], None),
        ([battery(0xFFFFFFFF, 41_000)], None),
        ([battery(0, 41_000)], None),
        ([battery(3_000_000_000, 41_000)], None),
        ([battery(50_000, 41_000)[:20]], None),
        ([], None),
    ],
)
def test_the_health_of_batteries(told: list[bytes], health: int | None) -> None:
    value, why = power_readings.battery_health(told)
    assert value == health
    assert (value is None) == bool(why)


@pytest.mark.parametrize(
    ("saver", "overlay", "plan", "mode"),
    [
        (0, BALANCED, "381b4222-f694-41f0-9685-ff5bb260df2e", "balanced"),
        (0, "961cc777-2547-4f9d-8174-7d86181b8a7a", "", "best power efficiency"),
        (0, "ded574b5-45a0-4f42-8737-46345c09c238", "", "best performance"),
        (1, "ded574b5-45a0-4f42-8737-46345c09c238", "", "battery saver"),
        (0, BALANCED, "a1841308-3541-4fab-bc81-f71556f20b4a", "power saver"),
        (0, BALANCED, "12345678-0000-0000-0000-000000000000", None),
        (0, "", "12345678-0000-0000-0000-000000000000", None),
    ],
)
def test_the_power_mode(saver: int, overlay: str, plan: str, mode: str | None) -> None:
    assert power_readings.power_mode(bytes((1, 0, 90, saver)) + bytes(8), overlay, plan) == mode


def test_a_highest_clock_that_is_only_the_base_clock_is_none() -> None:
    one = struct.pack("<6I", 0, 4700, 2100, 4700, 2, 1)
    assert power_readings.highest_clock(one * 8 + bytes(240), 2100) == 4700
    assert power_readings.highest_clock(one, 4700) is None
    assert power_readings.highest_clock(struct.pack("<6I", 0, 4_000_000_000, 1, 1, 1, 1), 2100) is None
    assert power_readings.highest_clock(b"\xff" * 23, 2100) is None


class Laptop:
    """kernel32, powrprof and cfgmgr32 of a laptop with one battery in its two bays."""

    PATHS = "\\\\?\\acpi#pnp0c0a#1#{x}\0\\\\?\\acpi#pnp0c0a#2#{x}\0\0"

    def __init__(self) -> None:
        self.closed: list[int] = []
        self.CreateFileW = self.Creates()
        self.GetCurrentProcess = self.Creates()

    class Creates:
        """A function that has a type of result, as those of ctypes do."""

        restype: Any = None

        def __call__(self, *given: Any) -> int:
            return 70 + given[0].value.count("#2#") if given else -1

    def CM_Get_Device_Interface_List_SizeW(self, size: Any, guid: Any, _: None, __: int) -> int:
        assert system_calls.guid_text(bytes(guid._obj)) == "72631e54-78a4-11d0-bcf7-00aa00b7b32a"
        size._obj.value = len(self.PATHS)
        return 0

    def CM_Get_Device_Interface_ListW(self, _guid: Any, _: None, room: Any, *__: Any) -> int:
        room[:] = self.PATHS.encode("utf-16-le")
        return 0

    def DeviceIoControl(
        self, handle: Any, code: int, given: bytes, n: int, room: Any, size: int, got: Any, _: None
    ) -> int:
        assert n == len(given)
        empty_bay = handle.value == 71
        if code == 0x294040:
            answer = struct.pack("<I", 0 if empty_bay else 9)
        else:
            assert (code, given) == (0x294044, struct.pack("<IIi", 9, 0, 0))
            answer = battery(60_000, 43_200)
        room[:size] = answer
        got._obj.value = size
        return 1

    def CloseHandle(self, handle: Any) -> int:
        self.closed.append(handle.value)
        return 1

    def GetSystemPowerStatus(self, status: Any) -> int:
        status._obj[:4] = [0, 1, 43, 1]
        return 1

    def PowerGetEffectiveOverlayScheme(self, _: Any) -> int:
        return 0

    def PowerGetActiveScheme(self, *_: Any) -> int:
        return 1

    def IsWow64Process2(self, _: Any, own: Any, native: Any) -> int:
        own._obj.value, native._obj.value = 0, 0xAA64
        return 1


def test_a_laptop_is_asked_as_windows_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = Laptop()
    monkeypatch.setattr(system_calls, "windows_library", lambda _: laptop)
    told = {key: reading.value for key, reading in power_readings.probe().items()}
    assert told == {
        "power.source": "battery",
        "power.battery": 43,
        "power.battery_health": 72,
        "power.mode": "battery saver",
        "power.dynamic_boost": None,
    }
    assert laptop.closed == [70, 71], "both bays are closed again"


@pytest.mark.parametrize(
    ("machine", "platform", "value"),
    [(0xAA64, "win-amd64", translated_python.X64_ON_ARM), (0xAA64, "win-arm64", "none"), (0x8664, "win-amd64", "none"),
     (0, "win-amd64", None)],
)  # fmt: skip
def test_a_python_for_x64_on_arm(machine: int, platform: str, value: str | None) -> None:
    assert translated_python.on_windows(machine, platform) == value


def test_the_machine_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_calls, "windows_library", lambda _: Laptop())
    monkeypatch.setattr(system_calls.sysconfig, "get_platform", lambda: "win-amd64")
    monkeypatch.setattr(sys, "platform", "win32")
    assert translated_python.probe()["host.translated"].value == translated_python.X64_ON_ARM


def test_rosetta() -> None:
    assert [translated_python.on_macos(n) for n in (1, 0, None)] == [translated_python.ROSETTA, "none", "none"]


def test_neural_units_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"0000": "Intel(R) AI Boost", "0001": "Intel(R) AI Boost"}
    monkeypatch.setattr(neural_units, "registry", lambda path, name: names.get(path[-4:]))
    monkeypatch.setattr(sys, "platform", "win32")
    assert neural_units.probe()["npu.names"].value == ["Intel(R) AI Boost"]


# --- DirectX ---------------------------------------------------------------------------------------------------------


def description(
    name: str, vendor: int, device: int, own: int, shared: int, luid: int = 0xD1C3, flags: int = 0
) -> bytes:
    return struct.pack("<256s4I3QIiI4x", name.encode("utf-16-le"), vendor, device, 0, 1, own, 0, shared, luid, 0, flags)


IRIS = description("Intel(R) Iris(R) Xe Graphics", 0x8086, 0x46A6, 128 << 20, 8 << 30, 0xC0DE)
RTX = description("NVIDIA GeForce RTX 4060 Laptop GPU", 0x10DE, 0x28E0, 8 << 30, 8 << 30)
SOFTWARE = description("Microsoft Basic Render Driver", 0x1414, 0x8C, 0, 8 << 30, 0xBA51C, flags=2)


class ComObjects:
    """Objects in memory as COM lays them out: the first word points to a table of functions."""

    def __init__(self) -> None:
        self.released: list[str] = []
        self.kept: list[Any] = []

    def make(self, name: str, size: int, **functions: tuple[int, Any]) -> int:
        table = (ctypes.c_void_p * size)()
        release = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)(lambda _: self.released.append(name) or 0)
        for place, function in ((2, release), *functions.values()):
            table[place] = ctypes.cast(function, ctypes.c_void_p).value
            self.kept.append(function)
        thing = (ctypes.c_void_p * 1)(ctypes.addressof(table))
        self.kept += [table, thing]
        return ctypes.addressof(thing)

    def numbered(self, children: list[int]) -> Any:
        def give(_: int, number: int, room: int) -> int:
            if number >= len(children):
                return -2005270526  # DXGI_ERROR_NOT_FOUND
            ctypes.c_void_p.from_address(room).value = children[number]
            return 0

        return ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)(give)

    def adapter(self, raw: bytes, screens: int) -> int:
        def describe(_: int, room: int) -> int:
            ctypes.memmove(room, raw, len(raw))
            return 0

        tell = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p)(describe)
        outputs = [self.make("screen", 12) for _ in range(screens)]
        return self.make("adapter", 11, outputs=(7, self.numbered(outputs)), description=(10, tell))


def test_the_tables_of_directx_objects_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    com = ComObjects()
    adapters = [com.adapter(IRIS, 2), com.adapter(RTX, 0), com.adapter(SOFTWARE, 0)]
    factory = com.make("factory", 14, adapters=(12, com.numbered(adapters)))

    class Library:
        def CreateDXGIFactory1(self, guid: Any, room: Any) -> int:
            assert system_calls.guid_text(bytes(guid)) == "770aae78-f26f-4dba-a829-253c83d1b387"
            room._obj.value = factory
            return 0

    monkeypatch.setattr(dxgi, "windows_library", lambda _: Library())
    assert dxgi.descriptions() == [(IRIS, True), (RTX, False), (SOFTWARE, False)]
    assert sorted(com.released) == ["adapter"] * 3 + ["factory", "screen"], "each as often as it was given out"


def test_memory_of_its_own_and_shared_apart() -> None:
    listed = (Adapter("NVIDIA", "RTX 4060", driver="32.0", model="10de:28e0"), Adapter("", "Remote", driver="10.0"))
    told = graphics_adapters.with_directx(listed, [(IRIS, True), (RTX, False), (SOFTWARE, False), (IRIS[:100], True)])
    assert [(a.vendor, a.name, a.dedicated_memory, a.shared_memory, a.drives_screen) for a in told] == [
        ("NVIDIA", "RTX 4060", 8 << 30, 8 << 30, False),
        ("", "Remote", None, None, None),
        ("Intel", "Intel(R) Iris(R) Xe Graphics", 128 << 20, 8 << 30, True),
    ]
    assert next(iter(dxgi.directx_adapters([(RTX, False)]))).luid == "0x00000000_0x0000d1c3"


# --- performance counters --------------------------------------------------------------------------------------------

LUID = "luid_0x00000000_0x0000D1C3_phys_0"
TOLD = {
    gpu_counters.ENGINES: [
        (f"pid_100_{LUID}_eng_0_engtype_3D", 20.0),
        (f"pid_200_{LUID}_eng_0_engtype_3D", 15.0),
        (f"pid_100_{LUID}_eng_3_engtype_Compute_0", 70.0),
        (f"pid_200_{LUID}_eng_3_engtype_Compute_0", 5.0),
        ("pid_200_luid_0x00000000_0x0000C0DE_phys_0_eng_0_engtype_3D", 99.0),
        ("_Total", 400.0),
    ],
    gpu_counters.DEDICATED: [(LUID, 7e9), ("luid_0x00000000_0x0000C0DE_phys_0", 1.0)],
    gpu_counters.SHARED: [(LUID, 2e9)],
}


def test_the_load_by_program() -> None:
    of_one = gpu_counters.gpu_values(TOLD, "0x00000000_0x0000d1c3", {100})
    assert of_one == {"utilization": 75.0, "others": 15.0, "memory": 7e9, "shared_memory": 2e9}
    assert gpu_counters.gpu_values(TOLD, "0x00000000_0x0000d1c3")["others"] is None, "our own is not known"
    assert set(gpu_counters.gpu_values(TOLD, "0x00000000_0x00000001", {1}).values()) == {None}


@pytest.mark.parametrize("absurd", [float("nan"), float("inf"), -1.0, 1e300])
def test_absurd_counters_are_none(absurd: float) -> None:
    told = {path: [(name, absurd) for name, _ in values] for path, values in TOLD.items()}
    assert set(gpu_counters.gpu_values(told, "0x00000000_0x0000d1c3", {100}).values()) == {None}


class Pdh:
    """pdh.dll with one value in each counter."""

    def __init__(self) -> None:
        self.name = ctypes.create_unicode_buffer(LUID)
        self.closed = 0

    def PdhOpenQueryW(self, _: None, __: None, query: Any) -> int:
        query._obj.value = 5
        return 0

    def PdhAddEnglishCounterW(self, _: Any, path: Any, __: None, counter: Any) -> int:
        counter._obj.value = len(path.value)
        return 0 if "Memory" in path.value else 0xC0000BB8 - 2**32  # no such object: an old Windows

    def PdhCollectQueryData(self, _: Any) -> int:
        return 0

    def PdhGetFormattedCounterArrayW(self, counter: Any, form: int, size: Any, count: Any, room: Any) -> int:
        assert form == 0x200
        size._obj.value, count._obj.value = 48, 2
        if room is None:
            return 0x800007D2 - 2**32
        struct.pack_into("<QI4xd", room, 0, ctypes.addressof(self.name), 0, float(counter.value))
        struct.pack_into("<QI4xd", room, 24, ctypes.addressof(self.name), 0xC0000BBA, 1.0)  # no valid data
        return 0

    def PdhCloseQuery(self, _: Any) -> int:
        self.closed += 1
        return 0


def test_counters_are_read_from_what_pdh_fills_in(monkeypatch: pytest.MonkeyPatch) -> None:
    pdh = Pdh()
    monkeypatch.setattr(gpu_counters, "windows_library", lambda _: pdh)
    counters = gpu_counters.GpuCounters()
    told = counters.read()
    assert told == {path: [(LUID, float(len(path)))] for path in (gpu_counters.DEDICATED, gpu_counters.SHARED)}
    counters.close()
    assert pdh.closed == 1
