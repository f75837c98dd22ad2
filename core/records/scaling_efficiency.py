"""Scaling efficiency: which networks several ranks train together, and throughput and efficiency from their windows.

Without torch, as both the ranks and the parent import it. The batch of each rank is the same for every number of ranks
("weak scaling", Gustafson 1988), as in nearly all training on several GPUs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from .plan import Plan, Rules
from .result import Run
from .window_statistics import Rate, confidence_interval

CPU_BATCH = 4
"""Batch of ResNet-50 on a processor: a step of 64 photos would take a core 15 s."""
RULES = Rules(window_s=0.25, warmup_min_s=1, warmup_min_windows=3, warmup_cap_s=6, min_windows=12, budget_s=40)
"""How one network is measured; `budget_s` counts the windows of all numbers of ranks."""
SECONDS = 20.0
"""Time limit of the measured windows of one network, all numbers of ranks together."""


@dataclass(frozen=True, slots=True)
class Point:
    """The throughput of `ranks` processes that train together.

    `rate`: samples per second of all of them. `efficiency`: `rate` as a share of `ranks` times the rate of a single
    rank; None where a single rank was not measured. `exchange`: share of a step (0-1) that the exchange of gradients
    adds, without the part that overlaps the backward pass; None for a single rank.
    """

    ranks: int
    hosts: int
    rate: Rate
    efficiency: float | None
    exchange: float | None


def points(run: Run) -> tuple[Point, ...]:
    """A point for each number of ranks that was measured, the smallest first."""
    found: list[Point] = []
    for one in sorted(run.scalings, key=lambda s: s.ranks):
        rate = confidence_interval([one.ranks * run.plan.batch * one.steps / s for s in one.seconds])
        base = found[0] if found else None
        share = rate.median / (one.ranks * base.rate.median) if base and base.ranks == 1 else None
        exchange = median(1 - b / a for a, b in zip(one.seconds, one.apart, strict=True)) if one.apart else None
        found.append(
            Point(
                ranks=one.ranks,
                hosts=one.hosts,
                rate=rate,
                efficiency=1.0 if one.ranks == 1 else share,
                exchange=None if exchange is None else max(0.0, exchange),  # a negative share is noise
            )
        )
    return tuple(found)


def rank_counts(ranks: int) -> Iterator[int]:
    """The numbers of ranks to measure: the powers of 2 below `ranks`, and `ranks`."""
    count = 1
    while count < ranks:
        yield count
        count *= 2
    yield ranks


def plans(device: str, threads: int = 0) -> tuple[Plan, Plan]:
    """The small network, which computes little for each exchanged gradient, and ResNet-50, which computes much."""
    batch = CPU_BATCH if device == "cpu" else 64
    photos = Plan(
        model="resnet50", image_size=224, channels=3, classes=1000, batch=batch, optimizer="sgd", data="synthetic",
        device=device, threads=threads,
    )  # fmt: skip
    return Plan(device=device, threads=threads), photos
