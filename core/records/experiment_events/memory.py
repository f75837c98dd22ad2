"""What the worker tells of the memory that training takes, and of the work that a job is made of."""

from __future__ import annotations

from dataclasses import dataclass

from ..bounds import MAX_COUNT, MAX_WORK


@dataclass(frozen=True, slots=True)
class Capacity:
    """The largest `batch` that trains in the `limit_bytes` of memory that were free; `tried` is the largest that ran.

    `estimated`: `batch` was extrapolated from the memory of smaller batches, since no larger one was tried.
    """

    t: float
    batch: int
    limit_bytes: int
    tried: int
    tried_bytes: int | None
    estimated: bool

    def __post_init__(self) -> None:
        if min(self.batch, self.tried) < 0:
            raise ValueError("a capacity has no negative batch")


@dataclass(frozen=True, slots=True)
class MemoryCount:
    """The bytes of a training step with `batch` samples of `sequence` tokens (0: it has none), or of a language model
    that writes so many texts, counted without allocating them, see `worker/memory_counting`.

    `device` is the type of device that it was counted for: the run's own, or "cuda" for a GPU that is not here.
    `peak` is everything together at the worst moment, without `context`: what the device's libraries hold for
    themselves. `limit`: bytes that were free for the peak; None where that is not known. `cache`: the keys and values
    of all tokens, which a language model keeps while it writes.
    """

    t: float
    device: str
    batch: int
    sequence: int
    weights: int
    gradients: int
    optimizer: int
    peak: int
    context: int
    limit: int | None
    cache: int = 0

    def __post_init__(self) -> None:
        parts = (self.weights, self.gradients, self.optimizer, self.context, self.limit or 0, self.cache)
        if not (0 < self.batch <= MAX_COUNT and 0 <= self.sequence <= MAX_COUNT):
            raise ValueError("a count of memory has a batch and a sequence")
        if not (0 < self.peak < MAX_WORK and all(0 <= n < MAX_WORK for n in parts)):
            raise ValueError("a count of memory has bytes")

    @property
    def activations(self) -> int:
        """Bytes that are none of the other parts: activations and temporary tensors."""
        return max(0, self.peak - self.weights - self.gradients - self.optimizer - self.cache)


@dataclass(frozen=True, slots=True)
class WorkCount:
    """The counted work of one sample of a job by kind, each as (operations, bytes), with its share of the update; of a
    language model that writes, that of reading one prompt. See `reference/job_work.py`.
    """

    t: float
    batch: int
    parameters: int
    trained: int
    calls: float
    convolution: tuple[float, float]
    matrix: tuple[float, float]
    attention: tuple[float, float]
    elementwise: tuple[float, float]
    token: float = 0.0
    """Bytes that are read to write one token of each text."""
    token_calls: float = 0.0

    def __post_init__(self) -> None:
        kinds = (*self.convolution, *self.matrix, *self.attention, *self.elementwise)
        counts = (self.parameters, self.trained, self.calls, self.token, self.token_calls, *kinds)
        if not (0 < self.batch <= MAX_COUNT and all(0 <= n < MAX_WORK for n in counts)):
            raise ValueError("counted work has a batch, operations and bytes")
