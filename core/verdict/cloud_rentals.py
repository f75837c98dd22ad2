"""Cloud machines for rent: dated prices, joined with published training rates of the same accelerators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..analysis.forecast import batch_fits
from ..records.window_statistics import MODEL_ERROR
from ..reference import hardware_tables
from ..reference.gpu_names import distinguishing_words, memory_by_name
from ..reference.hardware_tables import CloudOffer, GpuModel, PublishedThroughput
from ..reference.scenarios import Job
from .hardware_scale import RESNET50

MAX_AGE_YEARS = 2
"""Prices that are this much older than the newest one in the table are left out."""
_YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True, slots=True)
class Rental:
    """One offer, with the lowest and the highest images/s of ResNet-50 that sources publish for its accelerators.

    `memory`: bytes of each accelerator; None if not known.
    """

    offer: CloudOffer
    slowest: float
    fastest: float
    memory: int | None

    def hours(self, job: Job) -> tuple[float, float]:
        """Fewest and most hours of a ResNet-50 job, widened by `MODEL_ERROR` as every forecast is."""
        error = 1 + MODEL_ERROR
        return job.work / self.fastest / 3600 / error, job.work / self.slowest / 3600 * error

    def dollars(self, job: Job) -> tuple[float, float]:
        """Lowest and highest cost of a ResNet-50 job, in US dollars."""
        short, long = self.hours(job)
        return short * self.offer.on_demand_usd_per_hour, long * self.offer.on_demand_usd_per_hour

    def finishes(self, job: Job) -> bool:
        """Whether the job fits and, by the slowest published rate, meets its deadline."""
        enough = batch_fits(job, True, self.memory) and self.offer.accelerator_count >= job.accelerators
        return enough and self.hours(job)[1] * 3600 <= job.deadline_s


def rentals_of(
    offers: Sequence[CloudOffer], rows: Sequence[PublishedThroughput], gpus: Sequence[GpuModel]
) -> list[Rental]:
    """The recent offers with published rates for the same number of the same accelerators, cheapest an hour first.

    Of one source only the fastest precision counts, as a user would choose it: slowest and fastest are among sources.
    """
    newest = max((_year(o) for o in offers), default=0)
    known: dict[tuple[frozenset[str], int], dict[str, float]] = {}
    for row in rows:
        if RESNET50.match(row.model) and row.device_type != "cpu":
            sources = known.setdefault((distinguishing_words(row.hardware), row.num_devices), {})
            sources[row.source] = max(sources.get(row.source, 0.0), row.train_images_per_s)
    found = []
    for offer in offers:
        wanted = distinguishing_words(offer.accelerator)
        rates = [
            rate
            for (words, count), sources in known.items()
            if wanted and wanted <= words and count == offer.accelerator_count
            for rate in sources.values()
        ]
        if rates and newest - _year(offer) < MAX_AGE_YEARS:
            found.append(Rental(offer, min(rates), max(rates), memory_by_name(offer.accelerator, gpus)))
    return sorted(found, key=lambda r: r.offer.on_demand_usd_per_hour)


def cheapest_rental(job: Job, known: Sequence[Rental]) -> Rental | None:
    """The rental that finishes a job in time for the least money; None if none does, and for all but ResNet-50."""
    if not RESNET50.match(job.model):
        return None
    return min((r for r in known if r.finishes(job)), key=lambda r: r.dollars(job)[1], default=None)


def _year(offer: CloudOffer) -> int:
    """The latest year in the date of a price; 0 without one."""
    return max(map(int, _YEAR.findall(offer.price_date)), default=0)


@cache
def known_rentals() -> tuple[Rental, ...]:
    """The rentals of the shipped tables."""
    return tuple(
        rentals_of(
            hardware_tables.cloud_offers(), hardware_tables.published_throughputs(), hardware_tables.gpu_models()
        )
    )
