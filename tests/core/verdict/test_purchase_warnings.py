"""What a buyer should know: each warning from exact readings, and none where nothing is wrong or nothing is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.records.events import Timing, Window
from rigdyno.core.records.machine import DRAINING, Gpu, Machine, Reading, Sample, TorchDevice
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.verdict import Reason
from rigdyno.core.reference import hardware_tables
from rigdyno.core.verdict.warnings.purchase_warnings import purchase_warnings

from tests.core.builders import END, START, machine

GIB = 2**30
NAME = "NVIDIA GeForce RTX 3080 Laptop GPU"
GOOD: dict[str, str | float] = {
    "gpu.name": NAME, "gpu.power_limit": 115.0, "gpu.power_limit_max": 130.0, "gpu.memory_free": 7.5 * GIB,
    "gpu.memory_total": 8.0 * GIB, "gpu.cuda_driver": "12.8", "gpu.capability": "8.6",
}  # fmt: skip


def laptop(
    cuda: str = "12.6", archs: tuple[str, ...] = ("sm_75", "sm_80", "sm_90"), **readings: str | float
) -> Machine:
    """A machine with one GPU that torch can use; readings of the GPU replace the good ones."""
    told = GOOD | {k.replace("_", ".", 1): v for k, v in readings.items()}
    gpu = Gpu("GPU-1", "0", {k: Reading(v, "NVML") for k, v in told.items()})
    base = machine(host_virtual="none", cpu_physical_cores=8)
    device = TorchDevice("cuda:0", NAME, ("fp32",), usable=True, uuid="GPU-1", capability=str(told["gpu.capability"]))
    torch = replace(base.torch, cuda=cuda, architectures=archs, devices=(*base.torch.devices, device))
    return replace(base, gpus=(gpu,), torch=torch)


def timed(device: str, *timings: Timing) -> Run:
    return Run("matmul", Plan(device=device), Rules(), START, END, "converged", "ACTIVE", timings=timings)


def found(at: Machine, *runs: Run, telemetry: tuple[Sample, ...] = ()) -> dict[str, Reason]:
    made = {r.code: r for r in purchase_warnings(at, runs, telemetry, hardware_tables.gpu_models())}
    assert all(r.sentence and "{" not in r.sentence and "not reported" not in r.sentence for r in made.values())
    return made


def test_a_good_laptop_has_no_warning():
    assert found(laptop()) == {}
    assert found(machine()) == {}
    assert found(Machine({})) == {}
    assert found(replace(laptop(), torch=None)) == {}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (laptop(gpu_power_limit=60.0), "catch-power"),
        (laptop(gpu_memory_free=4.0 * GIB), "catch-memory"),
        (laptop(gpu_capability="6.1"), "catch-last-torch"),
        (machine(power_source="battery"), "catch-battery"),
        (machine(power_battery_health=71.0), "catch-worn"),
    ],
)
def test_each_fault_has_its_warning(at, code):
    assert list(found(at)) == [code]


def test_the_power_limit_that_was_seen_at_work_counts():
    """A laptop raises its limit under load: the idle reading would be unfair."""
    low = laptop(gpu_power_limit=60.0)
    boosted = (Sample(START, {"gpu.0.power_limit": 120.0}), Sample(START + 1, {"gpu.0.power_limit": None}))
    assert found(low, telemetry=boosted) == {}
    assert found(low)["catch-power"].numbers["percent"] == pytest.approx(100 * 60 / 130)


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ({"power_dynamic_boost": False, "power_battery": 80}, "catch-power-boost"),
        ({"power_dynamic_boost": True, "power_battery": 80}, "catch-power"),
        ({"power_dynamic_boost": False}, "catch-power"),
        ({"power_dynamic_boost": False, "power_battery": 80, "gpu_power_limit_default": 80.0}, "catch-power"),
    ],
)
def test_a_laptop_whose_service_for_dynamic_boost_does_not_run_is_told_so(readings, code):
    own = {"gpu_power_limit": 50.0, "gpu_power_limit_default": 50.0}
    own |= {k: v for k, v in readings.items() if k.startswith("gpu")}
    of_machine = {k: v for k, v in readings.items() if not k.startswith("gpu")}
    at = laptop(**own)
    at = replace(at, readings=at.readings | machine(**of_machine).readings)
    assert list(found(at)) == [code]


def test_a_gpu_that_cannot_train_is_a_warning():
    at = laptop()
    idle = replace(at.torch.devices[-1], usable=False, problem="no kernel image is available")
    assert found(replace(at, torch=replace(at.torch, devices=(idle,)))).keys() == {"gpu-smoke"}


def test_half_a_pcie_link_is_a_warning():
    at = laptop(gpu_pcie_generation_own=4, gpu_pcie_width_max=16)
    seen = tuple(
        Sample(START + t, {"gpu.0.pcie_generation": 4.0, "gpu.0.pcie_width": 8.0 if t else 1.0}) for t in range(3)
    )
    told = found(at, timed("cuda:0"), telemetry=seen)["catch-link"]
    assert "8 lanes of PCIe 4" in told.sentence
    assert "15.8 GB/s" in told.sentence
    assert found(at, timed("cpu"), telemetry=seen) == {}, "an idle link says nothing"
    assert found(laptop(gpu_pcie_generation_own=4, gpu_pcie_width_max=8), timed("cuda:0"), telemetry=seen) == {}


def test_a_gpu_slower_than_its_name_is_a_warning():
    def product(tflops: float) -> Run:
        return timed("cuda:0", Timing(START, "peak", (1.0,), tflops * 1e12, "flop", "fp32"))

    table = min(g.fp32_tflops for g in hardware_tables.gpu_models() if g.name == "GeForce RTX 3080 Mobile")
    assert found(laptop(), product(0.8 * table)) == {}
    slow = found(laptop(), product(0.3 * table))["catch-slow"]
    assert slow.numbers["percent"] == pytest.approx(30)
    assert found(laptop(gpu_name="A card nobody knows"), product(0.01)) == {}


def test_one_memory_channel_is_a_suspicion():
    def copied(gigabytes: float) -> Run:
        return timed("cpu", Timing(START, "copy", (1.0, 2.0), gigabytes * 1e9, "byte"))

    at = machine(host_virtual="none", cpu_physical_cores=8)
    told = found(at, copied(18))
    assert "suspicion" in told["catch-channel"].sentence
    assert found(at, copied(40)) == {}
    assert found(machine(host_virtual="KVM", cpu_physical_cores=8), copied(18)) == {}, "shared with strangers"
    assert found(machine(host_virtual="none", cpu_physical_cores=2), copied(18)) == {}, "perhaps it never had two"


def test_a_machine_that_does_not_sustain_its_speed_is_a_warning():
    def soak(late: float) -> Run:
        rates = [1000.0] * 100 + [late] * 200
        made = tuple(Window(START + i, 64 / r, 1, 64, 64, 1, warm=False) for i, r in enumerate(rates))
        return Run("soak", Plan(), Rules(), START, START + 300, "time-limit", "ACTIVE", made)

    assert found(machine(), soak(900))["catch-heat"].numbers["percent"] == pytest.approx(90)
    assert found(machine(), soak(970)) == {}


def trained(device: str = "cpu") -> Run:
    return Run("train", Plan(device=device), Rules(), START, END, "converged", "ACTIVE")


def samples(key: str, *values: float | None) -> tuple[Sample, ...]:
    return tuple(Sample(START + n * (END - START) / len(values), {key: value}) for n, value in enumerate(values))


@pytest.mark.parametrize(
    ("clocks", "base", "caught"),
    [
        ([400.0] * 20, 2600, True),
        ([400.0] * 19 + [3100.0], 2600, True),  # a moment at full speed does not help
        ([798.0] * 20, 1900, True),
        ([1310.0] * 20, 2600, False),
        ([400.0] * 10 + [2600.0] * 10, 2600, False),
        ([None] * 20, 2600, False),
        ([400.0] * 20, None, False),
    ],
)
def test_a_clock_that_is_stuck(clocks, base, caught):
    at = machine(cpu_base_clock=base) if base else machine()
    told = found(at, trained(), telemetry=samples("cpu.clock_highest", *clocks))
    assert (list(told) == ["catch-clock"]) == caught
    if caught:
        assert f"base clock of {base:,} MHz" in told["catch-clock"].sentence
    assert found(at, trained("cuda:0"), telemetry=samples("cpu.clock_highest", *clocks)) == {}, "the GPU was busy"


@pytest.mark.parametrize(
    ("margins", "caught"),
    [([1.0] * 20, True), ([30.0] * 19 + [2.0], True), ([30.0] * 20 + [2.0], False), ([3.0] * 20, False), ([], False)],
)
def test_a_processor_that_throttles_by_heat(margins, caught):
    told = found(machine(), trained(), telemetry=samples("cpu.margin", *margins) if margins else ())
    assert (list(told) == ["catch-throttles"]) == caught
    if caught:
        assert "throttles by heat" in told["catch-throttles"].sentence


def test_a_charger_that_is_too_weak():
    assert list(found(machine(power_source=DRAINING))) == ["catch-draining"]
