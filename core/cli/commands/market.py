"""The commands that set this machine beside others: `scale` and `cost`, and the answer to `--want`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import msgspec
from rich.console import Console

from ...analysis.jobs.calibration import calibration_family, corrected
from ...analysis.jobs.job_estimate import job_estimates
from ...analysis.jobs.job_of_result import is_measurable
from ...check.job_plans import job_first
from ...records.plan import CheckPlan
from ...records.result import Result
from ...reference import hardware_tables, job_catalogue, scenarios
from ...reference.job_catalogue import load_catalogue
from ...store import result_lookup
from ...store.data_folder import read_small
from ...verdict import hardware_scale, job_cost
from ...verdict.catalogue_answer import best_estimate, catalogue_answer, remarks
from ...verdict.cloud_rentals import known_rentals
from ...verdict.job_answer import job_answer
from ...words.language import N_, _
from .. import market_tables, shared_options
from ..console import PlainConsole
from ..exit_codes import DONE, NOTHING, refuse
from . import calibrate

MAX_TABLE = 16 * 2**20
"""Bytes of a table that is read at all."""
NO_RESULT = N_("no check with a verdict is stored yet; run `rigdyno check`, or name a file")


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands to the parser."""
    one = add(
        "scale", _scale, _("known hardware and this machine on one list by ResNet-50 training, each with its scenario")
    )
    one.add_argument(
        "--table", type=Path, metavar="CSV", help=_("a table of your own, with the columns of the shipped one")
    )
    one.add_argument("--source", metavar="NAME", help=_("sources whose name contains this (never mixed on one list)"))
    one.add_argument("--all", action="store_true", help=_("every row, not the best of each hardware"))
    _with_result(one)
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))

    one = add("cost", _cost, _("what each job costs on this machine, and when buying it was cheaper than renting"))
    _with_result(one)
    one.add_argument(
        "--price",
        type=shared_options.amount,
        required=True,
        metavar="P",
        help=_("price of this machine, in US dollars"),
    )
    one.add_argument(
        "--kwh",
        type=shared_options.amount,
        required=True,
        metavar="P",
        help=_("price of a kilowatt-hour, in US dollars"),
    )
    one.add_argument(
        "--hours", type=shared_options.hours, required=True, metavar="H", help=_("hours of training a week (up to 168)")
    )
    one.add_argument(
        "--watts",
        type=shared_options.positive,
        metavar="W",
        help=_("its power in watts while it trains (default: what the GPUs reported)"),
    )
    one.add_argument(
        "--years",
        type=shared_options.positive,
        default=4.0,
        metavar="N",
        help=_("years that it will be used (default 4)"),
    )


def want_option(parser: argparse.ArgumentParser) -> None:
    """`--want`, for the commands that end in a verdict."""
    jobs = [job.name for job in load_catalogue() if is_measurable(job) or job.accelerators]
    about = _("is it enough for this? a scenario (1 to 4), or a job of `rigdyno job --list`, which is measured first")
    parser.add_argument("--want", choices=[*"1234", *jobs], metavar="JOB", help=about)


def wanted_first(plan: CheckPlan, want: str | None) -> CheckPlan:
    """The plan with the wanted job in front, unless the plan measures it in any case."""
    if not want or want in "1234" or want in {job.name for job in scenarios.load_rules().jobs}:
        return plan
    job = job_catalogue.job(want)
    return job_first(plan, job.workload, job.work, job.files)


def show_want(console: Console, result: Result, want: str) -> None:
    """Answer for one job, or for all of a scenario's."""
    if result.plan.train.workload:
        wanted = job_catalogue.job(want)
        family = calibration_family(wanted.workload, wanted)
        found = corrected(job_estimates(result), family, result.machine, calibrate.trainings())
        best = best_estimate(found)
        told = [catalogue_answer(wanted, found), *(remarks(best) if best else ())]
        market_tables.show_answer(console, told)
        return
    forecasts = result.verdict.forecasts if result.verdict else ()
    for job in scenarios.load_rules().jobs:
        if want in (job.name, str(job.scenario)):
            market_tables.show_answer(console, job_answer(job, forecasts, known_rentals()))


def _scale(options: argparse.Namespace) -> int:
    rows = hardware_tables.published_throughputs()
    if options.table:
        try:
            rows = _table(options.table)
        except (OSError, ValueError) as error:
            return refuse(f"--table: {options.table}: {getattr(error, 'strerror', None) or error}")
    found = hardware_scale.scale_entries(rows, scenarios.load_rules(), hardware_tables.gpu_models())
    if not (options.all or options.table):
        found = hardware_scale.fastest_entries(found)
    if options.source:
        found = [p for p in found if options.source.casefold() in p.source.casefold()]
    if not found:
        sources = ", ".join(sorted({r.source for r in rows if hardware_scale.RESNET50.match(r.model)}))
        told = _("no row of ResNet-50 matches; sources that have one: {sources}")
        return refuse(told.format(sources=sources or _("none")))
    own = None
    try:
        if result := named(options):
            own = hardware_scale.own_entry(result)
    except ValueError as error:
        return refuse(str(error))
    if options.json:
        listed = [asdict(p) for p in ([own] if own else []) + found]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(listed), indent=1).decode() + "\n")
    else:
        market_tables.show_scale(PlainConsole(), found, own)
    return DONE


def _cost(options: argparse.Namespace) -> int:
    try:
        result = named(options)
    except ValueError as error:
        return refuse(str(error))
    if result is None or result.verdict is None:
        print(f"rigdyno: {_(NO_RESULT)}", file=sys.stderr)
        return NOTHING
    watts = options.watts or job_cost.mean_gpu_watts(result.runs, result.telemetry)
    if watts is None:
        return refuse(
            _("--watts: no GPU reported its power during this check; say how many watts the machine takes, such as 90")
        )
    terms = job_cost.OwnershipTerms(options.price, options.kwh, options.hours, options.years, watts)
    own = hardware_scale.own_entry(result)
    weeks = job_cost.break_even(own.images_per_s, known_rentals(), terms) if own else []
    market_tables.show_cost(
        PlainConsole(), terms, job_cost.job_costs(result.verdict.forecasts, terms), weeks, bool(options.watts)
    )
    return DONE


def named(options: argparse.Namespace) -> Result | None:
    """The named result, or the latest with a verdict; judged by today's rules. Raises ValueError with a sentence."""
    return result_lookup.latest() if options.result is None else result_lookup.find(options.result)


def _table(path: Path) -> tuple[hardware_tables.PublishedThroughput, ...]:
    """Rows of a user's table. Raises OSError, or ValueError that says what is wrong and where."""
    content = read_small(path, MAX_TABLE)
    rows = hardware_tables.parse_csv(content.decode("utf-8-sig").splitlines(), hardware_tables.PublishedThroughput)
    if not rows:
        raise ValueError(_("no rows under a heading"))
    return rows


def result_or_latest() -> str:
    """The help of an argument that names a result and may be left out."""
    return _("{result} (default: the latest stored check)").format(result=_(result_lookup.NAMED))


def _with_result(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--result", metavar="RESULT", help=result_or_latest())
