"""Names of processors from /proc/cpuinfo, which says something else on every family.

x86 has "model name"; LoongArch "Model Name"; POWER "cpu"; MIPS "cpu model"; RISC-V "uarch" and "isa". On ARM there are
numbers alone: who made a core, and its part. Their names are those of util-linux' lscpu (sys-utils/lscpu-arm.c).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from .system_sources import text

Fields = dict[str, str]
"""The lines about one logical processor, by their names."""
MODEL = ("model name", "Model Name", "cpu model", "cpu", "uarch", "isa")
"""The fields with a name, the better ones first."""
VENDOR = ("vendor_id", "CPU implementer", "mvendorid")
VENDORS = {
    "GenuineIntel": "Intel", "AuthenticAMD": "AMD", "HygonGenuine": "Hygon", "CentaurHauls": "Centaur",
    "Shanghai": "Zhaoxin", "IBM/S390": "IBM",
    "0x41": "ARM", "0x42": "Broadcom", "0x43": "Cavium", "0x46": "Fujitsu", "0x48": "HiSilicon", "0x4e": "NVIDIA",
    "0x50": "APM", "0x51": "Qualcomm", "0x53": "Samsung", "0x56": "Marvell", "0x61": "Apple", "0x6d": "Microsoft",
    "0x70": "Phytium", "0xc0": "Ampere",
    "0x31e": "Andes", "0x489": "SiFive", "0x5b7": "T-Head", "0x710": "SpacemiT",
}  # fmt: skip
"""Of ARM as in lscpu-arm.c; of RISC-V as in Linux' arch/riscv/include/asm/vendorid_list.h."""
ARM_CORES: dict[str, dict[int, str]] = {
    "0x41": {
        0xD01: "Cortex-A32", 0xD02: "Cortex-A34", 0xD03: "Cortex-A53", 0xD04: "Cortex-A35", 0xD05: "Cortex-A55",
        0xD06: "Cortex-A65", 0xD07: "Cortex-A57", 0xD08: "Cortex-A72", 0xD09: "Cortex-A73", 0xD0A: "Cortex-A75",
        0xD0B: "Cortex-A76", 0xD0C: "Neoverse-N1", 0xD0D: "Cortex-A77", 0xD0E: "Cortex-A76AE", 0xD40: "Neoverse-V1",
        0xD41: "Cortex-A78", 0xD42: "Cortex-A78AE", 0xD43: "Cortex-A65AE", 0xD44: "Cortex-X1", 0xD46: "Cortex-A510",
        0xD47: "Cortex-A710", 0xD48: "Cortex-X2", 0xD49: "Neoverse-N2", 0xD4A: "Neoverse-E1", 0xD4B: "Cortex-A78C",
        0xD4C: "Cortex-X1C", 0xD4D: "Cortex-A715", 0xD4E: "Cortex-X3", 0xD4F: "Neoverse-V2", 0xD80: "Cortex-A520",
        0xD81: "Cortex-A720", 0xD82: "Cortex-X4", 0xD83: "Neoverse-V3AE", 0xD84: "Neoverse-V3", 0xD85: "Cortex-X925",
        0xD87: "Cortex-A725", 0xD88: "Cortex-A520AE", 0xD89: "Cortex-A720AE", 0xD8A: "C1-Nano", 0xD8B: "C1-Pro",
        0xD8C: "C1-Ultra", 0xD8E: "Neoverse-N3", 0xD8F: "Cortex-A320", 0xD90: "C1-Premium",
        0xC05: "Cortex-A5", 0xC07: "Cortex-A7", 0xC08: "Cortex-A8", 0xC09: "Cortex-A9", 0xC0D: "Cortex-A17",
        0xC0E: "Cortex-A17", 0xC0F: "Cortex-A15", 0xB76: "ARM1176",
    },
    "0x42": {0x0F: "Brahma-B15", 0x100: "Brahma-B53", 0x516: "ThunderX2"},
    "0x43": {
        0x0A0: "ThunderX", 0x0A1: "ThunderX-88XX", 0x0A2: "ThunderX-81XX", 0x0A3: "ThunderX-83XX",
        0x0AF: "ThunderX2-99xx", 0x0B0: "OcteonTX2", 0x0B1: "OcteonTX2-98XX", 0x0B2: "OcteonTX2-96XX",
        0x0B3: "OcteonTX2-95XX", 0x0B4: "OcteonTX2-95XXN", 0x0B5: "OcteonTX2-95XXMM", 0x0B6: "OcteonTX2-95XXO",
        0x0B8: "ThunderX3-T110",
    },
    "0x46": {0x001: "A64FX", 0x003: "MONAKA"},
    "0x48": {0xD01: "Kunpeng-920", 0xD02: "TaiShan-v120", 0xD40: "Cortex-A76"},
    "0x4e": {0x000: "Denver", 0x003: "Denver 2", 0x004: "Carmel", 0x010: "Olympus"},
    "0x50": {0x000: "X-Gene"},
    "0x51": {
        0x001: "Oryon", 0x00F: "Scorpion", 0x02D: "Scorpion", 0x04D: "Krait", 0x06F: "Krait", 0x201: "Kryo",
        0x205: "Kryo", 0x211: "Kryo", 0x800: "Falkor-V1/Kryo", 0x801: "Kryo-V2", 0x802: "Kryo-3XX-Gold",
        0x803: "Kryo-3XX-Silver", 0x804: "Kryo-4XX-Gold", 0x805: "Kryo-4XX-Silver", 0xC00: "Falkor", 0xC01: "Saphira",
    },
    "0x53": {0x001: "exynos-m1", 0x002: "exynos-m3", 0x003: "exynos-m4", 0x004: "exynos-m5"},
    "0x56": {0x131: "Feroceon-88FR131", 0x581: "PJ4/PJ4b", 0x584: "PJ4B-MP"},
    "0x61": {
        0x020: "Icestorm-A14", 0x021: "Firestorm-A14", 0x022: "Icestorm-M1", 0x023: "Firestorm-M1",
        0x024: "Icestorm-M1-Pro", 0x025: "Firestorm-M1-Pro", 0x028: "Icestorm-M1-Max", 0x029: "Firestorm-M1-Max",
        0x030: "Blizzard-A15", 0x031: "Avalanche-A15", 0x032: "Blizzard-M2", 0x033: "Avalanche-M2",
        0x034: "Blizzard-M2-Pro", 0x035: "Avalanche-M2-Pro", 0x038: "Blizzard-M2-Max", 0x039: "Avalanche-M2-Max",
    },
    "0x6d": {0xD49: "Azure-Cobalt-100"},
    "0x70": {
        0x303: "FTC310", 0x660: "FTC660", 0x661: "FTC661", 0x662: "FTC662", 0x663: "FTC663", 0x664: "FTC664",
        0x862: "FTC862",
    },
    "0xc0": {0xAC3: "Ampere-1", 0xAC4: "Ampere-1a", 0xAC5: "Ampere-1b"},
}  # fmt: skip
"""By the implementer, as /proc/cpuinfo writes it, and the number of the part."""


def logical_processors(proc: Path = Path("/proc")) -> dict[int, Fields]:
    """The fields of each logical processor, with single spaces in values; what stands apart from all goes to each."""
    found: dict[int, Fields] = {}
    common: Fields = {}
    own = common
    for block in (text(proc / "cpuinfo") or "").split("\n\n"):
        for line in block.splitlines():
            name, _, value = line.partition(":")
            name, value = name.strip(), " ".join(value.split())
            if name == "processor" and value.isdigit():
                own = found.setdefault(int(value), {})
            own.setdefault(name, value)
        own = common
    return {number: {**common, **fields} for number, fields in found.items()} or ({0: common} if common else {})


def kind_of(fields: Mapping[str, str]) -> str:
    """What tells one kind of ARM's cores from others: who made it, and its part; empty elsewhere."""
    return f"{fields.get('CPU implementer', '')} {fields['CPU part']}" if fields.get("CPU part") else ""


def vendor(fields: Mapping[str, str]) -> str | None:
    """Who made the processor; where its number has no name, the number."""
    told = next((fields[name] for name in VENDOR if fields.get(name)), None)
    return VENDORS.get(told.lower(), VENDORS.get(told, told)) if told else None


def model(processors: Mapping[int, Mapping[str, str]], fast: Collection[int]) -> str | None:
    """The name of the processor. Where ARM has several kinds of cores all of them, the fastest first: those of the
    `fast` logical processors, else by their names, in which larger numbers mean larger cores.
    """
    cores = {number: core for number, fields in processors.items() if (core := _arm_core(fields))}
    ranks = {core: max(number in fast for number in cores if cores[number] == core) for core in cores.values()}
    if ranks:
        return " + ".join(sorted(ranks, key=lambda core: (ranks[core], core), reverse=True))
    first = next(iter(processors.values()), {})
    return next((first[name] for name in MODEL if first.get(name)), None)


def _arm_core(fields: Mapping[str, str]) -> str:
    part = fields.get("CPU part", "")
    try:
        return ARM_CORES.get(fields.get("CPU implementer", "").lower(), {}).get(int(part, 16), "")
    except ValueError:
        return ""
