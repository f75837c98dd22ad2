"""Warnings before a check: each one from exact readings, and none where nothing is wrong or nothing is known."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from rigdyno.core.cli import result_output
from rigdyno.core.probes.nvidia_gpus import NOTES
from rigdyno.core.records.machine import WEAK_SUPPLY, Gpu, Machine, Reading
from rigdyno.core.verdict.warnings.check_warnings import check_warnings

from tests.core.builders import machine

GIB = 2**30


def computer(gpu_note: str = "", **readings: str | int | float | None) -> Machine:
    """A computer with nothing to mend; `readings` replace the good ones."""
    good = {
        "memory.total": 16 * GIB, "memory.available": 12 * GIB, "memory.limit": None, "memory.swap_used": 0,
        "power.source": "mains", "power.mode": "balanced", "cpu.governor": "schedutil (acpi-cpufreq)",
        "cpu.usable_cores": 8, "cpu.logical_cores": 8,
    }  # fmt: skip
    told = good | {k.replace("_", ".", 1): v for k, v in readings.items()}
    return Machine({k: Reading(v, "test") for k, v in told.items()}, gpu_note=gpu_note)


def codes(at: Machine) -> list[str]:
    found = check_warnings(at)
    assert all(r.sentence and "{" not in r.sentence and "not reported" not in r.sentence for r in found)
    return [r.code for r in found]


def test_good_and_unknown_computers_get_no_warnings():
    assert codes(computer()) == []
    assert codes(Machine({})) == []
    assert codes(computer(gpu_note=NOTES["no-gpu"])) == []


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ({"power_source": "battery"}, "hint-battery"),
        ({"power_mode": "low-power"}, "hint-power-mode"),
        ({"cpu_governor": "powersave (acpi-cpufreq)"}, "hint-governor"),
        ({"memory_limit": 4 * GIB, "memory_available": 3 * GIB}, "hint-memory-limit"),
        ({"memory_available": 3 * GIB}, "hint-memory"),
        ({"memory_total": 4 * GIB, "memory_available": int(1.5 * GIB)}, "hint-memory"),
        ({"memory_swap_used": 2 * GIB}, "hint-swap"),
        ({"cpu_usable_cores": 2}, "hint-cores"),
        ({"host_speed_variables": ["OMP_PROC_BIND=true", "OMP_PLACES=cores"]}, "hint-variables"),
    ],
)
def test_each_bad_reading_has_its_warning(readings, code):
    assert codes(computer(**readings)) == [code]


@pytest.mark.parametrize(
    "readings",
    [
        {"cpu_governor": "powersave (intel_pstate)"},
        {"cpu_governor": "powersave"},
        {"memory_swap_used": GIB},
        {"memory_available": 4 * GIB},
        {"memory_total": 2 * GIB, "memory_available": GIB},
        {"memory_limit": 16 * GIB},
    ],
)
def test_usual_readings_give_no_warning(readings):
    assert codes(computer(**readings)) == []


def test_numbers_stand_in_the_sentences():
    (hint,) = check_warnings(computer(memory_available=3 * GIB))
    assert hint.sentence.startswith("Only 3.0 GiB of 16.0 GiB of memory are free:")
    (hint,) = check_warnings(computer(memory_limit=4 * GIB, memory_available=3 * GIB))
    assert "4.0 GiB of the 16.0 GiB" in hint.sentence


def test_a_gpu_that_this_torch_cannot_use_is_named():
    gpu = Gpu("GPU-1", "0", {"gpu.name": Reading("RTX 9090", "NVML")})
    (hint,) = check_warnings(replace(machine(), gpus=(gpu,)))
    assert hint.code == "catch-cpu-torch"
    assert hint.sentence.startswith("RTX 9090 is there, but this PyTorch is built for the CPU alone")


def test_other_programs_on_the_gpu_and_a_weak_supply_are_warned_of():
    told = {"gpu.name": "RTX 9090", "gpu.programs": 3, "gpu.power_source": WEAK_SUPPLY}
    gpu = Gpu("GPU-1", "0", {k: Reading(v, "NVML") for k, v in told.items()})
    at = replace(computer(), gpus=(gpu,))
    assert codes(at) == ["hint-gpu-busy", "hint-undersized"]


def test_the_terminal_says_them_below_the_readings():
    written = io.StringIO()
    result_output.show_machine(Console(file=written, width=200), computer(power_source="battery"))
    lines = written.getvalue().splitlines()
    assert lines[-1].startswith("! The computer runs on its battery")
    assert sum(line.startswith("!") for line in lines) == 1
