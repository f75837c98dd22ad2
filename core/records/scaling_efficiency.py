"""Training by several ranks together: what is trained, by how many, and what the raw seconds say of it.

Pure and without torch, as both the ranks and the parent know it. The batch of each rank stays the same however many
there are ("weak scaling", Gustafson 1988), as in nearly all training on several GPUs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from .plan import Plan, Rules
from .result import Run
from .window_statistics import Rate, interval

CPU_BATCH = 4
"""Photos a step of ResNet-50 on a processor: a step of 64 would take a core a quarter of a minute."""
RULES = Rules(window_s=0.25, warmup_min_s=1, warmup_min_windows=3, warmup_cap_s=6, min_windows=12, budget_s=40)
"""Of one network; the budget counts the windows of every number of ranks."""
SECONDS = 20.0
"""Of the measured windows of one network."""


@dataclass(frozen=True, slots=True)
class Point:
    """What `ranks` processes do together.

    `rate`: samples per second of all of them. `efficiency`: that, as a share of `ranks` times the single rank's;
    None where the single one was not measured. `exchange`: share of a step (0-1) that goes to the exchange of
    gradients, what backward hides of it not counted; None for a single rank.
    """

    ranks: int
    hosts: int
    rate: Rate
    efficiency: float | None
    exchange: float | None


def points(run: Run) -> tuple[Point, ...]:
    """One for each number of ranks that was measured, the fewest first."""
    found: list[Point] = []
    for one in sorted(run.scalings, key=lambda s: s.ranks):
        rate = interval([one.ranks * run.plan.batch * one.steps / s for s in one.seconds])
        base = found[0] if found else None
        share = rate.median / (one.ranks * base.rate.median) if base and base.ranks == 1 else None
        exchange = median(1 - b / a for a, b in zip(one.seconds, one.apart, strict=True)) if one.apart else None
        found.append(
            Point(
                ranks=one.ranks,
                hosts=one.hosts,
                rate=rate,
                efficiency=1.0 if one.ranks == 1 else share,
                exchange=None if exchange is None else max(0.0, exchange),  # below: no more than noise
            )
        )
    return tuple(found)


def counts(ranks: int) -> Iterator[int]:
    """1, 2, 4, … and all of them."""
    count = 1
    while count < ranks:
        yield count
        count *= 2
    yield ranks


def plans(device: str, threads: int = 0) -> tuple[Plan, Plan]:
    """The small network, and ResNet-50 on photos: much arithmetic for each gradient, and little."""
    batch = CPU_BATCH if device == "cpu" else 64
    photos = Plan(
        model="resnet50", image_size=224, channels=3, classes=1000, batch=batch, optimizer="sgd", data="synthetic",
        device=device, threads=threads,
    )  # fmt: skip
    return Plan(device=device, threads=threads), photos
