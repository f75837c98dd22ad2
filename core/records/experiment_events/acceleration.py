"""What the worker tells of ways to train that need more than a setting of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..bounds import MAX_COUNT, MAX_SECONDS

Way = Literal["compile", "cuda-graphs", "cores", "numa"]
Obstacle = Literal["", "no-compiler", "no-triton", "frozen", "no-affinity", "over-time", "broke", "differs"]


@dataclass(frozen=True, slots=True)
class Acceleration:
    """A way to train the plan's network, in a duet with the plan's own settings; see `worker/experiments/speedups.py`.

    `rates` are the samples per second of its windows, and `plain` those of the others of each pair. `start_s` are the
    seconds until it could train at that rate, as of compilation. `obstacle`: why it has no windows, with the `detail`
    in the words of a library; over-time: it was not ready after `start_s`; differs: it does not learn as it should.
    """

    t: float
    way: Way
    rates: tuple[float, ...] = ()
    plain: tuple[float, ...] = ()
    start_s: float = 0.0
    obstacle: Obstacle = ""
    detail: str = ""

    def __post_init__(self) -> None:
        measured = bool(self.rates) and all(1 / MAX_COUNT < r < MAX_COUNT for r in (*self.rates, *self.plain))
        if len(self.rates) != len(self.plain) or not (measured or self.obstacle):
            raise ValueError("a way to train has rates in pairs, or an obstacle")
        if not 0 <= self.start_s <= MAX_SECONDS:
            raise ValueError("a way to train starts within some seconds")
