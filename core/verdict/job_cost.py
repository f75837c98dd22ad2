"""What a job costs on this machine, and after how much use buying is cheaper than renting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from ..records.machine import Sample
from ..records.result import Run
from ..records.verdict import Forecast
from .cloud_rentals import Rental

WEEKS = 52
WEEK_S = 7 * 86_400


@dataclass(frozen=True, slots=True)
class OwnershipTerms:
    """What the owner states: `price` of the machine and of a `kwh` (same currency), `hours` of training a week,
    `years` of use, and the `watts` that the machine takes while it trains.
    """

    price: float
    kwh: float
    hours: float
    years: float
    watts: float

    @property
    def power_per_hour(self) -> float:
        """Money for the electricity of one hour."""
        return self.watts / 1000 * self.kwh

    @property
    def per_hour(self) -> float:
        """Money for one hour of training: electricity, and the price divided by all hours of training in its life."""
        return self.power_per_hour + self.price / (self.years * WEEKS * self.hours)


@dataclass(frozen=True, slots=True)
class JobCost:
    """Hours and money that one job takes here, each at least and at most."""

    job: str
    device: str
    hours: tuple[float, float]
    money: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Weeks of use after which the machine is cheaper than the rental, by its slowest and fastest rate; None: never."""

    rental: Rental
    weeks: tuple[float | None, float | None]


def job_costs(forecasts: Sequence[Forecast], terms: OwnershipTerms) -> list[JobCost]:
    """The cost of every job that this machine can finish, on the device that is best for it."""
    found: dict[str, JobCost] = {}
    for f in forecasts:
        if f.job in found or f.low is None or f.high is None or (f.probability == 0 and f.high < f.deadline_s):
            continue
        hours = (f.low / 3600, f.high / 3600)
        found[f.job] = JobCost(f.job, f.device, hours, (hours[0] * terms.per_hour, hours[1] * terms.per_hour))
    return list(found.values())


def break_even(images_per_s: float, rentals: Sequence[Rental], terms: OwnershipTerms) -> list[BreakEven]:
    """The break-even with each rental, for the images of ResNet-50 that this machine trains in a week."""
    return [
        BreakEven(r, (_weeks(images_per_s, r.slowest, r, terms), _weeks(images_per_s, r.fastest, r, terms)))
        for r in rentals
    ]


def pays_off(one: BreakEven, terms: OwnershipTerms) -> tuple[float | None, float | None]:
    """Seconds of use, at best and at worst, until the machine is the cheaper choice; None: not in its years of use."""
    life = WEEKS * terms.years
    soon, late = (WEEK_S * weeks if weeks is not None and weeks <= life else None for weeks in one.weeks)
    return soon, late


def _weeks(here: float, there: float, rental: Rental, terms: OwnershipTerms) -> float | None:
    rented = terms.hours * here / there * rental.offer.on_demand_usd_per_hour
    saved = rented - terms.hours * terms.power_per_hour
    return terms.price / saved if saved > 0 else None


def mean_gpu_watts(runs: Sequence[Run], telemetry: Sequence[Sample]) -> float | None:
    """Mean watts of all GPUs together while they trained; None without a power sensor. The rest of the machine is not
    included.
    """
    busy = [r for r in runs if r.task in ("train", "job", "soak") and r.plan.device != "cpu"]
    totals = []
    for sample in telemetry:
        if any(r.started <= sample.t <= r.ended for r in busy):
            watts = [v for key, v in sample.values.items() if key.startswith("gpu.") and key.endswith(".power") and v]
            if watts:
                totals.append(sum(watts))
    return fmean(totals) if totals else None
