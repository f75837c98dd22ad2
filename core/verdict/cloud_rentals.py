"""Rented machines: the dated prices, joined to what their accelerators are known to train."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..analysis.forecast import MODEL_ERROR, batch_fits
from ..reference import hardware_tables
from ..reference.gpu_names import distinguishing_words, memory_by_name
from ..reference.hardware_tables import CloudOffer, GpuModel, PublishedThroughput
from ..reference.scenarios import Job
from .hardware_scale import RESNET50

MAX_AGE_YEARS = 2
"""A price older than this against the newest one in the table is history, not an offer."""
_YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True, slots=True)
class Rental:
    """One offer with the images/s of ResNet-50 that sources published for its accelerators, and bytes of each."""

    offer: CloudOffer
    slow: float
    fast: float
    memory: int | None

    def hours(self, job: Job) -> tuple[float, float]:
        """The least and the most hours that a ResNet-50 job takes there, with the error of every forecast."""
        error = 1 + MODEL_ERROR
        return job.work / self.fast / 3600 / error, job.work / self.slow / 3600 * error

    def dollars(self, job: Job) -> tuple[float, float]:
        """What that costs."""
        short, long = self.hours(job)
        return short * self.offer.on_demand_usd_per_hour, long * self.offer.on_demand_usd_per_hour

    def finishes(self, job: Job) -> bool:
        """Whether the job is done in time and fits, by the slowest source."""
        enough = batch_fits(job, True, self.memory) and self.offer.accelerator_count >= job.accelerators
        return enough and self.hours(job)[1] * 3600 <= job.deadline_s


def rentals_of(
    offers: Sequence[CloudOffer], rows: Sequence[PublishedThroughput], gpus: Sequence[GpuModel]
) -> list[Rental]:
    """The recent offers whose accelerators are in a published table, in their number; cheapest by the hour first.

    A source's figure is its fastest precision, as a user would choose it; slow and fast are between the sources.
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
    """The rental that does a ResNet-50 job in time for the least money; None where none does."""
    if not RESNET50.match(job.model):
        return None
    return min((r for r in known if r.finishes(job)), key=lambda r: r.dollars(job)[1], default=None)


def _year(offer: CloudOffer) -> int:
    """The last year that the date of a price names."""
    return max(map(int, _YEAR.findall(offer.price_date)), default=0)


@cache
def known_rentals() -> tuple[Rental, ...]:
    """Every dated offer of the shipped tables whose accelerators some source has timed."""
    return tuple(
        rentals_of(
            hardware_tables.cloud_offers(), hardware_tables.published_throughputs(), hardware_tables.gpu_models()
        )
    )
