"""The article's claims, each measured: a module finds its chart and its sentences in a result. One line for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..model import Result
from ..words import Words
from . import accuracy, at_once, ferrari, milestones, roofline, scale, stages, timeline
from .found import Found


@dataclass(frozen=True, slots=True)
class Claim:
    """`find` looks into a result, None where it does not hold what it takes; `steps` of a check measure that."""

    code: str
    steps: tuple[str, ...]
    find: Callable[[Result, Words], Found | None]


CLAIMS: tuple[Claim, ...] = (
    Claim("ferrari", ("sweep",), ferrari.find),
    Claim("at-once", ("matmul",), at_once.find),
    Claim("stages", ("stages",), stages.find),
    Claim("roofline", ("matmul", "train"), roofline.find),
    Claim("accuracy", ("accuracy",), accuracy.find),
    Claim("milestones", ("matmul",), milestones.find),
    Claim("scale", ("jobs",), scale.find),
    Claim("timeline", ("matmul",), timeline.find),
)
"""In the order in which they are told."""
