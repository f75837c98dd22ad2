"""Probes on what other computers' /sys and /proc hold, after public reports: no file is believed against another."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rigdyno.core.probes import cpu, firmware_names, host, memory, power, virtual_machine
from rigdyno.core.records.machine import DRAINING

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads trees as Linux has them")
X86, X86_GUEST = "flags : fpu avx2", "flags : fpu avx2 hypervisor"
ARM = "processor : 0\nFeatures : fp asimd\nCPU implementer : 0x41"


def tree(root: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{content}\n")
    return root


def supplies(root: Path, **found: tuple[object, ...]) -> Path:
    """Power supplies as name=(type, online or a battery's status, and more files of a battery)."""
    files: dict[str, object] = {}
    for name, (kind, state, *more) in found.items():
        files |= {f"{name}/type": kind, f"{name}/{'status' if kind == 'Battery' else 'online'}": state}
        files |= {f"{name}/{part.split('=')[0]}": part.split("=")[1] for part in map(str, more)}
    tree(root / "class/power_supply", files)
    return root


# --- power -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "source"),
    [
        ({"ADP1": ("Mains", 0), "sbs": ("Mains", 1), "BAT0": ("Battery", "Discharging")}, "battery"),
        ({"AC": ("Mains", 0), "ucsi": ("USB", 1), "BAT0": ("Battery", "Discharging")}, "battery"),
        ({"ucsi": ("USB", 1), "BAT0": ("Battery", "Discharging")}, "battery"),
        ({"AC": ("Mains", 1), "BAT0": ("Battery", "Discharging")}, DRAINING),
        ({"AC": ("Mains", 1), "ucsi": ("USB", 0), "BAT0": ("Battery", "Discharging", "power_now=9000000")}, DRAINING),
        ({"AC": ("Mains", 1), "B0": ("Battery", "Full"), "B1": ("Battery", "Discharging")}, DRAINING),
        ({"AC": ("Mains", 0), "B0": ("Battery", "Not charging"), "B1": ("Battery", "Discharging")}, "battery"),
        ({"AC": ("Mains", 1), "BAT0": ("Battery", "Discharging", "current_now=0")}, "mains"),
        ({"AC": ("Mains", 0), "BAT0": ("Battery", "Discharging", "current_now=0")}, "battery"),
        ({"usb": ("USB", 1), "wls": ("Wireless", 0), "ac": ("Mains", 0), "bat": ("Battery", "Charging")}, "mains"),
        ({"ucsi": ("USB", 0), "BAT0": ("Battery", "Not charging")}, "mains"),
        ({"ucsi": ("USB", 0)}, None),
        ({"AC": ("Mains", 1), "pen": ("Battery", "Discharging", "scope=Device")}, "mains"),
    ],
)
def test_a_battery_that_says_what_it_does_goes_before_a_plug(
    tmp_path: Path, found: dict[str, tuple[object, ...]], source: str | None
) -> None:
    assert power.probe(supplies(tmp_path, **found))["power.source"].value == source


@pytest.mark.parametrize(
    ("files", "charge", "health"),
    [
        (("capacity=0", "energy_full=30", "energy_full_design=0"), 0, None),
        (("capacity=50", "energy_full=60", "energy_full_design=50"), 50, 100),
        (("capacity=104", "charge_full=40", "charge_full_design=50"), 100, 80),
        (("energy_now=55", "energy_full=50", "energy_full_design=50"), 100, 100),
    ],
)
def test_a_battery_at_its_ends(tmp_path: Path, files: tuple[str, ...], charge: int, health: int | None) -> None:
    told = power.probe(supplies(tmp_path, BAT0=("Battery", "Discharging", *files)))
    assert (told["power.battery"].value, told["power.battery_health"].value) == (charge, health)


# --- identity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "board", "model"),
    [
        (("To Be Filled By O.E.M.", "To Be Filled By O.E.M."), ("ASRock", "B450M Pro4"), "ASRock B450M Pro4"),
        (("System manufacturer", "System Product Name"), ("ASUSTeK COMPUTER INC.", "PRIME X470-PRO"),
         "ASUSTeK COMPUTER INC. PRIME X470-PRO"),
        (("Default string", "Default string"), ("AZW", "SER"), "AZW SER"),
        (("Gigabyte Technology Co., Ltd.", "Default string"), ("Gigabyte Technology Co., Ltd.", "Z790 AORUS"),
         "Gigabyte Technology Co., Ltd. Z790 AORUS"),
        (("INVALID", "Not Applicable"), ("OEM", "Not Specified"), None),
        (("O.E.M.", "O.E.M."), ("Type2 - Board Vendor Name1", "X99"), "X99"),
        (("", ""), ("Supermicro", "X11SPi-TF"), "Supermicro X11SPi-TF"),
        (("Micro-Star International Co., Ltd.", "MS-7C56"), ("Default string", "B550"),
         "Micro-Star International Co., Ltd. MS-7C56"),
        (("HP", "HP ZBook Power G9"), ("HP", "8970"), "HP ZBook Power G9"),
        (("Supermicro", "Super Server"), ("Supermicro", "H12SSL-i"), "Supermicro H12SSL-i"),
        (("MSI", "MSI"), ("MSI", "Z97 GAMING 5"), "MSI Z97 GAMING 5"),
        (("GIGABYTE", "GIGABYTE"), ("", ""), "GIGABYTE"),
        (("Micro-Star International Co., Ltd.", "MS-7D78"),
         ("Micro-Star International Co., Ltd.", "PRO B650-P WIFI (MS-7D78)"),
         "Micro-Star International Co., Ltd. PRO B650-P WIFI (MS-7D78)"),
        (("OEM", "OEM"), ("JGINYUE", "X99-TI"), "JGINYUE X99-TI"),
        (("Default_string", "Default_string"), ("MINISFORUM", "F7BFC"), "MINISFORUM F7BFC"),
        (("System manufacturer", "System Product Name"), ("", "P8Z77-V LX"), "P8Z77-V LX"),
        (("ASUS", "System Product Name"), ("ASUSTeK COMPUTER INC.", "ROG STRIX B650E-F GAMING WIFI"),
         "ASUSTeK COMPUTER INC. ROG STRIX B650E-F GAMING WIFI"),
        (("Framework", "Laptop 16"), ("Framework", "FRANM"), "Framework Laptop 16"),
        (("Acer", "Nitro AN515-58"), ("ADL", "Jimny_ADH"), "Acer Nitro AN515-58"),
        (("Dell Inc.", "0000000000"), ("Dell Inc.", "0T7D40"), "Dell Inc. 0T7D40"),
    ],
)  # fmt: skip
def test_fillers_of_the_firmware_are_no_names(
    tmp_path: Path, system: tuple[str, str], board: tuple[str, str], model: str | None
) -> None:
    names = dict(zip(("sys_vendor", "product_name", "board_vendor", "board_name"), system + board, strict=True))
    tree(tmp_path / "class/dmi/id", dict(names))
    assert host.probe(tmp_path, tmp_path)["host.model"].value == model


@pytest.mark.parametrize(
    ("version", "family", "model"),
    [
        ("ThinkPad P17 Gen 1", "ThinkPad P17 Gen 1", "LENOVO ThinkPad P17 Gen 1"),
        ("Legion 5 15ACH6H", "Legion 5 15ACH6H", "LENOVO Legion 5 15ACH6H"),
        ("Not Defined", "IdeaCentre 5", "LENOVO IdeaCentre 5"),
        ("INVALID", "INVALID", "LENOVO 82JU"),
    ],
)
def test_lenovo_keeps_the_name_in_the_version(tmp_path: Path, version: str, family: str, model: str) -> None:
    told = {"sys_vendor": "LENOVO", "product_name": "82JU", "product_version": version, "product_family": family}
    tree(tmp_path / "class/dmi/id", dict(told))
    assert host.probe(tmp_path, tmp_path)["host.model"].value == model


@pytest.mark.parametrize(
    "name",
    ["To be filled by O.E.M.", "Default String", "System Version", "OEM_String", "None", "N/A", "...", "0000",
     "xxxx",     "1.0", "Not Available", "Type1ProductConfigId", "OEM", "Empty", "Product Name", "Rev 1.xx", "Unknown",
     "Unknown Product", "No Enclosure", "Reserved for OEM", "Mainboard", "SKU", "Serial Number",
     "Asset-1234567890", "System", "XXXXX-XX", "Default_string", "default string000",
     "TBD by OEM", "Fill By OEM", "Filled by O.E.M.", "SYSTEM_MANUFACTURER",
     "Sys. Manufacturer", "0123456789", "$(DEFAULT_STRING)", "<Board Name>", "Unknow", "Not Provided", "N.A.", "Model",
     "Default Product Name", "System Model", "Please set the name", "---", "FFFFFFFF", "Board Manufacturer"],
)  # fmt: skip
def test_fillers(name: str) -> None:
    assert firmware_names.cleaned_name(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Model 100",
        "Generic PC 3",
        "Version One",
        "ProductLine 7",
        "NUC11PAHi7",
        "Systematic 9",
        "Filler",
        "System76",
        "OptiPlex 7080",
        "OEMR-1",
        "Blank & Co",
        "Standalone",
        "Pleaser",
        "TBDX",
        "SER",
        "Latitude 5420",
        "X11SPi-TF",
        "21CB",
        "Test Drive 3000",
        "Standard PC (Q35)",
        "MS-7C56",
    ],
)
def test_names_are_kept(name: str) -> None:
    assert firmware_names.cleaned_name(name) == name


# --- virtual or not --------------------------------------------------------------------------------------------------

DMI = "class/dmi/id/"
CLOCKS = "devices/system/clocksource/clocksource0/available_clocksource"


@pytest.mark.parametrize(
    ("files", "virtual"),
    [
        ({f"{DMI}sys_vendor": "Amazon EC2", f"{DMI}product_name": "m5.metal", "cpuinfo": X86}, "none"),
        ({f"{DMI}sys_vendor": "Amazon EC2", f"{DMI}product_name": "m5.large", "cpuinfo": X86_GUEST}, "KVM"),
        ({f"{DMI}sys_vendor": "Amazon EC2", f"{DMI}product_name": "c7g.metal", "cpuinfo": ARM}, "none"),
        ({f"{DMI}sys_vendor": "Amazon EC2", f"{DMI}product_name": "c7g.large", "cpuinfo": ARM}, "KVM"),
        ({f"{DMI}sys_vendor": "Google", f"{DMI}product_name": "Google Compute Engine", "cpuinfo": X86}, "none"),
        ({f"{DMI}sys_vendor": "Google", f"{DMI}product_name": "Google Compute Engine", "cpuinfo": X86_GUEST}, "KVM"),
        ({f"{DMI}sys_vendor": "Google", f"{DMI}product_name": "Google Compute Engine", "cpuinfo": ARM}, None),
        ({f"{DMI}sys_vendor": "XENON Systems", f"{DMI}product_name": "R5", "cpuinfo": X86}, "none"),
        ({f"{DMI}sys_vendor": "Apple Inc.", f"{DMI}product_name": "Apple Virtualization Generic Platform",
          "cpuinfo": ARM}, "Apple Virtualization"),
        ({f"{DMI}sys_vendor": "QEMU", f"{DMI}product_name": "QEMU Virtual Machine", "cpuinfo": ARM}, "QEMU"),
        ({f"{DMI}sys_vendor": "Hetzner", f"{DMI}product_name": "vServer", "cpuinfo": ARM}, None),
        ({f"{DMI}sys_vendor": "Hetzner", f"{DMI}product_name": "vServer", "cpuinfo": X86_GUEST, CLOCKS: "kvm-clock"},
         "KVM"),
        ({f"{DMI}sys_vendor": "Lenovo", f"{DMI}chassis_type": 10, "cpuinfo": ARM}, "none"),
        ({f"{DMI}sys_vendor": "Ampere", f"{DMI}chassis_type": 23, "cpuinfo": ARM}, "none"),
        ({f"{DMI}sys_vendor": "Somebody", f"{DMI}chassis_type": 1, "cpuinfo": ARM}, None),
        ({f"{DMI}sys_vendor": "Nutanix", f"{DMI}product_name": "AHV", "cpuinfo": X86_GUEST}, "KVM"),
        ({f"{DMI}sys_vendor": "Red Hat", f"{DMI}product_name": "KVM", "cpuinfo": ARM}, "KVM"),
        ({f"{DMI}sys_vendor": "oVirt", f"{DMI}product_name": "RHEL", "cpuinfo": X86_GUEST}, "KVM"),
        ({f"{DMI}sys_vendor": "Alibaba Cloud", f"{DMI}product_name": "Alibaba Cloud ECS", "cpuinfo": X86}, "none"),
        ({f"{DMI}sys_vendor": "Alibaba Cloud", f"{DMI}product_name": "Alibaba Cloud ECS", "cpuinfo": X86_GUEST}, "KVM"),
        ({f"{DMI}sys_vendor": "Alibaba Cloud", f"{DMI}product_name": "Alibaba Cloud ECS", "cpuinfo": ARM}, None),
        ({f"{DMI}sys_vendor": "DigitalOcean", f"{DMI}product_name": "Droplet", "cpuinfo": X86_GUEST}, "KVM"),
        ({f"{DMI}sys_vendor": "Oracle Corporation", f"{DMI}product_name": "VirtualBox", "cpuinfo": ARM}, "VirtualBox"),
        ({f"{DMI}sys_vendor": "Parallels International GmbH.", f"{DMI}product_name": "Parallels ARM Virtual Machine",
          "cpuinfo": ARM}, "Parallels"),
        ({f"{DMI}sys_vendor": "Microsoft Corporation", f"{DMI}product_name": "Surface Pro 9", "cpuinfo": X86}, "none"),
        ({f"{DMI}sys_vendor": "Microsoft Corporation", f"{DMI}product_name": "Virtual Machine", "cpuinfo": ARM},
         "Hyper-V"),
        ({f"{DMI}sys_vendor": "Xen", f"{DMI}product_name": "HVM domU", "cpuinfo": X86_GUEST}, "Xen"),
        ({"cpuinfo": X86_GUEST, "hypervisor/type": "xen"}, "Xen"),
        ({f"{DMI}sys_vendor": "Dell Inc.", f"{DMI}product_name": "PowerEdge R650", "cpuinfo": X86_GUEST,
          "hypervisor/type": "xen", "xen/capabilities": "control_d"}, "none"),
        ({"cpuinfo": X86_GUEST, CLOCKS: "tsc"}, "unnamed hypervisor"),
        ({"cpuinfo": ARM}, None),
        ({"cpuinfo": ARM, "device-tree/model": "linux,dummy-virt", "device-tree/hypervisor/compatible": "linux,kvm"},
         "KVM"),
        ({"cpuinfo": ARM, "device-tree/hypervisor/compatible": "xen,xen-4.17\0xen,xen"}, "Xen"),
        ({"cpuinfo": "isa : rv64", "device-tree/model": "riscv-virtio,qemu"}, "virtual machine"),
        ({"cpuinfo": ARM, "device-tree/model": "Raspberry Pi 5 Model B Rev 1.0"}, "none"),
        ({"cpuinfo": ARM, "device-tree/model": "Apple MacBook Air (13-inch, M2, 2022)"}, "none"),
        ({"cpuinfo": X86_GUEST, CLOCKS: "hyperv_clocksource_tsc_page", "sys/kernel/osrelease": "6.6.36.3-zfs-WSL2+"},
         "WSL"),
        ({"cpuinfo": X86_GUEST, CLOCKS: "hyperv_clocksource_tsc_page", "sys/kernel/osrelease": "6.9-mine",
          "sys/fs/binfmt_misc/WSLInterop": "enabled"}, "WSL"),
        ({"cpuinfo": X86_GUEST, CLOCKS: "hyperv_clocksource_tsc_page", "sys/kernel/osrelease": "6.9-azure"}, "Hyper-V"),
    ],
)  # fmt: skip
def test_virtual_machines_and_bare_metal(tmp_path: Path, files: dict[str, object], virtual: str | None) -> None:
    told = host.probe(tree(tmp_path, files), tmp_path)["host.virtual"]
    assert told.value == virtual
    assert (told.value is None) == bool(told.reason)


# --- kinds of core ---------------------------------------------------------------------------------------------------

BIG, LITTLE, MIDDLE = "0xd85", "0xd87", "0xd81"


@pytest.mark.parametrize(
    ("speeds", "parts", "fast"),
    [
        (
            [718] * 5 + [997] * 5 + [731] * 5 + [1017] * 4 + [1024],
            [LITTLE] * 5 + [BIG] * 5 + [LITTLE] * 5 + [BIG] * 5,
            10,
        ),
        ([1000] * 10 + [1024] * 2, ["0x001"] * 12, 0),
        ([1000] * 10 + [1024] * 2, [], 0),
        ([1009, 1014, 1019, 1024] * 18, ["0xd4f"] * 72, 0),
        ([400] * 4 + [1024] * 4, [], 4),
        ([300] * 4 + [860] * 3 + [1024], [LITTLE] * 4 + [MIDDLE] * 3 + [BIG], 4),
        ([3400] * 8 + [4700] * 4, [], 4),
        ([5500] * 6 + [5800] * 2, [], 0),
        ([960] * 4 + [1024] * 4, [LITTLE] * 4 + [BIG] * 4, 4),  # two part numbers are two kinds
        ([0] * 8, [LITTLE] * 4 + [BIG] * 4, 0),
        ([], [], 0),
    ],
)
def test_performance_cores_are_a_kind(speeds: list[int], parts: list[str], fast: int) -> None:
    found = cpu.faster_kind(dict(enumerate(speeds)), dict(enumerate(parts)))
    assert len(found) == fast
    assert all(speeds[core] > min(speeds) for core in found)


def test_the_caches_are_those_of_the_big_cores(tmp_path: Path) -> None:
    files: dict[str, object] = {"devices/system/cpu/online": "0-3"}
    for core, (capacity, part, size) in enumerate([(400, "0xd05", "128K")] * 2 + [(1024, "0xd0b", "512K")] * 2):
        folder = f"devices/system/cpu/cpu{core}"
        files |= {f"{folder}/cpu_capacity": capacity, f"{folder}/topology/core_cpus_list": core}
        files |= {f"{folder}/cache/index0/level": 2, f"{folder}/cache/index0/size": size}
        files["cpuinfo"] = f"{files.get('cpuinfo', '')}processor : {core}\nCPU part : {part}\n\n"
    told = cpu.probe(tree(tmp_path, files), tmp_path)
    assert (told["cpu.performance_cores"].value, told["cpu.caches"].value) == (2, ["L2 512 KiB"])


# --- memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stats", "cache"),
    [
        ("name type data\nsize 4 5000\nc_min 4 2000\nc_max 4 9000", 3000),
        ("size 4 1000\nc_min 4 2000", 0),
        ("size 4", 0),
        ("size 4 many\nc_min 4 2", 0),
        ("", 0),
    ],
)
def test_the_cache_of_zfs_is_free(tmp_path: Path, stats: str, cache: int) -> None:
    assert memory.zfs_cache(tree(tmp_path, {"spl/kstat/zfs/arcstats": stats})) == cache
    told = memory.probe(tmp_path, tmp_path)
    assert told["memory.available"].value <= told["memory.total"].value


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"sys_vendor": "LENOVO", "product_name": "ThinkSystem SR650 -[7X06CTO1WW]-", "product_version": "07"},
         "LENOVO ThinkSystem SR650 -[7X06CTO1WW]-"),
        ({"sys_vendor": "aaaa", "product_name": "1111111", "board_vendor": "ASRock", "board_name": "B450M"},
         "ASRock B450M"),
    ],
)  # fmt: skip
def test_numbers_and_repeated_signs_are_no_names(names: dict[str, str], told: str) -> None:
    assert firmware_names.firmware_model(names.get) == told


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("Amazon EC2 t3.large", "KVM"), ("Amazon EC2 m5.metal", "none"), ("Google Google Compute Engine", "KVM"),
        ("Alibaba Cloud Alibaba Cloud ECS", "KVM"), ("Tencent Cloud CVM", "KVM"), ("Nutanix AHV", "KVM"),
        ("Microsoft Corporation Virtual Machine", "Hyper-V"), ("Microsoft Corporation Surface Pro 9", "none"),
        ("VMware, Inc. VMware20,1", "VMware"), ("Dell Inc. XPS 15", "none"), ("", "none"),
    ],
)  # fmt: skip
def test_rented_computers_with_windows_are_virtual(model: str, told: str) -> None:
    assert virtual_machine.of_windows(model) == told
