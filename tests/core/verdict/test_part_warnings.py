"""What single parts lack: memory modules, neural units, links of other makers' GPUs, a translated Python."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rigdyno.core.analysis.gpu_usability import broken_links
from rigdyno.core.records.events import Timing
from rigdyno.core.records.machine import Adapter, Gpu, Machine, Reading, Sample, TorchDevice
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.verdict import Reason
from rigdyno.core.verdict.warnings.check_warnings import check_warnings
from rigdyno.core.verdict.warnings.purchase_warnings import purchase_warnings

from tests.core.builders import END, START, machine

GIB = 2**30
ONE, TWO = ["16 GiB DDR5 4800 MT/s"], ["8 GiB DDR4 3200 MT/s"] * 2


def found(at: Machine, *runs: Run, telemetry: tuple[Sample, ...] = ()) -> dict[str, Reason]:
    made = {r.code: r for r in purchase_warnings(at, runs, telemetry, ())}
    assert all(r.sentence and "{" not in r.sentence and "not reported" not in r.sentence for r in made.values())
    return made


def real(**readings: Any) -> Machine:
    return machine(host_virtual="none", cpu_physical_cores=8, **readings)


@pytest.mark.parametrize(
    ("modules", "places", "channels", "code"),
    [
        (ONE, 2, None, "catch-one-module"),
        (ONE, 2, 1, "catch-one-module"),
        (ONE, 1, 1, None),  # nothing can be added
        (TWO, 2, 2, None),
        (TWO, 4, 1, "catch-one-channel"),
        (TWO, 2, 1, None),  # the board has no other channel
        (TWO, 4, None, None),
    ],
)
def test_memory_modules(modules: list[str], places: int, channels: int | None, code: str | None) -> None:
    at = real(memory_modules=modules, memory_sockets=places, memory_channels=channels)
    assert set(found(at)) == ({code} if code else set())
    assert found(replace(at, readings=at.readings | {"host.virtual": Reading("KVM", "test")})) == {}


def test_what_the_firmware_tells_goes_before_a_suspicion() -> None:
    slow = Run("matmul", Plan(), Rules(), START, END, "converged", "ACTIVE",
               timings=(Timing(START, "copy", (1.0,), 18e9, "byte"),))  # fmt: skip
    assert "catch-channel" in found(real(), slow)
    assert set(found(real(memory_modules=ONE, memory_sockets=2), slow)) == {"catch-one-module"}
    assert found(real(memory_modules=TWO, memory_sockets=2, memory_channels=2), slow) == {}
    assert "catch-channel" in found(real(memory_modules=TWO, memory_sockets=2), slow), "not known in which channels"


def test_a_neural_unit_is_named() -> None:
    told = found(machine(npu_names=["Intel NPU"]))
    assert told["catch-npu"].sentence.startswith("Intel NPU is a neural unit for running finished networks, not for")
    assert found(machine(npu_names=None)) == {}


def test_a_translated_python_is_told_before_a_check_and_after_it() -> None:
    at = machine(host_translated="x86-64 on Apple silicon (Rosetta)")
    assert "Rosetta" in found(at)["catch-translated"].sentence
    assert [r.code for r in check_warnings(at)] == ["catch-translated"]
    assert found(machine(host_translated="none")) == {}


@pytest.mark.parametrize(("health", "worn"), [(79, True), (80, False), (100, False)])
def test_a_worn_battery(health: int, worn: bool) -> None:
    assert ("catch-worn" in found(machine(power_battery_health=health))) == worn


@pytest.mark.parametrize("mode", ["best power efficiency", "battery saver", "power saver", "low power"])
def test_modes_of_windows_and_macos_that_save(mode: str) -> None:
    assert [r.code for r in check_warnings(machine(power_mode=mode))] == ["hint-power-mode"]
    assert check_warnings(machine(power_mode="balanced")) == ()


RADEON = Adapter("AMD", "AMD Radeon RX 7900 XTX", "0000:03:00.0", "amdgpu", model="1002:744c", integrated=False,
                 dedicated_memory=24 * GIB, pcie_generation_max=4, pcie_width_max=16)  # fmt: skip


def with_radeon(**changed: Any) -> Machine:
    base = real()
    device = TorchDevice("cuda:0", RADEON.name, ("fp32",), True, pci=RADEON.pci)
    torch = replace(base.torch, rocm="6.4", devices=(*base.torch.devices, device))
    return replace(base, torch=torch, adapters=(replace(RADEON, **changed),))


def run(device: str = "cuda:0", task: str = "train") -> Run:
    return Run(task, Plan(device=device), Rules(), START, END, "converged", "ACTIVE")


def link(generation: float, lanes: float) -> tuple[Sample, ...]:
    return tuple(
        Sample(START + t, {"gpu.0.pcie_generation": generation, "gpu.0.pcie_width": lanes if t else 1.0})
        for t in range(3)
    )


def test_a_narrow_link_of_a_radeon_under_load() -> None:
    assert "4 lanes of PCIe 3" in found(with_radeon(), run(), telemetry=link(3, 4))["catch-link"].sentence
    told = found(with_radeon(external=True), run(), telemetry=link(3, 4))
    assert "outside of the computer" in told["catch-external-link"].sentence
    assert found(with_radeon(), run("cpu"), telemetry=link(3, 4)) == {}, "an idle link says nothing"
    assert found(with_radeon(), run(), telemetry=link(4, 16)) == {}
    assert found(with_radeon(pcie_width_max=4, pcie_generation_max=3), run(), telemetry=link(3, 4)) == {}


def test_an_nvidia_gpu_in_a_box_of_its_own() -> None:
    told = {"gpu.name": "NVIDIA RTX", "gpu.pcie_generation_own": 4, "gpu.pcie_width_max": 16}
    gpu = Gpu("", "0000:2d:00.0", {key: Reading(value, "NVML") for key, value in told.items()})
    box = Adapter("NVIDIA", "NVIDIA RTX", "0000:2d:00.0", "nvidia", external=True)
    at = replace(real(), gpus=(gpu,), adapters=(box,), torch=None)
    assert set(found(at, run(), telemetry=link(3, 4))) == {"catch-external-link"}
    assert set(found(replace(at, adapters=()), run(), telemetry=link(3, 4))) == {"catch-link"}


def filled(*pairs: tuple[float, float]) -> tuple[Sample, ...]:
    """Samples of (memory of its own in use, shared memory in use) in GiB."""
    return tuple(
        Sample(START + n, {"gpu.0.memory": own * GIB, "gpu.0.shared_memory": shared * GIB})
        for n, (own, shared) in enumerate(pairs)
    )


def test_training_that_spills_out_of_the_memory_of_a_gpu() -> None:
    spilled = filled((4, 0.25), (23.5, 0.5), (23.5, 3.25))
    told = found(with_radeon(), run(), telemetry=spilled)["catch-spilled"]
    assert told.numbers["has"] == 3 * GIB
    assert found(with_radeon(), run(), telemetry=filled((4, 0.25), (12, 3.25))) == {}, "its own was not full"
    assert found(with_radeon(), run(), telemetry=filled((23.5, 0.25), (23.5, 0.5))) == {}, "copies are kept there"
    assert found(with_radeon(), run(task="capacity"), telemetry=spilled) == {}, "it looked for the largest batch"
    assert found(with_radeon(integrated=True), run(), telemetry=spilled) == {}, "its memory is the computer's"
    assert found(with_radeon(dedicated_memory=None), run(), telemetry=spilled) == {}


def test_a_gpu_of_another_maker_that_sleeps() -> None:
    at = Machine({}, adapters=(replace(RADEON, asleep=True),))
    assert [r.code for r in broken_links(at)] == ["gpu-asleep"]
    assert broken_links(Machine({}, adapters=(RADEON,))) == ()
