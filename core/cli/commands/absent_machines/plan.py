"""`rigdyno plan`: which GPUs and cloud machines would do a job, how long they would take, and what they cost."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace

from ....analysis.absent_gpus.absent_job import AskedJob, asked_job
from ....analysis.absent_gpus.machine_options import (
    MachineOption,
    Tables,
    affordable,
    cheapest,
    machine_options,
    smallest,
)
from ....analysis.jobs.job_estimate import JobEstimate
from ....analysis.jobs.job_guess import all_jobs
from ....check.job_counts import CountError, count_job
from ....reference import hardware_tables
from ....reference.gpu_speed import load_speed_fit
from ....reference.job_work import load_job_work
from ....store import result_lookup
from ....words.language import _
from ... import shared_options
from ...console import PlainConsole
from ...exit_codes import DONE, NOTHING, complain, refuse
from .. import job_options
from ..job_options import ChosenJob, JobOptionError
from . import absent_tables

UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0}
MOST_S = 10 * 365 * 86_400


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    about = _("which GPUs and cloud machines would do a job, how long they would take, and what they cost")
    one = add("plan", _plan, about)
    job_options.add(one)
    about = _("the most US dollars: for a GPU, or for renting until the job is done")
    one.add_argument("--budget", type=shared_options.positive, metavar="N", help=about)
    about = _("the longest that it may take, such as 90min, 8h or 2d (default: what the catalogue says)")
    one.add_argument("--within", type=_time, metavar="TIME", help=about)
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    one.set_defaults(memory=False, devices=None)


def _plan(options: argparse.Namespace) -> int:
    try:
        chosen = job_options.chosen_job(options)
        job = _asked(chosen)
    except JobOptionError as error:
        return refuse(str(error))
    within_s = options.within or (chosen.catalogued.deadline_s if chosen.catalogued else None)
    every = machine_options(job, known_tables())
    here = _here(chosen)
    found = affordable(every, options.budget, within_s)
    if options.json:
        told = {
            "job": job.name,
            "samples": job.samples,
            "within_s": within_s,
            "budget": options.budget,
            "here": [_of_this_computer(item) for item in here],
            "fastest": [_as_json(item) for item in found],
            "cheapest_to_rent": [item.name for item in cheapest(found, "rent")],
            "cheapest_to_buy": [item.name for item in cheapest(found, "buy")],
            "smallest": [item.name for item in smallest(found)],
        }
        json.dump(told, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        absent_tables.show_plan(PlainConsole(), job, found, here, within_s, options.budget)
    if not found:
        complain(absent_tables.nothing_found(job, every))
    return DONE if found else NOTHING


def known_tables() -> Tables:
    """The shipped tables."""
    return Tables(
        hardware_tables.gpu_models(),
        hardware_tables.cloud_offers(),
        hardware_tables.published_throughputs(),
        (*hardware_tables.torch_builds(), *hardware_tables.torch_builds("win_amd64")),
        load_speed_fit(),
    )


def _asked(chosen: ChosenJob) -> AskedJob:
    """The job with its counted work: that of the catalogue, or counted now. Raises JobOptionError."""
    job = chosen.catalogued
    if job and job.workload == chosen.workload:
        known = load_job_work().get(job.name)
        asked = asked_job(job, known) if known else None
        if asked is None:
            told = _("plan: {name} runs on the processor: a GPU is not needed")
            raise JobOptionError(told.format(name=job.name))
        return replace(asked, samples=chosen.work)
    try:
        workload, work = count_job(chosen.workload)
    except CountError as error:
        told = _("plan: the work of {name} could not be counted: {why}")
        raise JobOptionError(told.format(name=chosen.name, why=error)) from None
    if job and (asked := asked_job(job, work)):
        return replace(asked, workload=workload, samples=chosen.work)
    tried = bool(workload.decoder) and not workload.new_tokens
    return AskedJob(chosen.name, workload, chosen.work, work, tried)


def _here(chosen: ChosenJob) -> list[JobEstimate]:
    """What the latest check of this computer, and measurements of single jobs on it, tell of the job."""
    job = chosen.catalogued
    if job is None or job.workload != chosen.workload:
        return []
    try:
        check = result_lookup.latest()
        table = all_jobs(check, result_lookup.single_jobs(check)) if check else []
    except result_lookup.NotFoundError:
        return []
    return [
        item for known, items in table if known.name == job.name for item in _of_all(items, chosen.work / known.work)
    ]


def _of_all(items: Sequence[JobEstimate], share: float) -> Iterator[JobEstimate]:
    """The estimates for another number of samples, so many times as many."""
    for item in items:
        if item.seconds is not None and item.low is not None and item.high is not None:
            yield replace(item, seconds=share * item.seconds, low=share * item.low, high=share * item.high)


def _of_this_computer(item: JobEstimate) -> dict[str, object]:
    times = {"seconds": item.seconds, "low": item.low, "high": item.high}
    return {"device": item.device, "kind": item.kind, "fits": item.fits, **times}


def _as_json(item: MachineOption) -> dict[str, object]:
    job = item.known.job
    money = item.money
    return {
        "name": item.name,
        "way": item.way,
        "gpu": item.gpu.model.name,
        "count": item.gpu.count,
        "memory_bytes": item.gpu.memory,
        "needs_bytes": job.memory.peak if job.memory else None,
        "fits": job.fits,
        "remedies": [asdict(remedy) for remedy in job.remedies],
        "seconds": job.seconds,
        "low": job.low,
        "high": job.high,
        "kind": job.kind,
        "limited_by": item.known.limit,
        "price_usd": item.price,
        "price_date": item.price_date,
        "job_usd": list(money) if money else None,
    }


def _time(text: str) -> float:
    """Seconds of "90min", "8h", "2d"."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([a-z]+)", text)
    value = float(found[1]) * UNITS.get(found[2], 0.0) if found else 0.0
    if not 0 < value <= MOST_S:
        allowed = _("a number and s, min, h, d or w, such as 90min or 8h, up to ten years")
        raise shared_options.not_allowed(text, allowed)
    return value
