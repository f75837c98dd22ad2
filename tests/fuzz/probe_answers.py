"""Damaged answers of systems and firmware for the readers of probes: `python -m tests.fuzz.probe_answers [--cases N]`.

No reader may raise, and what it makes of an answer has to be possible. Exit codes: 0 nothing found, 1 something was.
"""

from __future__ import annotations

import argparse
import plistlib
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from random import Random

from rigdyno.core.probes import graphics_adapters
from rigdyno.core.probes.cpu_windows_macos import windows_topology
from rigdyno.core.probes.parts import mac_power, memory_channels, smbios, translated_python
from rigdyno.core.probes.windows import dxgi, gpu_counters, power_readings

CASES = 50_000
WORDS = (b"\0", b"\0\0", b"\xff" * 4, b"ChannelA", b"P0", b"DIMM_", b"=", b"\n", b"9" * 30, b"-1", b"nan", b"<", b"&x;")
LUID = "luid_0x00000000_0x0000D1C3_phys_0"


def _table() -> bytes:
    array = struct.pack("<BBHBBBIHHQ", 16, 23, 0x1000, 3, 3, 3, 1 << 26, 0xFFFE, 2, 0) + b"\0\0"
    told = b""
    for name in (b"ChannelA-DIMM0", b"ChannelB-DIMM0"):
        head = struct.pack("<BBHHHHHHBBBBBHH", 17, 0x5C, 0x1100, 0x1000, 0, 64, 64, 0x7FFF, 13, 0, 1, 2, 0x22, 0, 5600)
        told += head.ljust(0x1C, b"\0") + struct.pack("<IH", 16384, 4800).ljust(0x40, b"\0") + name + b"\0BANK 0\0\0"
    whole = array + told + b"\x7f\x04\0\0\0\0"
    return struct.pack("<4BI", 0, 3, 7, 0, len(whole)) + whole


UDEV = b"".join(
    b"E:MEMORY_DEVICE_%d_%s\n" % (n, line)
    for n in (0, 1)
    for line in (b"SIZE=8589934592", b"LOCATOR=DIMM_A1", b"BANK_LOCATOR=BANK 0", b"TYPE=DDR4", b"SPEED_MTS=3200")
)
BATTERY = struct.pack("<IB3x4s6I", 0x80000000, 1, b"LION", 50_000, 41_000, 0, 0, 0, 212)
ADAPTER = struct.pack("<256s4I3QIiI4x", "Arc".encode("utf-16-le"), 0x8086, 0x56A0, 0, 1, 1 << 33, 0, 1 << 33, 9, 0, 0)
PLIST = plistlib.dumps([{"DesignCapacity": 5000, "AppleRawMaxCapacity": 4100, "MaxCapacity": 100}])
TOPOLOGY = struct.pack("<IIBB", 0, 48, 0, 1).ljust(48, b"\0") + struct.pack("<IIBBHII", 2, 56, 3, 8, 64, 9, 0).ljust(56)


def _table_is_read(raw: bytes) -> bool:
    return _modules_are_possible(smbios.memory_modules(smbios.of_windows(raw)))


def _udev_is_read(raw: bytes) -> bool:
    return _modules_are_possible(smbios.modules_of_udev(raw.decode("utf-8", "replace")))


def _modules_are_possible(found: tuple[tuple[smbios.MemoryModule, ...], int] | None) -> bool:
    if found is None:
        return True
    modules, places = found
    spread = memory_channels.channels(modules)
    sizes = all(0 < m.size <= smbios.LARGEST_BYTES and 0 <= m.speed < 2**16 for m in modules)
    return sizes and 0 < len(modules) <= places and (spread is None or 0 < spread <= len(modules))


def _health_is_read(raw: bytes) -> bool:
    value, why = power_readings.battery_health([raw[:36], raw[36:]])
    return (value is None) == bool(why) and (value is None or 0 <= value <= 100)


def _status_is_read(raw: bytes) -> bool:
    told = power_readings._of_status(raw[:12], "")
    charge = told["power.battery"].value
    mode = power_readings.power_mode(raw, raw[:36].decode("latin-1"), raw[36:].decode("latin-1"))
    return (charge is None or 0 <= int(str(charge)) <= 100) and (mode is None or isinstance(mode, str))


def _clock_is_read(raw: bytes) -> bool:
    clock = power_readings.highest_clock(raw, int.from_bytes(raw[:2], "little"))
    return clock is None or 0 < clock < 20_000


def _adapters_are_read(raw: bytes) -> bool:
    found = graphics_adapters.with_directx((), [(raw[:312], True), (raw[312:], False)])
    known = [b for a in found for b in (a.dedicated_memory, a.shared_memory)]
    return all(b is not None and 0 <= b <= dxgi.LARGEST_BYTES for b in known)


def _counters_are_read(raw: bytes) -> bool:
    value = struct.unpack("<d", raw[:8].ljust(8, b"\0"))[0]
    name = raw[8:].decode("latin-1")
    told = {path: [(name, value)] for path in (gpu_counters.ENGINES, gpu_counters.DEDICATED, gpu_counters.SHARED)}
    found = gpu_counters.gpu_values(told, "0x00000000_0x0000D1C3", {1})
    return all(v is None or 0 <= v <= 2.0**50 for v in found.values())


def _mac_battery_is_read(raw: bytes) -> bool:
    value, why = mac_power.battery_health(raw)
    return (value is None) == bool(why) and (value is None or 0 <= value <= 100)


def _mac_mode_is_read(raw: bytes) -> bool:
    return mac_power.power_mode(raw.decode("utf-8", "replace")) in (None, "automatic", "low power", "high power")


def _topology_is_read(raw: bytes) -> bool:
    return all(0 <= efficiency < 256 for efficiency in windows_topology(raw)[0])


def _machine_is_read(raw: bytes) -> bool:
    told = translated_python.on_windows(int.from_bytes(raw[:2], "little"), raw[2:].decode("latin-1"))
    return told in (None, "none", translated_python.X64_ON_ARM)


READERS: tuple[tuple[bytes, Callable[[bytes], bool]], ...] = (
    (_table(), _table_is_read),
    (UDEV, _udev_is_read),
    (BATTERY * 2, _health_is_read),
    (bytes((0, 1, 43, 1)) + bytes(68), _status_is_read),
    (struct.pack("<6I", 0, 4700, 2100, 4700, 2, 1) * 4, _clock_is_read),
    (ADAPTER * 2, _adapters_are_read),
    (struct.pack("<d", 40.0) + f"pid_1_{LUID}_eng_0_engtype_3D".encode(), _counters_are_read),
    (struct.pack("<d", 4e9) + LUID.encode(), _counters_are_read),
    (PLIST, _mac_battery_is_read),
    (b"Currently in use:\n lowpowermode         1\n powermode            2\n", _mac_mode_is_read),
    (TOPOLOGY * 4, _topology_is_read),
    (struct.pack("<H", 0xAA64) + b"win-amd64", _machine_is_read),
)
"""An answer that is well, and whether what its reader makes of one is possible."""


def damaged(raw: bytes, random: Random) -> bytes:
    """Some bytes changed, put in, taken out, moved or cut off."""
    told = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at = random.randrange(len(told) + 1)
        match random.randrange(6):
            case 0 if told:
                told[min(at, len(told) - 1)] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
            case 1:
                told[at:at] = random.choice(WORDS)
            case 2:
                del told[at : at + random.randrange(1, 40)]
            case 3:
                del told[at:]
            case 4:
                told[at:at] = told[: random.randrange(1, 80)]
            case _:
                told[at : at + 4] = random.randbytes(4)
    return bytes(told)


def findings(cases: int, seed: int) -> Iterator[str]:
    """What was found in so many damaged answers: the reader, the answer and what went wrong."""
    random = Random(seed)
    for number in range(cases):
        raw, is_possible = READERS[number % len(READERS)]
        answer = damaged(raw, random)
        try:
            wrong = "" if is_possible(answer) else "an impossible value"
        except Exception:
            wrong = traceback.format_exc()
        if wrong:
            yield f"{is_possible.__name__}({answer!r}): {wrong}"


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.probe_answers", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    options = parser.parse_args()
    found = list(findings(options.cases, options.seed))
    print("\n".join(found[:20]))
    print(f"{options.cases:,} damaged answers for {len(READERS)} readers, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
