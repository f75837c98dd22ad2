"""Whether two machines are the same computer."""

from __future__ import annotations

import hashlib

from ..records.machine import Machine, Value

LASTING = ("cpu.model", "cpu.physical_cores", "memory.total", "host.model", "host.kind", "host.virtual")
"""Readings that stay the same from one check of a computer to the next."""


def is_same_computer(one: Machine, other: Machine, asleep: bool = False) -> bool:
    """Whether their lasting readings and their GPUs are the same.

    `asleep`: one of them may have been looked at while its GPUs slept, and have none for that reason.
    """
    gpus = [tuple(gpu.uuid for gpu in machine.gpus) for machine in (one, other)]
    alike = gpus[0] == gpus[1] or (asleep and not all(gpus))
    return alike and all(one.value(key) == other.value(key) for key in LASTING)


def computer_digest(machine: Machine, device: str) -> str:
    """Sixteen letters that stand for a computer: its lasting readings, and its GPUs where `device` is one."""
    told = [str(_rounded(machine.value(key))) for key in LASTING]
    gpus = [gpu.uuid for gpu in machine.gpus] if device != "cpu" else []
    return hashlib.sha256("\n".join([*told, *gpus]).encode()).hexdigest()[:16]


def _rounded(value: Value) -> Value:
    """Bytes in whole GiB: another kernel or firmware keeps some MB more or less of the memory for itself."""
    return round(value / 2**30) if isinstance(value, int) and value > 2**30 else value
