"""The build of PyTorch for a computer: a table of GPUs, drivers and systems, each row from published lists."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rigdyno.core.analysis.engine_fit import last_torch_for
from rigdyno.core.analysis.gpu_architectures import architecture_of
from rigdyno.core.engines import build_choice, packs
from rigdyno.core.engines.packs import EngineError
from rigdyno.core.engines.torch_index import PublishedTorch
from rigdyno.core.engines.wheels import Wheel
from rigdyno.core.records.machine import Adapter, Gpu, Machine, Reading
from rigdyno.core.reference import hardware_tables

ROWS = list(csv.DictReader(Path(__file__).with_name("build_choices.csv").read_text(encoding="utf-8").splitlines()))
PC = ("linux_x86_64", "win_amd64")
PUBLISHED = (
    # version, builds on Linux and Windows, and on Linux alone
    ("2.15.0", "cpu cu130 cu132 xpu", "rocm7.14"),
    ("2.14.1", "cpu cu126 cu130 cu132 xpu", "rocm7.14"),
    ("2.13.0", "cpu cu126 cu130 cu132 xpu", "rocm7.2"),
    ("2.12.1", "cpu cu126 cu130 cu132 xpu", "rocm7.2"),
    ("2.11.0", "cpu cu126 cu128 cu130 xpu", "rocm7.2"),
    ("2.9.1", "cpu cu126 cu128 cu130 xpu", "rocm6.4"),
)
"""What the index has, by the pages of releases (pytorch.org, previous-versions and published_versions.json)."""


def published(system: str, newest: str) -> list[PublishedTorch]:
    """What the index offers a system, as of a version."""
    found = []
    for torch, both, linux in PUBLISHED:
        builds = (both.split() + linux.split() * system.startswith("linux")) if system in PC else ["cpu"]
        if system == "linux_aarch64":
            builds = [build for build in both.split() if build != "xpu"]
        found += [PublishedTorch(torch, build, Wheel(f"torch-{torch}+{build}-py3-none-any.whl")) for build in builds]
    versions = [torch for torch, _, _ in PUBLISHED]
    first = next(n for n, torch in enumerate(versions) if torch.startswith(f"{newest}."))
    return [one for one in found if one.torch in versions[first:]]


def nvidia(name: str, capability: str, driver: str) -> Machine:
    told = {"gpu.name": name, "gpu.capability": capability, "gpu.cuda_driver": driver}
    return Machine({}, (Gpu("GPU-1", "0000:01:00.0", {key: Reading(value, "NVML") for key, value in told.items()}),))


def machine_of(row: dict[str, str]) -> Machine:
    if row["maker"] == "NVIDIA":
        return nvidia(row["gpu"], row["capability"], row["driver"])
    adapters = (Adapter(row["maker"], row["gpu"], driver=row["driver"]),) if row["gpu"] else ()
    return Machine({}, adapters=adapters)


def chosen(machine: Machine, family: str = "auto", system: str = "linux_x86_64", newest: str = "2.14"):
    offered = build_choice.described_builds(published(system, newest), system)
    return build_choice.choose_build(machine, offered, family, system)


def refusal(machine: Machine, *arguments: str) -> str:
    with pytest.raises(EngineError) as told:
        chosen(machine, *arguments)
    return str(told.value)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['gpu']}-{row['driver']}-{row['system']}-{row['newest']}")
def test_each_gpu_gets_its_build_or_the_reason_why_not(row):
    machine = machine_of(row)
    if row["build"]:
        choice = chosen(machine, "auto", row["system"], row["newest"])
        assert (choice.build, choice.torch) == (row["build"], row["torch"])
        assert (choice.note.code if choice.note else "") == row["says"]
        return
    with pytest.raises(EngineError) as told:
        chosen(machine, "auto", row["system"], row["newest"])
    assert told.value.reason.code == row["says"], str(told.value)
    assert row["gpu"] in str(told.value) or row["says"] == "install-no-family"


def test_the_table_has_forty_pairs_each_with_its_source():
    assert len({tuple(list(row.values())[:6]) for row in ROWS}) == len(ROWS) >= 40
    assert all(row["source"] for row in ROWS)
    assert all(build.source for system in PC for build in hardware_tables.torch_builds(system))
    assert all(gpu.source for gpu in hardware_tables.gpu_architectures())


def test_the_last_pytorch_of_an_old_gpu_is_named():
    note = chosen(nvidia("GTX 1060", "6.1", "13.0")).note
    assert note
    assert note.sentence == (
        "PyTorch 2.14 is the last one with code for GTX 1060 (compute capability 6.1): with newer ones it will not "
        "train."
    )
    assert last_torch_for((7, 5), hardware_tables.torch_builds()) == ""
    assert last_torch_for((3, 5), hardware_tables.torch_builds()) == ""
    assert last_torch_for((), hardware_tables.torch_builds()) == ""


def test_a_driver_that_is_too_old_is_named_with_what_it_needs():
    assert refusal(nvidia("RTX 4060", "8.9", "11.8")) == (
        "The driver of RTX 4060 knows CUDA 11.8, and every PyTorch with code for it (compute capability 8.9) needs a "
        "driver for CUDA 12.0 or newer: update the driver."
    )
    offered = [b for b in build_choice.described_builds(published("linux_x86_64", "2.14")) if b.torch == "2.14.1"]
    with pytest.raises(EngineError, match=r"needs a driver for CUDA 13\.0 or newer"):
        build_choice.choose_build(nvidia("B200", "10.0", "12.8"), offered, system="linux_x86_64")


def test_the_second_gpu_is_served_where_the_first_cannot_be():
    machine = nvidia("GTX 780", "3.5", "12.8")
    second = nvidia("RTX 3060", "8.6", "12.8").gpus[0]
    assert chosen(Machine({}, (*machine.gpus, second))).device == "RTX 3060"
    adapters = (Adapter("Intel", "Intel UHD Graphics"), Adapter("AMD", "AMD Radeon RX 7900 XT", driver="amdgpu"))
    beside = Machine({}, adapters=adapters)
    assert chosen(beside).build == "rocm7.14"


def test_a_family_is_chosen_by_name():
    adapters = (Adapter("Intel", "Intel Arc Graphics", driver="xe"),)
    laptop = Machine({}, nvidia("RTX 4060", "8.9", "13.0").gpus, adapters=adapters)
    assert [chosen(laptop, family).build for family in ("auto", "cuda", "cpu")] == ["cu130", "cu130", "cpu"]
    assert "finds its libraries in a whole environment alone" in refusal(laptop, "xpu")
    assert refusal(laptop, "rocm") == (
        "No GPU of AMD answers here, so the right build is not known: name it with --build, one of rocm6.4, rocm7.14, "
        "rocm7.2."
    )


@pytest.mark.parametrize(
    ("maker", "name", "architecture"),
    [
        ("AMD", "AMD Radeon RX 7700S", "gfx1102"),
        ("AMD", "AMD Radeon RX 7700 XT", "gfx1101"),
        ("AMD", "AMD Radeon(TM) 890M Graphics", "gfx1150"),
        ("AMD", "AMD Instinct MI300X", "gfx942"),
        ("AMD", "AMD Radeon RX 6950 XT", "gfx1030"),
        ("AMD", "AMD Radeon(TM) Graphics", ""),
        ("Intel", "Intel(R) Arc(TM) Pro B50 Graphics", "xe"),
        ("Intel", "Intel Data Center GPU Max 1550", "xe"),
        ("Intel", "Intel(R) Iris(R) Xe Graphics", ""),
        ("NVIDIA", "Radeon RX 7900", ""),
    ],
)
def test_an_architecture_is_known_by_the_name_of_the_gpu(maker, name, architecture):
    assert architecture_of(Adapter(maker, name)) == architecture


def test_an_nvidia_gpu_without_a_driver_is_told_as_everywhere():
    machine = Machine({}, gpu_note="an NVIDIA GPU is on the bus, but its driver is not installed",
                      adapters=(Adapter("NVIDIA", "RTX 4060"),))  # fmt: skip
    assert refusal(machine).startswith("RTX 4060 is there, but its driver is not installed")


def test_a_build_that_no_table_knows_is_taken_for_the_next_of_its_kind():
    names = (("2.16.0", "cu134"), ("2.16.0", "cu140"), ("2.16.0", "rocm10.1"), ("2.9.1", "cu129"))
    new = [PublishedTorch(t, b, Wheel(f"torch-{t}+{b}-py3-none-any.whl")) for t, b in names]
    told = build_choice.described_builds(new, "linux_x86_64")
    assert [(b.torch, b.wheel) for b in told] == list(names)
    assert told[0].has_code_for((12, 0))
    assert not told[0].has_code_for((6, 1))
    assert not told[1].capabilities, "a new CUDA may have dropped any architecture"
    assert "gfx1100" in told[2].capabilities
    assert told[3].has_code_for((8, 9))


def test_unless_said_otherwise_it_is_about_this_system(monkeypatch):
    monkeypatch.setattr(packs, "platform_tag", lambda: "win_amd64")
    machine = Machine({}, adapters=(Adapter("AMD", "AMD Radeon RX 7900 XT", driver="31.0"),))
    choice = build_choice.choose_build(machine, build_choice.described_builds(published("win_amd64", "2.14")))
    assert choice.build == "cpu"
    assert choice.note
    assert "AMD has its own" in choice.note.sentence
