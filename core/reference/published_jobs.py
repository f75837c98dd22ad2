"""Published rates and memory of training jobs, from `resources/reference/job_reference.csv`, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .hardware_tables import shipped_table

BINARY = ("GiB", "MiB")
"""A source that names one of these counts memory in 2^30 bytes; others in 10^9."""


@dataclass(frozen=True, slots=True)
class PublishedJob:
    """One row: what was trained on which hardware, how fast (`rate` in `unit`), and the peak of memory."""

    job: str
    model: str
    hardware: str
    params: str = ""
    precision: str = ""
    batch: int | None = None
    seq_or_size: str = ""
    rate: float | None = None
    unit: str = ""
    peak_memory_gb: float | None = None
    source: str = ""
    date: str = ""

    @property
    def peak_bytes(self) -> float | None:
        """The peak in bytes, by the unit that the source has."""
        if self.peak_memory_gb is None:
            return None
        return self.peak_memory_gb * (2**30 if any(unit in self.source for unit in BINARY) else 1e9)


@cache
def published_jobs() -> tuple[PublishedJob, ...]:
    """All rows, in the order of the table."""
    return shipped_table("job_reference.csv", PublishedJob)
