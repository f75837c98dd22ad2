"""`scale`, `cost` and the answer to `--want` in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ..records.verdict import Reason
from ..verdict import hardware_scale
from ..verdict.job_cost import BreakEven, JobCost, OwnershipTerms, pays_off
from ..words.writer import english as words
from .result_tables import plain


def show_answer(console: Console, told: Sequence[Reason]) -> None:
    """The answer, then the way out."""
    for number, one in enumerate(told):
        console.print(Text(one.sentence if number == 0 else f"  → {one.sentence}", style="bold" if number == 0 else ""))


def show_scale(
    console: Console, found: Sequence[hardware_scale.ScaleEntry], own: hardware_scale.ScaleEntry | None
) -> None:
    """A list for each source, slowest first, with this machine in its place on each."""
    for source in dict.fromkeys(p.source for p in found):
        table = plain(source)
        table.add_column("hardware", overflow="fold", min_width=18)
        table.add_column("precision")
        for column in ("images/s", "GPUs", "each"):
            table.add_column(column, justify="right", no_wrap=True)
        table.add_column("scenario", justify="center")
        table.add_column("what keeps it there", overflow="fold")
        mine = [p for p in found if p.source == source] + ([own] if own else [])
        for place in sorted(mine, key=lambda p: p.images_per_s):
            name = f"► {place.hardware} (this machine)" if place.here else place.hardware
            table.add_row(
                Text(name),
                Text(place.precision),
                f"{place.images_per_s:,.1f}" if place.images_per_s < 100 else f"{place.images_per_s:,.0f}",
                str(place.accelerators) if place.accelerators and not place.here else "–",
                words.size(place.memory).replace(".0 ", " ") if place.memory else "–",
                str(place.scenario),
                _why(place),
                style="bold" if place.here else None,
            )
        console.print(table)
    console.print(
        Text(
            "Training throughput of ResNet-50; published sources differ by up to twice for the same card, so each has "
            "its own list. Other networks' jobs are decided by memory alone, as no row times them.",
            style="dim",
        )
    )


def _why(place: hardware_scale.ScaleEntry) -> str:
    code, value, limit = hardware_scale.what_blocks(place)
    if code == "time":
        return f"{words.duration(value)}, limit {words.limit(limit)}"
    if code == "memory":
        return f"{value / 1e9:.1f} of {limit / 1e9:.0f} GB"
    if code == "accelerators":
        return f"{limit:.0f} or more accelerators"
    return ""


def show_cost(
    console: Console, terms: OwnershipTerms, found: Sequence[JobCost], weeks: Sequence[BreakEven], watts_given: bool
) -> None:
    """What each job costs here, and against which rentals this machine pays off."""
    whose = "as you said" if watts_given else "of the GPUs alone, as they told"
    console.print(
        Text(
            f"An hour of training costs {terms.per_hour:,.2f} dollars: {terms.power_per_hour:,.2f} for electricity at "
            f"{terms.watts:,.0f} W ({whose}), the rest of {terms.price:,.0f} spread over {terms.years:g} years of "
            f"{terms.hours:g} hours a week."
        )
    )
    table = plain("On this machine")
    table.add_column("job", overflow="fold")
    for column in ("on", "time", "dollars"):
        table.add_column(column, justify="right")
    for cost in found:
        time = words.span(3600 * cost.hours[0], 3600 * cost.hours[1])
        table.add_row(words.job(cost.job), cost.device, time, _money(*cost.money))
    console.print(table)
    if not weeks:
        console.print(Text("ResNet-50 was not measured, so no rental compares."))
        return
    table = plain("Against renting the same work (ResNet-50)")
    table.add_column("rental", overflow="fold")
    for column in ("dollars/hour", "price of", "pays off after"):
        table.add_column(column, justify="right")
    for one in weeks:
        offer = one.rental.offer
        name = f"{offer.provider} {offer.instance} ({offer.accelerator_count} x {offer.accelerator})"
        date = offer.price_date.partition(";")[0].replace("catalog v8 snapshot ", "").strip("()")
        table.add_row(name, f"{offer.on_demand_usd_per_hour:,.2f}", date, _pays_off(one, terms))
    console.print(table)
    console.print(
        Text("On-demand prices without storage, traffic and tax; the sources are in the shipped table.", style="dim")
    )


def _pays_off(one: BreakEven, terms: OwnershipTerms) -> str:
    soon, late = pays_off(one, terms)
    if soon is None:
        return f"never in {terms.years:g} years"
    return words.span(soon, late) if late is not None else f"{words.duration(soon)} – never"


def _money(least: float, most: float) -> str:
    digits = 0 if least >= 100 else 2 if most >= 0.1 else 4
    return f"{least:,.{digits}f} – {most:,.{digits}f}"
