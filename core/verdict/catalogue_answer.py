"""Is this machine enough for a job of the catalogue? The answer from what is known of the job on each device."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.jobs.job_estimate import JobEstimate
from ..records.calibration import Correction
from ..records.verdict import Numbers, Reason
from ..reference.job_catalogue import CatalogueJob
from ..words.writer import reason
from .data_answer import data_answer
from .job_answer import SLOW_FACTOR

NEVER = float("inf")


def best_estimate(found: Sequence[JobEstimate]) -> JobEstimate | None:
    """The device to do the job on: one with room for it before one without, then the fastest."""
    if not found:
        return None
    return min(found, key=lambda e: (e.fits is False, NEVER if e.seconds is None else e.seconds))


def catalogue_answer(job: CatalogueJob, found: Sequence[JobEstimate]) -> Reason:
    """Yes, perhaps or no, with the numbers that it rests on. Its code begins with "want-"."""
    best = best_estimate(found)
    if job.accelerators > sum(item.device != "cpu" for item in found):
        return reason("want-accelerators", job=job.name, need=job.accelerators)
    if best is None:
        return reason("want-unknown", job=job.name)
    numbers: dict[str, float | int | str | None] = {"job": job.name, "device": best.device}
    if best.fits is False and best.memory:
        return reason("want-memory", **numbers, need=best.memory.peak, has=best.memory.limit)
    code = time_answer(job, best)
    if code == "want-unknown":
        return reason(code, job=job.name)
    numbers |= {"low": best.low, "high": best.high}
    return reason(code, **numbers, **({} if code == "want-yes" else {"deadline": job.deadline_s}))


def remarks(item: JobEstimate) -> list[Reason]:
    """What else is to be said of an estimate: what sets its pace, how a language model writes, what it is corrected
    by, what would be faster.
    """
    found = data_answer(item)
    if told := item.writing:
        first, rate = told.first_token_s, told.tokens_per_s
        numbers = {"low": first.low, "high": first.high, "least": rate.low, "most": rate.high}
        found.append(reason("writes", **numbers, first_kind=first.kind, rate_kind=rate.kind))
    if item.correction:
        found.append(corrected_by(item.correction))
    if item.unpacked_bits:
        found.append(reason("unpacked-writing" if item.writing else "unpacked", bits=item.unpacked_bits))
    return found


def corrected_by(told: Correction) -> Reason:
    """By what a forecast is corrected, and from which trainings."""
    numbers: Numbers = {"factor": told.factor, "steps": told.steps, "date": told.date}
    if told.trainings == 1:
        return reason("corrected", **numbers)
    return reason("corrected-by-several", **numbers, trainings=told.trainings, least=told.lowest, most=told.highest)


def time_answer(job: CatalogueJob, item: JobEstimate) -> str:
    """Whether a job ends in time on a device, memory aside: the code of an answer."""
    if item.seconds is None or item.low is None or item.high is None:
        return "want-unknown"
    if item.high <= job.deadline_s:
        return "want-yes"
    if item.low <= job.deadline_s:
        return "want-perhaps"
    return "want-slowly" if item.seconds <= SLOW_FACTOR * job.deadline_s else "want-too-slow"
