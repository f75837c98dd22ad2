"""`rigdyno calibrate`: a training that the user has done corrects the forecasts of its family."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from rich.text import Text

from ...analysis.jobs.calibration import HIGHEST, LOWEST, calibration_family, combined, plausible
from ...analysis.jobs.training_rate import LEAST_INTERVALS, TrainingRate, training_rate
from ...analysis.same_computer import computer_digest
from ...probes.inspect_machine import inspect
from ...records.calibration import Calibration
from ...reference.training_logs.reader import read_training_log
from ...reference.training_logs.training_log import TrainingLog, TrainingLogError
from ...store import calibrations, result_lookup
from ...store.calibrations import CalibrationsError
from ...store.data_folder import read_small
from ...store.forecast_lookup import KnownForecast, known_forecast
from ...words.language import _
from ...words.writer import spoken as words
from .. import shared_options
from ..console import PlainConsole
from ..exit_codes import DONE, NOTHING, complain, refuse
from . import calibration_tables, job_options
from .job_options import ChosenJob, JobOptionError

LOG_BYTES = 64 << 20
CLOCKS = ("elapsed", "step", "interval")


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    about = _("correct the forecasts of a job's family by a training that you have done on this computer")
    one = add("calibrate", _calibrate, about)
    job_options.add(one)
    about = _(
        "what your training wrote: CSV, TSV, JSON lines, trainer_state.json, or what it printed (tqdm and others)"
    )
    one.add_argument("--log", type=Path, metavar="FILE", help=about)
    about = _("samples of one step of the log (default: the job's batch times its accumulation)")
    one.add_argument("--step-samples", type=shared_options.count, metavar="N", help=about)
    about = _("what the log's seconds count: since the start, those of one step, or those since the row before")
    one.add_argument("--time", choices=CLOCKS, help=about)
    about = _("where you trained, such as cuda:0 (default: the fastest device that the job was measured on)")
    one.add_argument("--device", metavar="ID", help=about)
    one.add_argument("--force", action="store_true", help=_("keep a factor outside of 0.2 to 5, too"))
    about = _("the trainings that are known, and the factors that follow from them")
    one.add_argument("--list", action="store_true", help=about)
    about = _("forget the trainings of a family, as --list names it")
    one.add_argument("--remove", metavar="FAMILY", help=about)
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    one.set_defaults(memory=False, devices=None)


def trainings() -> tuple[Calibration, ...]:
    """The trainings that correct answers. Where they cannot be read, stderr says so, and there are none."""
    try:
        return calibrations.calibrations()
    except CalibrationsError as error:
        complain(str(error))
        return ()


def _calibrate(options: argparse.Namespace) -> int:
    try:
        if options.list:
            return _list(options)
        if options.remove is not None:
            return _remove(options.remove)
        return _take(options)
    except (CalibrationsError, JobOptionError, result_lookup.NotFoundError) as error:
        return refuse(str(error))


def _list(options: argparse.Namespace) -> int:
    known = calibrations.calibrations()
    if options.json:
        _write_json([asdict(one) for one in known])
    elif known:
        calibration_tables.show_list(PlainConsole(), known)
    else:
        print(_("No training of yours is known yet: rigdyno calibrate NAME --log FILE"))
    return DONE


def _remove(family: str) -> int:
    if not calibrations.remove(family):
        known = ", ".join(dict.fromkeys(one.family for one in calibrations.calibrations()))
        if not known:
            return refuse(_("--remove: no training of yours is known"))
        told = _("--remove: {family} is not allowed; allowed is one of {known}")
        return refuse(told.format(family=family, known=known))
    print(_("Removed: {family}. Forecasts of this family are no longer corrected.").format(family=family))
    return DONE


@dataclass(frozen=True)
class Comparison:
    """A training beside its forecast. `samples` are those of a step, `other_samples` what the log says of them where
    that differs.
    """

    told: TrainingRate
    forecast: KnownForecast
    samples: int
    other_samples: float | None
    one: Calibration

    @property
    def implausible(self) -> bool:
        """Whether the factor speaks of something else than a forecast's error."""
        return not plausible(self.one.factor)


def _take(options: argparse.Namespace) -> int:
    chosen = job_options.chosen_job(options)
    if options.log is None:
        return refuse(_("--log: name the file that your training wrote"))
    family = calibration_family(chosen.workload, chosen.catalogued)
    if not family:
        return refuse(
            _("{name}: this job has no training steps; calibrate a job that trains a network").format(name=chosen.name)
        )
    try:
        content = read_small(options.log, LOG_BYTES)
        log = read_training_log(content, options.time)
    except (OSError, TrainingLogError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return refuse(_("--log: {path}: {why}").format(path=options.log, why=why))
    forecast = known_forecast(chosen.workload, chosen.catalogued, inspect(), options.device)
    if forecast is None:
        complain(_unmeasured(options))
        return NOTHING
    found = _compared(options, chosen, family, log, forecast, hashlib.sha256(content).hexdigest()[:16])
    if isinstance(found, str):
        return refuse(_("--log: {path}: {why}").format(path=options.log, why=found))
    if found.implausible and not options.force:
        return refuse(_too_far(found))
    known = calibrations.keep(found.one)
    _answer(options, found, [c for c in known if _alike(c, found.one)])
    return DONE


def _compared(
    options: argparse.Namespace, chosen: ChosenJob, family: str, log: TrainingLog, forecast: KnownForecast, digest: str
) -> Comparison | str:
    """The training beside its forecast; a sentence where the log tells no rate."""
    samples = options.step_samples or chosen.workload.samples_per_update or forecast.batch
    told = training_rate(log, samples)
    if told is None:
        sentence = _(
            "it is too short: {count} rows or more with a step and a time that rise are needed, over a minute or more "
            "where times are whole seconds, or a total of both"
        )
        return sentence.format(count=LEAST_INTERVALS + 2)
    device, estimate = forecast.estimate.device, forecast.rate
    factor = told.samples_per_s / estimate
    if not (math.isfinite(factor) and factor > 0):
        return _("its rate of {rate} samples/s cannot be").format(rate=told.samples_per_s)
    one = Calibration(
        family=family,
        device=device,
        computer=computer_digest(forecast.result.machine, device),
        job=chosen.name,
        date=_day(log, options.log),
        steps=told.steps,
        samples_per_s=told.samples_per_s,
        factor=factor,
        log=digest,
    )
    return Comparison(told, forecast, samples, _other_samples(log, samples), one)


def _other_samples(log: TrainingLog, samples: int) -> float | None:
    """Samples of a step by the log's own totals, where they differ by more than a last, smaller batch makes."""
    told = log.summary
    if not (told and told.samples_per_s and told.steps):
        return None
    found = told.samples_per_s * told.seconds / told.steps
    return found if abs(found / samples - 1) > 0.1 else None


def _day(log: TrainingLog, path: Path) -> str:
    """The day of the training: of the log's last row, or else on which the file was written."""
    try:
        if log.ended is not None:
            return datetime.fromtimestamp(log.ended, UTC).date().isoformat()
        return date.fromtimestamp(path.stat().st_mtime).isoformat()
    except (OSError, ValueError, OverflowError):
        return date.today().isoformat()


def _alike(one: Calibration, other: Calibration) -> bool:
    return (one.family, one.device, one.computer) == (other.family, other.device, other.computer)


def _unmeasured(options: argparse.Namespace) -> str:
    """What to do where there is no forecast: the command that makes one, of the same job."""
    words_of = ["rigdyno", "job", *([options.name] if options.name else [])]
    for field in ("config", "model", *job_options.CHANGES):
        if (value := getattr(options, field)) is not None:
            words_of += ["--" + field.replace("_", "-"), str(value)]
    if options.checkpoint is not None:
        words_of.append("--checkpoint" if options.checkpoint else "--no-checkpoint")
    if options.device:
        words_of += ["--devices", options.device]
    told = _("There is no forecast to compare with, as this job was not measured here; measure it first: {command}")
    return told.format(command=shlex.join(words_of))


def _too_far(found: Comparison) -> str:
    told = _(
        "the factor is {factor}: your training did {truth} samples/s, and the forecast is {forecast}; allowed is {low} "
        "to {high}, as more speaks of another job, batch or device (--batch, --step-samples, --device); --force keeps "
        "it"
    )
    return told.format(
        factor=words.write(found.one.factor, ".2g"),
        truth=words.figure(found.told.samples_per_s),
        forecast=words.figure(found.forecast.rate),
        low=words.write(LOWEST, ".1f"),
        high=words.write(HIGHEST),
    )


def _answer(options: argparse.Namespace, found: Comparison, mine: list[Calibration]) -> None:
    correction = combined(mine)
    if not options.json:
        calibration_tables.show_comparison(
            PlainConsole(), found.told, found.forecast, found.samples, found.one, correction
        )
        if found.other_samples:
            told = _("By its totals the log's steps have {there} samples, not {here}: see --batch and --step-samples.")
            sentence = told.format(there=words.figure(found.other_samples), here=words.write(found.samples))
            PlainConsole().print(Text(sentence, style="yellow"))
        return
    _write_json(
        asdict(found.one)
        | {
            "intervals": found.told.intervals,
            "idle": found.told.idle,
            "samples_of_a_step": found.samples,
            "forecast_samples_per_s": found.forecast.rate,
            "forecast_kind": found.forecast.estimate.kind,
            "forecast_result": found.forecast.result.id,
            "corrected_by": asdict(correction),
        }
    )


def _write_json(told: object) -> None:
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")
