"""Names of processors from what kernels of several families write into /proc/cpuinfo."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rigdyno.core.probes import cpu, processor_names


def cpuinfo(folder: Path, *processors: str) -> Path:
    blocks = (f"processor\t: {n}\n{fields}" for n, fields in enumerate(processors))
    (folder / "cpuinfo").write_text("\n\n".join(blocks) + "\n")
    return folder


def arm(part: str, implementer: str = "0x41") -> str:
    return f"BogoMIPS\t: 50.00\nFeatures\t: asimd sve2\nCPU implementer\t: {implementer}\nCPU part\t: {part}"


def named(folder: Path, fast: tuple[int, ...] = ()) -> str | None:
    return processor_names.model(processor_names.logical_processors(folder), fast)


@pytest.mark.parametrize(
    ("cores", "fast", "name"),
    [
        ((("0xd87", "0x41"), ("0xd85", "0x41")), (), "Cortex-X925 + Cortex-A725"),
        ((("0xd87", "0x41"), ("0xd85", "0x41")), (1,), "Cortex-X925 + Cortex-A725"),
        ((("0xd05", "0x41"), ("0xd0b", "0x41")), (), "Cortex-A76 + Cortex-A55"),
        ((("0x022", "0x61"), ("0x023", "0x61")), (1,), "Firestorm-M1 + Icestorm-M1"),
        ((("0xd46", "0x41"), ("0xd47", "0x41"), ("0xd4e", "0x41")), (2,), "Cortex-X3 + Cortex-A710 + Cortex-A510"),
        ((("0x001", "0x51"), ("0x001", "0x51")), (), "Oryon"),
        ((("0xd4f", "0x41"),), (), "Neoverse-V2"),
        ((("0xac3", "0xc0"),), (), "Ampere-1"),
        ((("0x001", "0x46"),), (), "A64FX"),
        ((("0x003", "0x46"),), (), "MONAKA"),
        ((("0xac5", "0xc0"),), (), "Ampere-1b"),
        ((("0xd02", "0x48"),), (), "TaiShan-v120"),
        ((("0xd0c", "0x41"),), (), "Neoverse-N1"),
        ((("0xd49", "0x6D"),), (), "Azure-Cobalt-100"),
        ((("0x303", "0x70"), ("0x862", "0x70")), (1,), "FTC862 + FTC310"),
        ((("0xd80", "0x41"), ("0xd81", "0x41"), ("0xd82", "0x41")), (2,), "Cortex-X4 + Cortex-A720 + Cortex-A520"),
        ((("0xfff", "0x41"),), (), None),
        ((("zzz", "0x41"),), (), None),
    ],
)
def test_cores_of_arm_have_the_names_that_lscpu_prints(tmp_path: Path, cores, fast, name) -> None:
    assert named(cpuinfo(tmp_path, *(arm(*core) for core in cores)), fast) == name


def test_a_kernel_that_names_the_architecture_alone_hides_no_core(tmp_path: Path) -> None:
    fields = "model name\t: ARMv8 Processor rev 1 (v8l)\n" + arm("0xd08")
    assert named(cpuinfo(tmp_path, fields)) == "Cortex-A72"


@pytest.mark.parametrize(
    ("fields", "vendor", "name"),
    [
        ("vendor_id\t: GenuineIntel\nmodel name\t: Intel(R)  Core(TM)  i7", "Intel", "Intel(R) Core(TM) i7"),
        ("isa\t\t: rv64imafdcv_zicbom\nuarch\t\t: spacemit,x60\nmvendorid\t: 0x710", "SpacemiT", "spacemit,x60"),
        ("isa\t\t: rv64imafdc\nmvendorid\t: 0x12345", "0x12345", "rv64imafdc"),
        ("Model Name\t\t: Loongson-3A6000\nFeatures\t: cpucfg lsx lasx", None, "Loongson-3A6000"),
        ("cpu\t\t: POWER10 (architected), altivec supported", None, "POWER10 (architected), altivec supported"),
        ("cpu model\t\t: MIPS 1004Kc V2.15", None, "MIPS 1004Kc V2.15"),
    ],
)
def test_other_families_name_themselves(tmp_path: Path, fields: str, vendor: str | None, name: str) -> None:
    processors = processor_names.logical_processors(cpuinfo(tmp_path, fields, fields))
    assert (processor_names.vendor(processors[1]), processor_names.model(processors, ())) == (vendor, name)


def test_what_stands_apart_from_all_processors_goes_to_each(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("system type\t: generic\nModel Name\t: X\n\nprocessor\t: 0\n\nprocessor\t: 7\n")
    assert {n: fields["Model Name"] for n, fields in processor_names.logical_processors(tmp_path).items()} == {
        0: "X",
        7: "X",
    }


def test_nothing_told_is_nothing_known(tmp_path: Path) -> None:
    assert processor_names.logical_processors(tmp_path) == {}
    assert named(tmp_path) is processor_names.vendor({}) is None


@pytest.mark.skipif(sys.platform != "linux", reason="read from Linux' files")
@pytest.mark.parametrize(
    ("fields", "units"),
    [
        ("isa\t: rv64imafdcv_zba", ["RVV"]),
        ("isa\t: rv64imafdc_zve64d", []),
        ("Features\t: lsx lasx", ["LSX", "LASX"]),
        ("Features\t: asimd sve sme sme2", ["NEON", "SVE", "SME", "SME2"]),
    ],
)
def test_vector_units_of_other_families(tmp_path: Path, fields: str, units: list[str]) -> None:
    assert (cpu.probe(tmp_path, cpuinfo(tmp_path, fields))["cpu.simd"].value or []) == units
