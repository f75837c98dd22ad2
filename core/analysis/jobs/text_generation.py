"""How fast a language model writes on a device: the time to the first token, then tokens a second."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...records.events import DepthTiming
from ...records.window_statistics import MODEL_ERROR
from ...records.workload import Workload
from .depth_extrapolation import extrapolate

Kind = Literal["guess", "scaled", "published", "extrapolated", "measured"]
CERTAINTY: tuple[Kind, ...] = ("guess", "scaled", "published", "extrapolated", "measured")
"""The least certain first. Scaled, published: of a GPU that is not here."""


@dataclass(frozen=True)
class Quantity:
    """A value with its 95 % range, and how it is known."""

    value: float
    low: float
    high: float
    kind: Kind

    @classmethod
    def within(cls, value: float, error: float, kind: Kind) -> Quantity:
        """From value / (1 + error) to value * (1 + error)."""
        return cls(value, value / (1 + error), value * (1 + error), kind)


@dataclass(frozen=True)
class Writing:
    """Seconds until a text's first token, and tokens/s after it, of all texts of a batch together."""

    first_token_s: Quantity
    tokens_per_s: Quantity

    def answers(self, batch: int, new_tokens: int, count: int) -> Quantity:
        """Seconds of so many texts of `new_tokens` tokens, of which `batch` are written together."""
        first, rate = self.first_token_s, self.tokens_per_s
        batches, tokens = count / batch, new_tokens * batch
        kind = min(first.kind, rate.kind, key=CERTAINTY.index)
        return Quantity(
            batches * (first.value + tokens / rate.value),
            batches * (first.low + tokens / rate.high),
            batches * (first.high + tokens / rate.low),
            kind,
        )


def measured_writing(
    workload: Workload, timings: Sequence[DepthTiming], prompt_flops: float, quantile: float
) -> Writing | None:
    """What few blocks, or all, have told; `prompt_flops`: operations of reading the whole prompt. None where one of
    both was not measured.
    """
    found = list(_steps(timings, prompt_flops, quantile))
    if len(found) < 2:
        return None
    first, token = found
    rate = workload.batch / token.value
    return Writing(first, Quantity(rate, workload.batch / token.high, workload.batch / token.low, token.kind))


def _steps(timings: Sequence[DepthTiming], prompt_flops: float, quantile: float) -> Iterator[Quantity]:
    """Seconds of reading the prompt, and of a token."""
    for what, flops in (("prompt", prompt_flops), ("token", 0.0)):
        step = extrapolate([t for t in timings if t.what == what], flops, quantile)
        if step:
            kind: Kind = "measured" if step.measured else "extrapolated"
            yield Quantity.within(step.seconds, math.hypot(step.error, MODEL_ERROR), kind)
