"""`scale`, `cost` and the answer to `--want` in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ..records.verdict import Reason
from ..verdict import hardware_scale
from ..verdict.job_cost import BreakEven, JobCost, OwnershipTerms, pays_off
from ..words.language import _
from ..words.phrases.names import HOURS, YEARS
from ..words.writer import spoken as words
from .result_tables import device, plain


def show_answer(console: Console, told: Sequence[Reason]) -> None:
    """The answer, then the way out."""
    for number, one in enumerate(told):
        sentence = words.reason(one)
        console.print(Text(sentence if number == 0 else f"  → {sentence}", style="bold" if number == 0 else ""))


def show_scale(
    console: Console, found: Sequence[hardware_scale.ScaleEntry], own: hardware_scale.ScaleEntry | None
) -> None:
    """A list for each source, slowest first, with this machine in its place on each."""
    for source in dict.fromkeys(p.source for p in found):
        table = plain(source)
        table.add_column(_("hardware"), overflow="fold", min_width=12)
        table.add_column(_("precision"), no_wrap=True)
        for column in (_("images/s"), _("GPUs"), _("each")):
            table.add_column(column, justify="right", no_wrap=True)
        table.add_column(_("scenario"), justify="center", no_wrap=True)
        table.add_column(_("what keeps it there"), min_width=12)
        mine = [p for p in found if p.source == source] + ([own] if own else [])
        for place in sorted(mine, key=lambda p: p.images_per_s):
            name = _("► {hardware} (this machine)").format(hardware=place.hardware) if place.here else place.hardware
            table.add_row(
                Text(name),
                Text(place.precision),
                words.write(place.images_per_s, ",.1f" if place.images_per_s < 100 else ",.0f"),
                str(place.accelerators) if place.accelerators and not place.here else "–",
                _whole(words.size(place.memory)) if place.memory else "–",
                str(place.scenario),
                _why(place),
                style="bold" if place.here else None,
            )
        console.print(table)
    console.print(
        Text(
            _(
                "Training throughput of ResNet-50; published sources differ by up to twice for the same card, so each "
                "has its own list. Other networks' jobs are decided by memory alone, as no row times them."
            ),
            style="dim",
        )
    )


def _why(place: hardware_scale.ScaleEntry) -> str:
    code, value, limit = hardware_scale.what_blocks(place)
    if code == "time":
        return _("{time}, limit {limit}").format(time=words.duration(value), limit=words.limit(limit))
    if code == "memory":
        return _("{has} of {need} GB").format(has=words.write(value / 1e9, ".1f"), need=words.write(limit / 1e9))
    if code == "accelerators":
        return _("{need} or more accelerators").format(need=words.write(limit))
    return ""


def show_cost(
    console: Console, terms: OwnershipTerms, found: Sequence[JobCost], weeks: Sequence[BreakEven], watts_given: bool
) -> None:
    """What each job costs here, and against which rentals this machine pays off."""
    hour = _(
        "An hour of training costs {cost} dollars: {power} for electricity at {watts} W ({whose}), the rest of {price} "
        "spread over {years} of {hours} a week."
    ).format(
        cost=words.write(terms.per_hour, ",.2f"),
        power=words.write(terms.power_per_hour, ",.2f"),
        watts=words.write(terms.watts),
        whose=_("as you said") if watts_given else _("of the GPUs alone, as they reported"),
        price=words.write(terms.price),
        years=words.phrase(YEARS, count=words.write(terms.years, "g")),
        hours=words.phrase(HOURS, count=words.write(terms.hours, "g")),
    )
    console.print(Text(hour))
    table = plain(_("On this machine"))
    table.add_column(_("job"), overflow="fold")
    for column in (_("on"), _("time"), _("dollars")):
        table.add_column(column, justify="right")
    for cost in found:
        time = words.span(3600 * cost.hours[0], 3600 * cost.hours[1])
        table.add_row(words.job(cost.job), device(cost.device), time, _money(*cost.money))
    console.print(table)
    if not weeks:
        console.print(Text(_("ResNet-50 was not measured, so no rental compares.")))
        return
    table = plain(_("Against renting the same work (ResNet-50)"))
    table.add_column(_("rental"), overflow="fold")
    for column in (_("dollars/hour"), _("price of"), _("pays off after")):
        table.add_column(column, justify="right")
    for one in weeks:
        offer = one.rental.offer
        name = f"{offer.provider} {offer.instance} ({offer.accelerator_count} x {offer.accelerator})"
        date = offer.price_date.partition(";")[0].replace("catalog v8 snapshot ", "").strip("()")
        table.add_row(name, words.write(offer.on_demand_usd_per_hour, ",.2f"), date, _pays_off(one, terms))
    console.print(table)
    sources = _("On-demand prices without storage, traffic and tax; the sources are in the shipped table.")
    console.print(Text(sources, style="dim"))


def _pays_off(one: BreakEven, terms: OwnershipTerms) -> str:
    soon, late = pays_off(one, terms)
    if soon is None:
        return _("never in {years}").format(years=words.phrase(YEARS, count=words.write(terms.years, "g")))
    return words.span(soon, late) if late is not None else _("{time} – never").format(time=words.duration(soon))


def _money(least: float, most: float) -> str:
    digits = 0 if least >= 100 else 2 if most >= 0.1 else 4
    return f"{words.write(least, f',.{digits}f')} – {words.write(most, f',.{digits}f')}"


def _whole(size: str) -> str:
    """A size without ".0": published ones are round."""
    return size.replace(f"{words.write(0, '.1f')[1:]} ", " ")
