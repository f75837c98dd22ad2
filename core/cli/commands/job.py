"""`rigdyno job`: is this computer enough for one training job, told in seconds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace

from ...analysis.jobs.calibration import calibration_family, corrected, corrected_table
from ...analysis.jobs.job_estimate import JobEstimate, job_estimates
from ...analysis.jobs.job_guess import all_jobs
from ...check.job_plans import job_alone
from ...check.updates import Update
from ...records.experiment_events.memory import MemoryCount
from ...records.result import Result
from ...records.workload import Workload
from ...reference.job_catalogue import CatalogueJob, load_catalogue
from ...store import result_lookup
from ...words.language import _
from ...words.phrases.jobs import MEMORY
from ...words.writer import english
from .. import shared_options
from ..console import PlainConsole
from ..exit_codes import DONE, NOTHING, complain, refuse
from . import calibrate, job_options, job_tables, measure
from .job_options import ChosenJob, JobOptionError
from .market import NO_RESULT


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("job", _job, _("is this computer enough for one job: its time and its memory, within seconds"))
    job_options.add(one)
    one.add_argument("--list", action="store_true", help=_("all jobs of the catalogue"))
    about = _("all jobs on this computer, by its latest check: guessed where they were not measured")
    one.add_argument("--all", action="store_true", help=about)
    one.add_argument("--memory", action="store_true", help=_("count the memory alone, and train nothing"))
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    shared_options.devices(one)
    shared_options.remote(one)


def _job(options: argparse.Namespace) -> int:
    if options.list:
        return _list(options)
    if options.all:
        return _all(options)
    try:
        chosen = job_options.chosen_job(options)
    except JobOptionError as error:
        return refuse(str(error))
    asked = job_alone(chosen.workload, chosen.work, tuple(options.devices or ()), chosen.files)
    if options.memory:
        asked = replace(asked, steps=("memory",))
    result, told = measure.measured(asked, options, _silent if options.json else None)
    if result is None:
        return told
    family = calibration_family(chosen.workload, chosen.catalogued)
    found = corrected(job_estimates(result), family, result.machine, calibrate.trainings())
    if options.json:
        json.dump(_as_json(chosen, result, found), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        job_tables.show(PlainConsole(), chosen, found, result)
    return told


def _silent(_update: Update) -> None:
    """Standard output is for the JSON alone."""


def _list(options: argparse.Namespace) -> int:
    jobs = load_catalogue()
    if options.json:
        json.dump([_listed(item) for item in jobs], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        job_tables.show_catalogue(PlainConsole(), jobs)
    return DONE


def _all(options: argparse.Namespace) -> int:
    try:
        check = result_lookup.latest()
        found = all_jobs(check, result_lookup.single_jobs(check)) if check else []
    except result_lookup.NotFoundError as error:
        return refuse(str(error))
    if check is None:
        complain(_(NO_RESULT))
        return NOTHING
    found = corrected_table(found, check.machine, calibrate.trainings())
    if options.json:
        told = [_listed(job) | {"devices": [_device(item) for item in items]} for job, items in found]
        json.dump({"result": check.id, "jobs": told}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        job_tables.show_all(PlainConsole(), found)
    return DONE


SIZES = [f.name for f in fields(Workload) if f.name not in ("network", "decoder", "blocks", "boosting")]


def _listed(item: CatalogueJob) -> dict[str, object]:
    values = asdict(item)
    sizes = {name: values[name] for name in (*SIZES, "decoder", "prompt", "columns", "trees", "tree_depth")}
    about = ("name", "family", "kind", "network", "samples", "epochs", "deadline_s", "source")
    return {name: values[name] for name in about} | {"sizes": {k: v for k, v in sizes.items() if v not in (0, "")}}


def _as_json(chosen: ChosenJob, result: Result, found: Sequence[JobEstimate]) -> dict[str, object]:
    here = [_device(item) for item in found]
    absent = [_absent(count) for count in job_tables.absent_counts(result)]
    job = chosen.catalogued
    return {
        "name": chosen.name,
        "family": job.family if job else None,
        "source": job.source if job else None,
        "workload": asdict(chosen.workload),
        "samples": chosen.work,
        "deadline_s": job.deadline_s if job else None,
        "devices": here + absent,
        "problems": [p.sentence for p in result.problems],
        "result": result.id,
    }


def _device(item: JobEstimate) -> dict[str, object]:
    told: dict[str, object] = {
        "device": item.device,
        "here": True,
        "kind": item.kind,
        "seconds": item.seconds,
        "low": item.low,
        "high": item.high,
        "samples_per_s": item.samples_per_s,
        **_writing(item),
        "memory_bytes": item.memory.peak if item.memory else None,
        "memory": _parts(item.memory) if item.memory and not item.library else None,
        "limit_bytes": item.memory.limit if item.memory else None,
        "fits": item.fits,
        "unpacked_bits": item.unpacked_bits,
        "largest_batch": item.largest_batch,
        "longest_sequence": item.longest_sequence,
        "keeping_memory": item.keeping_memory,
        "remedies": [asdict(r) for r in item.remedies],
        "loading_samples_per_s": item.data.loading if item.data else None,
        "workers": item.data.workers if item.data else None,
        "limited_by": item.data.limited_by if item.data else None,
        "factor": item.correction.factor if item.correction else None,
        "corrected_by": asdict(item.correction) if item.correction else None,
    }
    if item.library:
        told |= {"library": item.library, "version": item.version}
    if item.failure:
        told["failure"] = english.sentence(item.failure, {"detail": item.detail})
    if item.unloaded:
        told["loading_failure"] = english.sentence(item.unloaded.code, {"detail": item.unloaded.detail})
    return told


def _writing(item: JobEstimate) -> dict[str, float | str | None]:
    """The time to the first token and the rate after it, each with its range and how it is known; None for jobs that
    write no text.
    """
    told = item.writing
    quantities = {
        "first_token_s": told.first_token_s if told else None,
        "tokens_per_s": told.tokens_per_s if told else None,
    }
    found: dict[str, float | str | None] = {}
    for name, known in quantities.items():
        found[name] = known.value if known else None
        found |= {f"{name}_{field}": getattr(known, field, None) for field in ("low", "high", "kind")}
    return found


def _absent(count: MemoryCount) -> dict[str, object]:
    return {"device": count.device, "here": False, "memory_bytes": count.peak, "memory": _parts(count)}


def _parts(count: MemoryCount) -> dict[str, int]:
    return {name: getattr(count, name) for name in MEMORY}
