"""The memory of a job by the shipped count, against what a device has."""

from __future__ import annotations

from ...records.experiment_events.memory import MemoryCount
from ...records.machine import Machine
from ...reference.job_catalogue import CatalogueJob
from ...reference.job_work import JobWork
from ..plan_limits import MEMORY_SHARE
from ..unified_memory import usable_memory

USUAL_CONTEXT = 616 * 2**20
"""Bytes of CUDA's context with torch's libraries on an H200; other GPUs take 0.5 to 1.4 GB."""


def shipped_memory(job: CatalogueJob, work: JobWork, machine: Machine, device: str) -> MemoryCount | None:
    """The count of a job for a device of the machine. Accelerators that are not NVIDIA's are taken as if they were."""
    gigabytes = work.cpu if device == "cpu" else work.cuda
    if not gigabytes:
        return None
    weights, gradients, optimizer, peak = (round(1e9 * value) for value in gigabytes)
    context = 0 if device == "cpu" else USUAL_CONTEXT
    limit = room(machine, device)
    return MemoryCount(
        0.0,
        device.partition(":")[0],
        job.batch,
        job.workload.sequence,
        weights,
        gradients,
        optimizer,
        max(1, peak),
        context,
        limit,
        round(1e9 * work.cache),
    )


def room(machine: Machine, device: str) -> int | None:
    """Bytes that a training may take on a device; None where it is not known."""
    if device == "cpu":
        available = machine.value("memory.available")
        return int(MEMORY_SHARE * available) if isinstance(available, int) else None
    known = machine.device(device)
    if known is None:
        return None
    if known.shares_memory:
        shared = usable_memory(machine, known)
        return int(MEMORY_SHARE * shared) if shared is not None else None
    if known.memory_free is not None:
        return known.memory_free
    return max(0, known.memory_total - USUAL_CONTEXT) if known.memory_total is not None else None
