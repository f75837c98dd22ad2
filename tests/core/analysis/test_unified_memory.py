"""GPUs that share the computer's memory: what they can use, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_memory import room
from rigdyno.core.analysis.plan_limits import MEMORY_SHARE
from rigdyno.core.analysis.unified_memory import SHARES_MEMORY, with_torch
from rigdyno.core.records.machine import Gpu, Machine, Reading, TorchDevice

from ..builders import machine

GIB = 2**30

TOTAL, FREE = "gpu.memory_total", "gpu.memory_free"


def computer(told: int | None, pool: int | None, available: int | None, integrated: bool = False) -> Machine:
    """A machine with one GPU: the memory that NVML and torch tell, and what the computer has left."""
    base = machine(**({"memory_available": available} if available is not None else {}))
    if available is None:
        base = replace(base, readings={k: r for k, r in base.readings.items() if k != "memory.available"})
    reading = Reading(told, "NVML", "" if told else "it shares the computer's memory")
    gpu = Gpu("GPU-1", "", {"gpu.name": Reading("A GPU", "NVML"), TOTAL: reading, FREE: reading})
    device = TorchDevice("cuda:0", "A GPU", ("fp32",), True, uuid="GPU-1", memory_total=pool, shares_memory=integrated)
    return with_torch(replace(base, gpus=(gpu,)), replace(base.torch, devices=(*base.torch.devices, device)))


@pytest.mark.parametrize(
    ("told", "pool", "available", "integrated", "usable"),
    [
        (None, 119 * GIB, 100 * GIB, True, 100 * GIB),
        (None, 119 * GIB, 300 * GIB, True, 119 * GIB),
        (None, 119 * GIB, None, True, 119 * GIB),
        (8_522_825_728, 46_477 * 2**20, 60 * GIB, False, 46_477 * 2**20),
        (8_522_825_728, 46_477 * 2**20, 20 * GIB, False, 20 * GIB),
    ],
)
def test_a_gpu_without_memory_of_its_own_has_what_the_computer_has_left(told, pool, available, integrated, usable):
    seen = computer(told, pool, available, integrated)
    for key in (TOTAL, FREE):
        assert seen.gpus[0].readings[key] == Reading(usable, SHARES_MEMORY)
    if integrated:
        assert room(seen, "cuda:0") == int(MEMORY_SHARE * usable)


def test_other_gpus_keep_what_nvml_tells():
    """torch's pool and NVML's total differ by some hundred megabytes on a GPU with its own memory."""
    seen = computer(8 * GIB, round(7.6 * GIB), 20 * GIB)
    assert seen.gpus[0].readings[TOTAL] == Reading(8 * GIB, "NVML")
    assert computer(8 * GIB, None, 20 * GIB).gpus[0].value(TOTAL) == 8 * GIB
