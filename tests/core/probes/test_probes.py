"""The probes: this machine's own /proc and /sys, and trees as other machines have them."""

import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rigdyno.core.probes import PROBES, cgroup_limits, cpu, cpu_windows_macos, host, memory, power
from rigdyno.core.probes.windows import system_calls
from rigdyno.core.records.machine import Reading

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc and /sys")

KEYS = {
    *("host.os", "host.kind", "host.model", "host.virtual", "host.speed_variables"),
    *(
        "cpu.vendor",
        "cpu.model",
        "cpu.physical_cores",
        "cpu.logical_cores",
        "cpu.usable_cores",
        "cpu.performance_cores",
    ),
    *("cpu.base_clock", "cpu.max_clock", "cpu.simd", "cpu.caches", "cpu.governor"),
    *("memory.total", "memory.limit", "memory.available", "memory.swap_total", "memory.swap_used", "disk.free"),
    *("power.source", "power.battery", "power.battery_health", "power.mode"),
    "power.dynamic_boost",
    *("host.translated", "npu.names", "memory.modules", "memory.sockets", "memory.channels"),
}
NEW_PARTS = {key for key in KEYS if key.split(".")[0] == "npu"} | {
    *("host.translated", "memory.modules", "memory.sockets", "memory.channels"),
}
"""What probes of core/probes/parts tell; they have tests of their own."""


def tree(root: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{content}\n")
    return root


def values(readings: dict[str, Reading]) -> dict[str, object]:
    return {key: told.value for key, told in readings.items()}


# --- all of them -----------------------------------------------------------------------------------------------------


def test_this_machine() -> None:
    readings = {key: told for probe in PROBES for key, told in probe().items()}
    assert set(readings) == KEYS
    for key, told in readings.items():
        assert told.source, key
        assert (told.value is None) == bool(told.reason), key
    assert readings["cpu.logical_cores"].value == os.cpu_count()
    assert readings["cpu.usable_cores"].value in range(1, (os.cpu_count() or 1) + 1)


@linux
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x00", b"-", b"9" * 5000, b"a: b: c - d\n" * 50])
def test_no_probe_trips_over_what_it_reads(tmp_path: Path, content: bytes) -> None:
    names = """
        self/cgroup self/mountinfo cpuinfo sys/kernel/osrelease class/dmi/id/chassis_type class/dmi/id/product_name
        devices/system/cpu/online devices/system/cpu/cpu0/topology/core_cpus_list devices/cpu_core/cpus
        devices/cpu_atom/cpus devices/system/cpu/cpu0/cpu_capacity devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq
        devices/system/cpu/cpu0/cache/index0/size devices/system/cpu/cpu0/cache/index0/level
        class/power_supply/BAT0/type class/power_supply/BAT0/energy_full firmware/acpi/platform_profile
        firmware/acpi/pm_profile
    """
    for name in names.split():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    found = host.probe(tmp_path, tmp_path) | cpu.probe(tmp_path, tmp_path)
    found |= memory.probe(tmp_path, tmp_path) | power.probe(tmp_path)
    assert set(found) == KEYS - NEW_PARTS


# --- the processor ---------------------------------------------------------------------------------------------------


def hybrid_laptop(root: Path) -> Path:
    """A Core i7-1260P: four performance cores with two threads each, eight efficient ones."""
    system = "devices/system/cpu"
    files: dict[str, object] = {
        "cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: 12th Gen Intel(R) Core(TM)  i7-1260P\n"
        "flags\t\t: fpu sse4_2 avx avx2 fma avx_vnni\n\nprocessor\t: 1\nmodel name\t: not this one",
        f"{system}/online": "0-15",
        "devices/cpu_core/cpus": "0-7",
        "devices/cpu_atom/cpus": "8-15",
        f"{system}/cpu0/cpufreq/base_frequency": 2100000,
        f"{system}/cpu0/cpufreq/scaling_governor": "powersave",
        f"{system}/cpu0/cpufreq/scaling_driver": "intel_pstate",
    }
    for number in range(16):
        shared = f"{number // 2 * 2}-{number // 2 * 2 + 1}" if number < 8 else number
        files[f"{system}/cpu{number}/topology/core_cpus_list"] = shared
        files[f"{system}/cpu{number}/cpufreq/cpuinfo_max_freq"] = 4700000 if number < 8 else 3400000
    caches = [(1, "Data", "48K"), (1, "Instruction", "32K"), (2, "Unified", "1280K"), (3, "Unified", "18432K")]
    for number, (level, kind, size) in enumerate(caches):
        files |= {f"{system}/cpu0/cache/index{number}/level": level, f"{system}/cpu0/cache/index{number}/type": kind}
        files[f"{system}/cpu0/cache/index{number}/size"] = size
    return tree(root, files)


@linux
def test_a_hybrid_laptop(tmp_path: Path) -> None:
    told = values(cpu.probe(hybrid_laptop(tmp_path), tmp_path))
    del told["cpu.usable_cores"]  # the affinity is this process's own
    assert told == {
        "cpu.vendor": "Intel",
        "cpu.model": "12th Gen Intel(R) Core(TM) i7-1260P",
        "cpu.physical_cores": 12,
        "cpu.logical_cores": 16,
        "cpu.performance_cores": 4,
        "cpu.base_clock": 2100,
        "cpu.max_clock": 4700,
        "cpu.simd": ["SSE4.2", "AVX", "AVX2", "FMA", "AVX-VNNI"],
        "cpu.caches": ["L1d 48 KiB", "L1i 32 KiB", "L2 1.25 MiB", "L3 18 MiB"],
        "cpu.governor": "powersave (intel_pstate)",
    }


@linux
def test_an_arm_board_with_big_and_little_cores(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "cpuinfo": "processor\t: 0\nFeatures\t: fp asimd asimddp\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b",
        "devices/system/cpu/online": "0-3",
    }
    for number, capacity in enumerate((1024, 1024, 500, 500)):
        files[f"devices/system/cpu/cpu{number}/cpu_capacity"] = capacity
        files[f"devices/system/cpu/cpu{number}/topology/thread_siblings_list"] = number
    told = values(cpu.probe(tree(tmp_path, files), tmp_path))
    assert (told["cpu.vendor"], told["cpu.model"]) == ("ARM", "Cortex-A76")
    assert (told["cpu.physical_cores"], told["cpu.performance_cores"]) == (4, 2)
    assert told["cpu.simd"] == ["NEON"]


@linux
def test_the_base_clock_in_a_name(tmp_path: Path) -> None:
    tree(tmp_path, {"cpuinfo": "model name\t: Intel(R) Xeon(R) CPU @ 2.20GHz"})
    assert values(cpu.probe(tmp_path, tmp_path))["cpu.base_clock"] == 2200


@pytest.mark.parametrize(
    ("logical", "affinity", "quota", "cores"),
    [
        (16, 16, None, 16),
        (16, 4, None, 4),
        (16, 16, 2.5, 3),
        (16, 2, 2.5, 2),
        (8, None, 0.5, 1),
        (None, None, None, None),
    ],
)
def test_usable_cores(logical: int | None, affinity: int | None, quota: float | None, cores: int | None) -> None:
    told = cpu.usable_cores(logical, affinity, quota)
    assert told.value == cores
    assert ("quota of" in told.source) == (quota is not None)


@linux
def test_a_quota_reaches_the_usable_cores(tmp_path: Path) -> None:
    unified(tmp_path, "/", {"cpu.max": "50000 100000"})
    assert values(cpu.probe(tmp_path / "sys", tmp_path))["cpu.usable_cores"] == 1


# --- limits ----------------------------------------------------------------------------------------------------------


def unified(root: Path, own: str, files: dict[str, object], shown: str = "/") -> None:
    """cgroup v2 mounted at /sys/fs/cgroup, where the group `shown` is the mount's root."""
    mount = f"30 23 0:26 {shown} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
    tree(root, {"self/cgroup": f"0::{own}", "self/mountinfo": mount})
    tree(root / "sys/fs/cgroup", files)


def classic(root: Path, own: str, files: dict[str, object], shown: str = "/") -> None:
    """cgroup v1: processor time and memory have a mount each; docker shows a container its own group as root."""
    tree(
        root,
        {
            "self/cgroup": f"4:memory:{own}\n3:cpu,cpuacct:{own}\n0::/",
            "self/mountinfo": f"33 31 0:30 {shown} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
            f"35 31 0:32 {shown} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
        },
    )
    tree(root / "sys/fs/cgroup", files)


def test_the_tightest_group_up_the_tree_counts(tmp_path: Path) -> None:
    limits = {"a/cpu.max": "250000 100000", "a/b/cpu.max": "400000 100000", "a/b/c/cpu.max": "max 100000"}
    unified(tmp_path, "/a/b/c", limits)
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) == 2.5


def test_a_group_beside_the_mounted_one_is_not_inside_of_it(tmp_path: Path) -> None:
    unified(tmp_path, "/docker/abcd", {"d/cpu.max": "50000 100000", "cpu.max": "300000 100000"}, "/docker/abc")
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) == 3


@linux
def test_a_mount_point_with_a_space(tmp_path: Path) -> None:
    mount = r"30 23 0:26 / /sys/fs/c\040g rw - cgroup2 cgroup2 rw"
    tree(tmp_path, {"self/cgroup": "0::/", "self/mountinfo": mount, "sys/fs/c g/cpu.max": "50000 100000"})
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) == 0.5


@linux
def test_no_quota(tmp_path: Path) -> None:
    unified(tmp_path, "/a", {"a/cpu.max": "max 100000"})
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) is None
    assert cgroup_limits.cpu_quota(tmp_path / "absent", tmp_path / "absent") is None


@pytest.mark.parametrize(("own", "shown"), [("/docker/4f", "/docker/4f"), ("/", "/"), ("/../..", "/")])
def test_a_container_sees_its_own_group_as_the_root(tmp_path: Path, own: str, shown: str) -> None:
    classic(
        tmp_path,
        own,
        {"cpu,cpuacct/cpu.cfs_quota_us": 150000, "cpu,cpuacct/cpu.cfs_period_us": 100000},
        shown,
    )
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) == 1.5


def test_a_group_inside_a_container(tmp_path: Path) -> None:
    unified(tmp_path, "/docker/4f/job", {"job/cpu.max": "100000 100000", "cpu.max": "300000 100000"}, "/docker/4f")
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) == 1


def test_an_unlimited_classic_group(tmp_path: Path) -> None:
    files: dict[str, object] = {"cpu,cpuacct/cpu.cfs_quota_us": -1, "cpu,cpuacct/cpu.cfs_period_us": 100000}
    classic(tmp_path, "/", {**files, "memory/memory.limit_in_bytes": 9223372036854771712})
    assert cgroup_limits.cpu_quota(tmp_path / "sys", tmp_path) is None
    assert cgroup_limits.memory(tmp_path / "sys", tmp_path) is None


def test_memory_below_a_limit(tmp_path: Path) -> None:
    stat = "anon 100\ninactive_file 200\nactive_file 7"
    unified(tmp_path, "/a", {"a/memory.max": 1000, "a/memory.current": 700, "a/memory.stat": stat, "memory.max": "max"})
    assert cgroup_limits.memory(tmp_path / "sys", tmp_path) == (1000, 500, False)


def test_a_soft_limit_of_memory_is_one(tmp_path: Path) -> None:
    files = {"a/memory.max": "max", "a/memory.high": 4 * 2**30, "a/memory.current": 2**30, "memory.max": 8 * 2**30}
    unified(tmp_path, "/a", files)
    assert cgroup_limits.memory(tmp_path / "sys", tmp_path) == (4 * 2**30, 3 * 2**30, True)
    (tmp_path / "sys/fs/cgroup/a/memory.max").write_text(str(4 * 2**30))
    assert cgroup_limits.memory(tmp_path / "sys", tmp_path) == (4 * 2**30, 3 * 2**30, False)


def test_memory_below_a_classic_limit(tmp_path: Path) -> None:
    files: dict[str, object] = {"memory/memory.limit_in_bytes": 1000, "memory/memory.usage_in_bytes": 900}
    classic(tmp_path, "/", {**files, "memory/memory.stat": "inactive_file 1\ntotal_inactive_file 50"})
    assert cgroup_limits.memory(tmp_path / "sys", tmp_path) == (1000, 150, False)


def test_available_memory_minds_the_limit(tmp_path: Path) -> None:
    unified(tmp_path, "/", {"memory.max": 1 << 20, "memory.current": 1 << 19})
    told = values(memory.probe(tmp_path / "sys", tmp_path))
    assert (told["memory.limit"], told["memory.available"]) == (1 << 20, 1 << 19)
    assert isinstance(told["memory.total"], int)
    assert told["memory.total"] > 1 << 20


def test_a_limit_above_all_memory_is_none(tmp_path: Path) -> None:
    unified(tmp_path, "/", {"memory.max": 1 << 59, "memory.current": 1 << 19})
    told = values(memory.probe(tmp_path / "sys", tmp_path))
    assert told["memory.limit"] is None
    assert told["memory.available"] != (1 << 59) - (1 << 19)


def test_free_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    usage = memory.psutil.disk_usage

    def watched(place: str) -> object:
        asked.append(place)
        return usage(place)

    monkeypatch.setattr(memory.psutil, "disk_usage", watched)
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "not/yet"))
    told = memory.probe()["disk.free"]
    assert isinstance(told.value, int)
    assert asked == [str(tmp_path / "not/yet"), str(tmp_path / "not"), str(tmp_path)]


def test_a_counter_that_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def off() -> object:
        raise RuntimeError("counters are disabled")

    monkeypatch.setattr(memory.psutil, "swap_memory", off)
    told = memory.probe()
    assert told["memory.swap_used"] == Reading(None, "psutil.swap_memory", "RuntimeError: counters are disabled")
    assert told["memory.total"].value


# --- power -----------------------------------------------------------------------------------------------------------

BATTERY: dict[str, object] = {
    "BAT0/type": "Battery",
    "BAT0/status": "Discharging",
    "BAT0/capacity": 61,
    "BAT0/energy_full": 41_000_000,
    "BAT0/energy_full_design": 50_000_000,
}
MOUSE: dict[str, object] = {
    "mouse/type": "Battery",
    "mouse/scope": "Device",
    "mouse/capacity": 5,
    "mouse/status": "Full",
}


@linux
@pytest.mark.parametrize(
    ("files", "source", "charge", "health"),
    [
        ({"AC/type": "Mains", "AC/online": 0, **BATTERY, **MOUSE}, "battery", 61, 82),
        ({"AC/type": "Mains", "AC/online": 1, **BATTERY, "BAT0/status": "Charging"}, "mains", 61, 82),
        ({"AC/type": "Mains", "AC/online": 0, **BATTERY, "BAT0/status": "Unknown"}, "battery", 61, 82),
        ({**BATTERY, "BAT0/status": "Not charging"}, "mains", 61, 82),
        ({"C1/type": "USB", "C1/online": 1, **BATTERY, "BAT0/status": "Charging"}, "mains", 61, 82),
        ({**BATTERY, "BAT0/present": 0}, None, None, None),
        ({"AC/type": "Mains", "AC/online": 1}, "mains", None, None),
        (MOUSE, None, None, None),
        ({}, None, None, None),
    ],
)
def test_power(tmp_path: Path, files: dict[str, object], source: str, charge: int, health: int) -> None:
    tree(tmp_path / "class/power_supply", files)
    told = values(power.probe(tmp_path))
    assert (told["power.source"], told["power.battery"], told["power.battery_health"]) == (source, charge, health)


@linux
def test_two_batteries_count_as_one(tmp_path: Path) -> None:
    files: dict[str, object] = {}
    for name, now, full, design in (("BAT0", 10, 20, 25), ("BAT1", 50, 60, 75)):
        files |= {f"{name}/type": "Battery", f"{name}/charge_now": now, f"{name}/charge_full": full}
        files[f"{name}/charge_full_design"] = design
    tree(tmp_path / "class/power_supply", files)
    told = values(power.probe(tmp_path))
    assert (told["power.battery"], told["power.battery_health"]) == (75, 80)


@linux
def test_the_service_for_dynamic_boost(tmp_path: Path) -> None:
    tree(tmp_path, {"1/comm": "systemd", "77/comm": "nvidia-modeset"})
    assert power.probe(tmp_path, tmp_path)["power.dynamic_boost"].reason == "the NVIDIA driver is not loaded"
    tree(tmp_path, {"driver/nvidia/version": "NVRM version: 580"})
    assert power.probe(tmp_path, tmp_path)["power.dynamic_boost"].value is False
    tree(tmp_path, {"812/comm": "nvidia-powerd"})
    assert power.probe(tmp_path, tmp_path)["power.dynamic_boost"].value is True


@linux
def test_power_mode(tmp_path: Path) -> None:
    tree(tmp_path, {"firmware/acpi/platform_profile": "low-power"})
    assert values(power.probe(tmp_path))["power.mode"] == "low-power"


# --- the host --------------------------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize(
    ("files", "kind", "model", "virtual"),
    [
        ({"chassis_type": 10, "sys_vendor": "LENOVO", "product_name": "21CB"}, "laptop", "LENOVO 21CB", "none"),
        ({"chassis_type": 23, "sys_vendor": "Dell Inc.", "product_name": "R750"}, "server", "Dell Inc. R750", "none"),
        ({"chassis_type": 1, "sys_vendor": "QEMU", "product_name": "KVM guest"}, None, "QEMU KVM guest", "KVM"),
        ({"sys_vendor": "Amazon EC2", "product_name": "m5.large"}, None, "Amazon EC2 m5.large", "KVM"),
        (
            {"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"},
            None,
            "Microsoft Corporation Virtual Machine",
            "Hyper-V",
        ),
        (
            {"chassis_type": 9, "sys_vendor": "Microsoft Corporation", "product_name": "Surface Laptop"},
            "laptop",
            "Microsoft Corporation Surface Laptop",
            "none",
        ),
        ({}, None, None, "none"),
    ],
)
def test_host(tmp_path: Path, files: dict[str, object], kind: str, model: str, virtual: str) -> None:
    tree(tmp_path / "class/dmi/id", files)
    told = values(host.probe(tmp_path, tmp_path))
    assert (told["host.kind"], told["host.model"], told["host.virtual"]) == (kind, model, virtual)


@linux
@pytest.mark.parametrize(
    ("files", "virtual"),
    [
        ({"sys/kernel/osrelease": "5.15.167.4-microsoft-standard-WSL2"}, "WSL"),
        ({"cpuinfo": "flags\t: fpu hypervisor lahf_lm"}, "unnamed hypervisor"),
        (
            {
                "cpuinfo": "flags\t: fpu hypervisor lahf_lm",
                "devices/system/clocksource/clocksource0/available_clocksource": "tsc kvm-clock",
            },
            "KVM",
        ),
        ({"hypervisor/type": "xen"}, "Xen"),
    ],
)
def test_virtual_machines_without_dmi(tmp_path: Path, files: dict[str, object], virtual: str) -> None:
    tree(tmp_path, files)
    assert values(host.probe(tmp_path, tmp_path))["host.virtual"] == virtual


@linux
def test_the_acpi_profile_stands_in_for_the_chassis(tmp_path: Path) -> None:
    tree(tmp_path, {"firmware/acpi/pm_profile": 2, "class/dmi/id/chassis_type": 2})
    assert values(host.probe(tmp_path, tmp_path))["host.kind"] == "laptop"


# --- Windows and macOS, with their libraries played ------------------------------------------------------------------

REGISTRY = {
    "BaseBoardProduct": "GA402XV",
    "ProductName": "Windows 10 Home",
    "DisplayVersion": "23H2",
    "CurrentBuildNumber": "22631",
    "SystemManufacturer": "ASUSTeK COMPUTER INC.",
    "SystemProductName": "ROG Zephyrus G14",
    "VendorIdentifier": "AuthenticAMD",
    "ProcessorNameString": "AMD Ryzen 9 7940HS w/ Radeon 780M Graphics     ",
    "~MHz": 3993,
}


class Library:
    """The functions of powrprof and kernel32 that the probes call."""

    def PowerDeterminePlatformRoleEx(self, version: int) -> int:
        return {2: 2}[version]

    def GetSystemPowerStatus(self, status: Any) -> int:
        status._obj[:3] = [0, 1, 87]
        return 1

    def IsProcessorFeaturePresent(self, feature: int) -> int:
        return int(feature in (38, 39, 40, 41))

    def GetLogicalProcessorInformationEx(self, kind: int, buffer: Any, size: Any) -> int:
        records = core_record(0) + core_record(1) + cache_record(3, 0, 16 << 20)
        assert kind == 0xFFFF
        if buffer is None:
            size._obj.value = len(records)
            return 0
        buffer[: len(records)] = records
        return 1


def core_record(efficiency: int) -> bytes:
    return struct.pack("<IIBB", 0, 48, 0, efficiency).ljust(48, b"\0")


def cache_record(level: int, kind: int, size: int) -> bytes:
    return struct.pack("<IIBBHII", 2, 56, level, 8, 64, size, kind).ljust(56, b"\0")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (host, cpu_windows_macos, system_calls):
        monkeypatch.setattr(module, "windows_library", lambda _: Library())
    for module in (host, cpu_windows_macos):
        monkeypatch.setattr(module, "registry", lambda _, name: REGISTRY[name])
    monkeypatch.setattr(sys, "platform", "win32")


@pytest.mark.usefixtures("windows")
def test_windows() -> None:
    told = values(host.probe() | cpu.probe() | power.probe())
    assert told["host.os"] == "Windows 11 Home 23H2 (build 22631)"
    assert (told["host.kind"], told["host.model"]) == ("laptop", "ASUSTeK COMPUTER INC. ROG Zephyrus G14")
    assert told["host.virtual"] == "none"
    assert (told["cpu.vendor"], told["cpu.model"]) == ("AMD", "AMD Ryzen 9 7940HS w/ Radeon 780M Graphics")
    assert (told["cpu.performance_cores"], told["cpu.base_clock"], told["cpu.max_clock"]) == (1, 3993, None)
    assert (told["cpu.simd"], told["cpu.caches"]) == (["SSE4.2", "AVX", "AVX2", "AVX-512"], ["L3 16 MiB"])
    assert (told["power.source"], told["power.battery"]) == ("battery", 87)


def test_windows_topology() -> None:
    group = struct.pack("<II", 4, 40).ljust(40, b"\0")  # a relationship that tells nothing we need
    records = core_record(1) + group + core_record(0) + cache_record(1, 2, 48 << 10) + cache_record(2, 0, 1280 << 10)
    cores, caches = cpu_windows_macos.windows_topology(records + cache_record(1, 2, 48 << 10) + b"\0" * 30)
    assert (cores, caches) == ([1, 0], ["L1d 48 KiB", "L2 1.25 MiB"])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there these libraries exist")
@pytest.mark.parametrize("platform", ["win32", "darwin"])
@pytest.mark.parametrize("probe", [host.probe, cpu.probe, power.probe])
def test_nothing_raises_where_every_library_is_missing(
    monkeypatch: pytest.MonkeyPatch, platform: str, probe: Callable[[], dict[str, Reading]]
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    told = probe()
    room = next(iter(told)).split(".")[0]
    assert set(told) == {key for key in KEYS - NEW_PARTS if key.split(".")[0] == room}


SYSCTL: dict[str, str | int] = {
    "hw.model": "Mac14,2",
    "kern.hv_vmm_present": 0,
    "machdep.cpu.brand_string": "Apple M2",
    "hw.nperflevels": 2,
    "hw.perflevel0.physicalcpu": 4,
    "hw.perflevel0.l1dcachesize": 131072,
    "hw.perflevel0.l2cachesize": 16777216,
    "hw.optional.AdvSIMD": 1,
    "hw.optional.neon": 1,
    "hw.optional.arm.FEAT_BF16": 1,
    "hw.optional.arm.FEAT_SME": 0,
}


def test_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (host, cpu_windows_macos):
        monkeypatch.setattr(module, "sysctl_text", SYSCTL.get)
        monkeypatch.setattr(module, "sysctl_number", SYSCTL.get)
    monkeypatch.setattr(sys, "platform", "darwin")
    told = values(host.probe() | cpu.probe())
    assert (told["host.model"], told["host.virtual"]) == ("Apple Mac14,2", "none")
    assert (told["cpu.vendor"], told["cpu.model"], told["cpu.performance_cores"]) == ("Apple", "Apple M2", 4)
    assert (told["cpu.simd"], told["cpu.caches"]) == (["NEON", "NEON BF16"], ["L1d 128 KiB", "L2 16 MiB"])
    assert told["cpu.base_clock"] is None
