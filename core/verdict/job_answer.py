"""Is this machine enough for one job? The answer, and the cheapest alternative if it is not."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.forecast import LIKELY, lacks_memory
from ..records.verdict import Forecast, Reason
from ..reference.scenarios import Job
from ..words.writer import reason
from .cloud_rentals import Rental, cheapest_rental

SLOW_FACTOR = 7.0
"""Up to this many times its deadline a job counts as slow (a night becomes a week); beyond, as too slow."""


def job_answer(job: Job, forecasts: Sequence[Forecast], known: Sequence[Rental]) -> list[Reason]:
    """The answer, and an alternative unless it is a plain yes.

    `forecasts`: of all jobs, from a verdict; `known`: the rentals to choose from.
    """
    mine = [f for f in forecasts if f.job == job.name]
    if not mine:
        return [reason("want-untried", job=job.name), *_alternative(job, known)]
    best = max(mine, key=lambda f: (f.probability, -(f.seconds or float("inf"))))
    numbers: dict[str, float | int | str | None] = {"job": job.name, "device": best.device}
    if best.seconds is None and job.accelerators:
        return [reason("want-accelerators", job=job.name, need=job.accelerators), *_alternative(job, known)]
    if lacks_memory(best):
        told = reason("want-memory", **numbers, need=best.memory_need, has=best.memory_has)
        return [told, *_alternative(job, known)]
    numbers |= {"low": best.low, "high": best.high}
    if best.probability >= LIKELY:
        return [reason("want-yes", **numbers)]
    code = "want-slowly" if (best.seconds or 0) <= SLOW_FACTOR * job.deadline_s else "want-too-slow"
    return [reason(code, **numbers, deadline=job.deadline_s), *_alternative(job, known)]


def _alternative(job: Job, known: Sequence[Rental]) -> list[Reason]:
    if rental := cheapest_rental(job, known):
        (short, long), (least, most) = rental.hours(job), rental.dollars(job)
        count = rental.offer.accelerator_count
        return [
            reason(
                "rent",
                offer=f"{rental.offer.provider} {rental.offer.instance}",
                accelerators=f"{count} x {rental.offer.accelerator}",
                low=3600 * short,
                high=3600 * long,
                least=least,
                most=most,
                date=rental.offer.price_date,
            )
        ]
    return [reason("gpu-class", need=job.memory_need)]
