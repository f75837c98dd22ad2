"""The experiments that a worker can run, by name. A new experiment is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from ...records.events import Event
from ...records.plan import Request
from ..work_counting import job_count
from . import (
    accuracy,
    boosting,
    capacity,
    generation,
    job,
    loading,
    matmul,
    memory,
    soak,
    speedups,
    stages,
    sweep,
    train,
    tune,
    workload,
)

EXPERIMENTS: dict[str, Callable[[Request, Callable[[Event], None]], None]] = {
    "tune": tune.run,
    "train": train.run,
    "job": job.run,
    "sweep": sweep.run,
    "matmul": matmul.run,
    "stages": stages.run,
    "accuracy": accuracy.run,
    "capacity": capacity.run,
    "soak": soak.run,
    "memory": memory.run,
    "count": job_count.run,
    "workload": workload.run,
    "generation": generation.run,
    "loading": loading.run,
    "boosting": boosting.run,
    "speedups": speedups.run,
}
