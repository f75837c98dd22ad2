"""Memory modules from the firmware's table and from udev's copy of it, and the channels that their names mean."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest
from rigdyno.core.probes.parts import memory_modules, smbios
from rigdyno.core.probes.parts.memory_channels import channels
from rigdyno.core.probes.parts.smbios import MemoryModule
from rigdyno.core.probes.windows import system_calls

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads trees as Linux has them")
GIB = 2**30


def structure(kind: int, handle: int, body: bytes, *strings: str) -> bytes:
    texts = b"\0".join(text.encode("latin-1") for text in strings)
    return struct.pack("<BBH", kind, 4 + len(body), handle) + body + texts + b"\0\0"


def array(handle: int = 0x1000, use: int = 3, devices: int = 2) -> bytes:
    return structure(16, handle, struct.pack("<BBBIHH", 3, use, 3, 0x4000000, 0xFFFE, devices).ljust(19, b"\0"))


def device(
    size: int,
    *names: str,
    kind: int = 0x22,
    speed: int = 4800,
    extended: int = 0,
    group: int = 0x1000,
    length: int = 0x5C,
) -> bytes:
    """A type 17 structure of SMBIOS 3.7, or the first `length` bytes of one."""
    body = struct.pack("<HHHHHBBBBBHH", group, 0xFFFE, 64, 64, size, 0x0D, 0, 1, 2, kind, 0, 5600)
    body = body.ljust(0x1C - 4, b"\0") + struct.pack("<IH", extended, speed)
    return structure(17, 0x1100, body.ljust(0x5C - 4, b"\0")[: length - 4], *names)


END = structure(127, 0xFEFF, b"")


def test_a_laptop_with_one_module_of_two() -> None:
    table = array() + device(0x4000, "Controller0-ChannelA-DIMM0", "BANK 0") + device(0, "Controller1-ChannelA-DIMM0")
    found = smbios.memory_modules(table + END)
    module = MemoryModule(16 * GIB, "DDR5", 4800, "Controller0-ChannelA-DIMM0", "BANK 0")
    assert found == ((module,), 2)
    assert memory_modules.described(module) == "16 GiB DDR5 4800 MT/s"


@pytest.mark.parametrize(
    ("size", "extended", "bytes_"),
    [(0x7FFF, 0x8000, 32 * GIB), (0x7FFF, 0x20000, 128 * GIB), (0x8000 | 512, 0, 512 << 10), (512, 0, 512 << 20)],
)
def test_the_sizes_that_a_module_may_have(size: int, extended: int, bytes_: int) -> None:
    found = smbios.memory_modules(device(size, "A", "B", extended=extended) + END)
    assert found
    assert found[0][0].size == bytes_


@pytest.mark.parametrize(
    "table",
    [b"", END, array() + END, device(0xFFFF, "A"), device(0, "A"), device(0x7FFF, "A"),
     device(0x7FFF, "A", extended=0x7FFFFFFF), device(1024, "A")[:40], device(1024, "A") + device(0x7FFF, "B"),
     array(use=4) + device(1024, "A")],
)  # fmt: skip
def test_tables_that_tell_nothing(table: bytes) -> None:
    assert smbios.memory_modules(table) is None


def test_video_memory_is_no_module_and_an_old_structure_is_read() -> None:
    table = array(1, use=4) + array(2) + device(64, "VRAM", group=1) + device(2048, "DIMM1", length=0x17, group=2)
    assert smbios.memory_modules(table + END) == ((MemoryModule(2 * GIB, "DDR5", 5600, "DIMM1", ""),), 1)


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (["Controller0-ChannelA-DIMM0", "Controller1-ChannelA-DIMM0"], 2),
        (["ChannelA-DIMM0", "ChannelB-DIMM0"], 2),
        (["ChannelA-DIMM0", "ChannelA-DIMM1"], 1),
        (["DIMM 0/P0 CHANNEL A", "DIMM 0/P0 CHANNEL B"], 2),
        (["DIMM 0/P0 CHANNEL A", "DIMM 1/P0 CHANNEL A"], 1),
        (["DIMM_A2", "DIMM_B2"], 2),
        (["DIMMA1", "DIMMA2"], 1),
        (["P1-DIMMA1", "P2-DIMMA1"], 2),
        (["CPU1_DIMM_A1", "CPU1_DIMM_B1", "CPU2_DIMM_A1", "CPU2_DIMM_B1"], 4),
        (["A1_DIMM0", "B1_DIMM0"], 2),
        (["Top-Slot 1(top)", "Bottom-Slot 2"], None),
        (["DIMM 1/BANK 0", "DIMM 2/BANK 2"], None),
        (["ChannelA-DIMM0", "?"], None),
        ([], None),
    ],
)
def test_channels_by_the_names_of_sockets(names: list[str], count: int | None) -> None:
    assert channels([MemoryModule(GIB, "", 0, *name.partition("/")[::2]) for name in names]) == count


UDEV = """I:1234
E:MEMORY_ARRAY_NUM_DEVICES=2
E:MEMORY_DEVICE_0_SIZE=8589934592
E:MEMORY_DEVICE_0_LOCATOR=ChannelA-DIMM0
E:MEMORY_DEVICE_0_BANK_LOCATOR=BANK 0
E:MEMORY_DEVICE_0_TYPE=DDR4
E:MEMORY_DEVICE_0_SPEED_MTS=3200
E:MEMORY_DEVICE_0_CONFIGURED_SPEED_MTS=2667
E:MEMORY_DEVICE_1_PRESENT=0
E:MEMORY_DEVICE_1_LOCATOR=ChannelB-DIMM0
"""


@linux
def test_without_root_udev_tells(tmp_path: Path) -> None:
    (tmp_path / "udev/data").mkdir(parents=True)
    (tmp_path / "udev/data/+dmi:id").write_text(UDEV)
    told = memory_modules.probe(tmp_path, tmp_path)
    assert told["memory.modules"].value == ["8 GiB DDR4 2667 MT/s"]
    assert (told["memory.sockets"].value, told["memory.channels"].value) == (2, 1)


@linux
def test_as_root_the_table_itself_tells(tmp_path: Path) -> None:
    (tmp_path / "firmware/dmi/tables").mkdir(parents=True)
    table = array() + device(0x7FFF, "DIMM_A2", extended=49152) + device(0x7FFF, "DIMM_B2", extended=49152)
    (tmp_path / "firmware/dmi/tables/DMI").write_bytes(table + END)
    told = memory_modules.probe(tmp_path, tmp_path)
    assert told["memory.modules"].value == ["48 GiB DDR5 4800 MT/s"] * 2
    assert told["memory.channels"].value == 2


@linux
def test_without_either_it_is_not_reported(tmp_path: Path) -> None:
    told = memory_modules.probe(tmp_path, tmp_path)["memory.modules"]
    assert (told.value, told.reason) == (
        None,
        "only root may read the firmware's table, and udev keeps no copy of it",
    )


class Firmware:
    """kernel32 of a Windows whose firmware has this table."""

    def __init__(self, table: bytes) -> None:
        self.answer = struct.pack("<4BI", 0, 3, 7, 0, len(table)) + table

    def GetSystemFirmwareTable(self, provider: int, number: int, room: object, size: int) -> int:
        assert (provider, number) == (int.from_bytes(b"RSMB", "big"), 0)
        if room is not None:
            assert size == len(self.answer)
            room[:size] = self.answer  # type: ignore[index]
        return len(self.answer)


def test_windows_gives_the_table_to_every_user(monkeypatch: pytest.MonkeyPatch) -> None:
    table = array() + device(0x4000, "ChannelA-DIMM0") + device(0x4000, "ChannelB-DIMM0") + END
    monkeypatch.setattr(system_calls, "windows_library", lambda name: Firmware(table))
    monkeypatch.setattr(sys, "platform", "win32")
    told = memory_modules.probe()
    assert told["memory.modules"].value == ["16 GiB DDR5 4800 MT/s"] * 2
    assert (told["memory.channels"].value, told["memory.channels"].source) == (2, "GetSystemFirmwareTable RSMB")
