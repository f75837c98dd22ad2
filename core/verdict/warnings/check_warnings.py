"""What will disturb a check, seen before it begins. Each warning has a stated test and says what to do."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.gpu_usability import broken_links
from ...records.machine import DRAINING, WEAK_SUPPLY, Machine
from ...records.verdict import Reason
from ...words.writer import reason
from ..trust import SAVING_MODES
from .part_warnings import translated_python

MIN_FREE_SHARE, MIN_FREE_BYTES = 0.25, 2 * 2**30
"""With less free memory than this share or this many bytes, large networks do not fit or the system swaps."""
SWAP_SHARE = 0.10
"""Swap in use as a share of the memory. Systems swap a little even with memory to spare; above this, it was short."""
SELF_CLOCKING_DRIVERS = ("intel_pstate", "amd-pstate-epp")
"""Clock drivers whose usual governor is `powersave`, as the processor itself chooses its clock."""


def check_warnings(machine: Machine) -> tuple[Reason, ...]:
    """Everything to put right before a check, most important first; empty if nothing is known to be wrong."""
    return (
        *_engine(machine),
        *translated_python(machine),
        *_gpus(machine),
        *_power(machine),
        *_memory(machine),
        *_cores(machine),
        *_variables(machine),
    )


def _engine(machine: Machine) -> Iterator[Reason]:
    chosen = machine.readings.get("torch.engine")
    if chosen and chosen.reason:
        yield reason("hint-engine", why=chosen.reason)


def _gpus(machine: Machine) -> Iterator[Reason]:
    yield from broken_links(machine)
    for gpu in machine.gpus:
        programs = gpu.value("gpu.programs")
        if isinstance(programs, int) and programs:
            yield reason("hint-gpu-busy", device=gpu.name, count=programs)
        if gpu.value("gpu.power_source") == WEAK_SUPPLY:
            yield reason("hint-undersized", device=gpu.name)


def _power(machine: Machine) -> Iterator[Reason]:
    if machine.value("power.source") == "battery":
        yield reason("hint-battery")
    if machine.value("power.source") == DRAINING:
        yield reason("hint-draining")
    mode = machine.value("power.mode")
    if mode in SAVING_MODES:
        yield reason("hint-power-mode", mode=str(mode))
    governor, _, driver = str(machine.value("cpu.governor") or "").removesuffix(")").partition(" (")
    if governor == "powersave" and driver and driver not in SELF_CLOCKING_DRIVERS:
        yield reason("hint-governor", governor=governor)


def _memory(machine: Machine) -> Iterator[Reason]:
    total, limit = _bytes(machine, "memory.total"), _bytes(machine, "memory.limit")
    free, swapped = _bytes(machine, "memory.available"), _bytes(machine, "memory.swap_used")
    if limit is not None and total is not None and limit < total:
        yield reason("hint-memory-limit", has=limit, need=total)
    most = total if limit is None else limit
    if free is not None and most is not None and free < max(MIN_FREE_SHARE * most, min(MIN_FREE_BYTES, most / 2)):
        yield reason("hint-memory", has=free, need=most)
    if swapped is not None and total is not None and swapped > SWAP_SHARE * total:
        yield reason("hint-swap", has=swapped)


def _cores(machine: Machine) -> Iterator[Reason]:
    usable, logical = machine.value("cpu.usable_cores"), machine.value("cpu.logical_cores")
    if isinstance(usable, int) and isinstance(logical, int) and usable < logical:
        yield reason("hint-cores", usable=usable, logical=logical)


def _variables(machine: Machine) -> Iterator[Reason]:
    found = machine.value("host.speed_variables")
    if isinstance(found, list) and found:
        yield reason("hint-variables", variables=" ".join(found))


def _bytes(machine: Machine, key: str) -> int | None:
    value = machine.value(key)
    return int(value) if isinstance(value, int | float) else None
