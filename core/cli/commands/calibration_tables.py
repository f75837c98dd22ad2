"""What `rigdyno calibrate` shows: a training beside its forecast, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ...analysis.jobs.calibration import combined
from ...analysis.jobs.training_rate import TrainingRate
from ...records.calibration import Calibration, Correction
from ...store.forecast_lookup import KnownForecast
from ...verdict.catalogue_answer import corrected_by
from ...words.language import _, ngettext
from ...words.phrases.jobs import KINDS
from ...words.writer import capital
from ...words.writer import spoken as words
from ..result_tables import plain

WORTH_TELLING = 0.05
"""A share of the time below this is within what intervals differ by."""


def show_comparison(
    console: Console,
    told: TrainingRate,
    forecast: KnownForecast,
    samples: int,
    one: Calibration,
    correction: Correction,
) -> None:
    """The truth, the forecast and the factor, a sentence each. `samples`: those of a step."""
    console.print(Text(words.job(one.job), style="bold"))
    numbers = {
        "rate": words.figure(told.samples_per_s),
        "device": words.device(one.device),
        "steps": words.write(told.steps),
        "samples": words.write(samples),
    }
    if told.intervals:
        sentence = ngettext(
            "Your training: {rate} samples/s on {device} ({steps} steps of {samples} sample; median of {intervals} "
            "intervals).",
            "Your training: {rate} samples/s on {device} ({steps} steps of {samples} samples; median of {intervals} "
            "intervals).",
            samples,
        )
        console.print(Text(sentence.format(**numbers, intervals=words.write(told.intervals))))
    else:
        sentence = _(
            "Your training: {rate} samples/s on {device} ({steps} steps; the mean of the whole, as this log has no "
            "times of single steps: warm-up and evaluations count)."
        )
        console.print(Text(sentence.format(rate=numbers["rate"], device=numbers["device"], steps=numbers["steps"])))
    if told.idle and told.idle >= WORTH_TELLING:
        sentence = _(
            "{percent} % of its time was lost in slower intervals: pauses, evaluations, saving, other programs. That "
            "is left out."
        )
        console.print(Text(sentence.format(percent=words.write(100 * told.idle))))
    sentence = _("Rigdyno's forecast here: {rate} samples/s ({kind}, {date}).")
    kind, day = _(KINDS[forecast.estimate.kind]), forecast.result.created[:10]
    console.print(Text(sentence.format(rate=words.figure(forecast.rate), kind=kind, date=day)))
    sentence = _("From now on forecasts of {family} on {device} are multiplied by {factor}.")
    factor, family = words.number("factor", correction.factor), words.family(one.family)
    console.print(Text(sentence.format(family=family, device=numbers["device"], factor=factor), style="green"))
    if correction.trainings > 1:
        console.print(Text(words.reason(corrected_by(correction))))
    told_back = _("Take it back: {command}").format(command=f"rigdyno calibrate --remove {one.family}")
    console.print(Text(told_back, style="dim"))


def show_list(console: Console, known: Sequence[Calibration]) -> None:
    """A table of all trainings, family by family, and the factor of each family."""
    table = plain(_("Your own trainings"))
    for column in (_("family"), _("device"), _("job"), _("date"), _("steps"), _("samples/s"), _("factor")):
        table.add_column(column, overflow="fold")
    groups: dict[tuple[str, str, str], list[Calibration]] = {}
    for one in known:
        groups.setdefault((one.family, one.device, one.computer), []).append(one)
    for mine in groups.values():
        for one in mine:
            factor = words.number("factor", one.factor)
            rate = words.figure(one.samples_per_s)
            cells = (one.family, one.device, one.job, one.date, words.write(one.steps), rate, factor)
            table.add_row(*map(Text, cells))
    console.print(table)
    for (family, device, _computer), mine in groups.items():
        about = _("{family} on {device}: {sentence}")
        title, sentence = capital(words.family(family)), words.reason(corrected_by(combined(mine)))
        console.print(Text(about.format(family=title, device=words.device(device), sentence=sentence)))
