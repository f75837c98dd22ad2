"""The counted work and memory of every job that trains or runs a network, from `resources/job_work.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec

NOTHING = (0.0, 0.0)
Amount = tuple[float, float]
"""GFLOP, and GB that are read and written as if there were no cache."""


@dataclass(frozen=True, slots=True)
class JobWork:
    """What one training step of a job is made of. Work is that of one sample, with its share of the update; of a job
    that writes text, that of reading one prompt.
    """

    parameters: int
    """In all."""
    trained: int
    """Parameters that are updated; fewer below adapters."""
    calls: float
    """torch operations of one forward and backward pass of the whole batch, with its share of the update."""
    elementwise: Amount
    """Everything that is none of the other kinds: normalisations, activations, copies, the optimiser."""
    convolution: Amount = NOTHING
    matrix: Amount = NOTHING
    attention: Amount = NOTHING
    """By a kernel that keeps no scores."""
    cuda: tuple[float, ...] = ()
    """GB of weights, gradients, optimiser, and of everything together at the worst moment, on an NVIDIA GPU."""
    cpu: tuple[float, ...] = ()
    """The same on a processor."""
    token: float = 0.0
    """Of a job that writes text: GB of the weights, and of the keys and values, that are read to write one token of
    each text of the batch.
    """
    token_calls: float = 0.0
    """torch operations of the same."""
    cache: float = 0.0
    """GB of all keys and values of such a job, a part of the memory at the worst moment."""
    remedies: dict[str, float] = field(default_factory=dict)
    """GB at the worst moment on an NVIDIA GPU after each change of `memory_remedies`, by its code; of jobs that not
    every GPU has the memory for.
    """


@cache
def load_job_work() -> dict[str, JobWork]:
    """By the names of jobs. Boosting, which has no network, is not in it."""
    return parse_job_work((files("rigdyno.resources") / "job_work.toml").read_text(encoding="utf-8"))


def parse_job_work(text: str) -> dict[str, JobWork]:
    """A table for each job. Raises ValueError that says which one is wrong."""
    try:
        return {name: msgspec.convert(table, JobWork) for name, table in tomllib.loads(text).items()}
    except ValueError as error:  # includes msgspec's
        raise ValueError(f"job_work: {error}") from error
