"""The article's claims, each measured: a module finds its chart and its sentences in a result. One line for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...records.result import Result
from ...words.writer import Words
from . import (
    accuracy,
    gpu_timeline,
    known_hardware,
    latency_or_throughput,
    milestones,
    parallel_products,
    project_stages,
    roofline,
)
from .claim_finding import Found


@dataclass(frozen=True, slots=True)
class Claim:
    """`find` looks into a result, None where it does not hold what it takes; `steps` of a check measure that."""

    code: str
    steps: tuple[str, ...]
    find: Callable[[Result, Words], Found | None]


CLAIMS: tuple[Claim, ...] = (
    Claim("ferrari", ("sweep",), latency_or_throughput.find),
    Claim("at-once", ("matmul",), parallel_products.find),
    Claim("stages", ("stages",), project_stages.find),
    Claim("roofline", ("matmul", "train"), roofline.find),
    Claim("accuracy", ("accuracy",), accuracy.find),
    Claim("milestones", ("matmul",), milestones.find),
    Claim("scale", ("jobs",), known_hardware.find),
    Claim("timeline", ("matmul",), gpu_timeline.find),
)
"""In the order in which they are told."""
