"""What trainings of the user's own correct: for which jobs they tell something, and by which factor.

Forecasts stay as they are where they are made, and results are never changed: an answer is corrected when it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import geometric_mean

from ...records.calibration import Calibration, Correction
from ...records.machine import Machine
from ...records.workload import Workload
from ...reference.job_catalogue import CatalogueJob
from ..same_computer import computer_digest
from .job_estimate import JobEstimate

LOWEST, HIGHEST = 1 / 5, 5.0
"""A factor outside of these speaks of another job, another device or another size of steps rather than of a forecast's
error: guesses, the widest of forecasts, are within 2.5 (see `job_guess.RANGE`).
"""
LANGUAGE = "language"
ADAPTERS = "-lora"
"""Behind the families of jobs that train adapters on frozen weights: their steps differ from those that train all."""


def calibration_family(workload: Workload, catalogued: CatalogueJob | None = None) -> str:
    """Which trainings tell of a job: those of its family of the catalogue, adapters apart; of a network of the user's
    own only that network's. Empty for text that is written and for boosted trees, which have no steps of a training.
    """
    if workload.new_tokens or workload.boosting:
        return ""
    if workload.is_own:
        return workload.network
    family = catalogued.family if catalogued else LANGUAGE if workload.decoder else ""
    return family + ADAPTERS if family and workload.lora else family


def plausible(factor: float) -> bool:
    """Whether a factor may be the error of a forecast."""
    return LOWEST <= factor <= HIGHEST


def correction(known: Sequence[Calibration], family: str, machine: Machine, device: str) -> Correction | None:
    """What the forecasts of a family on a device of a machine are multiplied by; None where no training tells."""
    computer = computer_digest(machine, device)
    mine = [c for c in known if family and (c.family, c.device, c.computer) == (family, device, computer)]
    return combined(mine) if mine else None


def combined(mine: Sequence[Calibration]) -> Correction:
    """One factor of one or more trainings."""
    factors = [c.factor for c in mine]
    steps, date = sum(c.steps for c in mine), max(c.date for c in mine)
    return Correction(geometric_mean(factors), min(factors), max(factors), len(mine), steps, date)


def corrected(
    found: Sequence[JobEstimate], family: str, machine: Machine, known: Sequence[Calibration]
) -> list[JobEstimate]:
    """The estimates of a job, each corrected by what is known of its family on its device; see `corrected_estimate`."""
    return [corrected_estimate(item, correction(known, family, machine, item.device)) for item in found]


def corrected_estimate(item: JobEstimate, told: Correction | None) -> JobEstimate:
    """An estimate with its rate times the factor and its times over it, and with the correction itself.

    The ends of its range are moved by the factors furthest apart: what trainings differ by is not known any better.
    """
    if told is None or item.seconds is None:
        return item
    return replace(
        item,
        samples_per_s=item.samples_per_s * told.factor if item.samples_per_s else None,
        seconds=item.seconds / told.factor,
        low=item.low / told.highest if item.low is not None else None,
        high=item.high / told.lowest if item.high is not None else None,
        correction=told,
    )


def corrected_table(
    found: Sequence[tuple[CatalogueJob, Sequence[JobEstimate]]], machine: Machine, known: Sequence[Calibration]
) -> list[tuple[CatalogueJob, list[JobEstimate]]]:
    """The table of all jobs with each job's estimates corrected."""
    return [(job, corrected(items, calibration_family(job.workload, job), machine, known)) for job, items in found]
