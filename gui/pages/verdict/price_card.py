"""A card for the price of this computer: what an hour and the longest job cost, and when buying beats renting."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ....core.records.result import Result
from ....core.verdict.job_cost import BreakEven, OwnershipTerms, break_even, job_costs, mean_gpu_watts, pays_off
from ....core.words.language import _
from ...widgets.containers import Columns
from ...widgets.input_fields import DIGITS, RealEdit
from ...widgets.labels import label
from ...words import text

LIMITS: dict[str, tuple[float, float, float]] = {
    "price": (0, 1e9, 0),
    "kwh": (0, 1e3, 0.25),
    "hours": (0.1, 168, 10),
    "watts": (0, 1e6, 0),
}
"""The lowest, highest and first value of each field: US dollars, US dollars, hours a week, watts.

A price of 0 stands for none; 0 watts leave the electricity out."""
YEARS = 4.0
"""Over how many years the price of a computer is spread."""


class PriceCard(QFrame):
    """Four fields, and below them the costs that follow; without a price a hint to type one."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._result = result
        self._watts = round(mean_gpu_watts(result.runs, result.telemetry) or 0)
        captions = {
            "price": _("Price of this computer, $"),
            "kwh": _("Price of a kWh, $"),
            "hours": _("Hours of training a week"),
            "watts": _("Watts while it trains"),
        }
        self.fields: dict[str, RealEdit] = {}
        pairs: list[QWidget] = []
        for name, caption in captions.items():
            low, high, first = LIMITS[name]
            field = RealEdit(low, high)
            field.setValue(self._watts if name == "watts" else first)
            field.setAccessibleName(caption)
            field.valueChanged.connect(self._update)
            beside = label(caption, "dim", wrap=True)
            beside.setBuddy(field)
            pair = QWidget()
            stack = QVBoxLayout(pair)
            stack.setContentsMargins(0, 0, 0, 0)
            stack.setSpacing(4)
            stack.addWidget(beside)
            stack.addWidget(field)
            pairs.append(pair)
            self.fields[name] = field
        columns = Columns(wide=170, most=4, spacing=12)
        columns.fill(pairs)
        self.said = label("", wrap=True)
        around = QVBoxLayout(self)
        around.setContentsMargins(20, 14, 20, 14)
        around.setSpacing(8)
        around.addWidget(label(_("What is its price worth?"), "headline"))
        around.addWidget(columns)
        around.addWidget(self.said)
        self._update()

    def _update(self) -> None:
        values = {name: field.value() for name, field in self.fields.items()}
        if not values["price"]:
            self.said.setText(_("Type the price, and see what a job costs here and when renting costs more."))
            return
        for name, value in values.items():
            low, high, _first = LIMITS[name]
            if not low <= value <= high:
                numbers = {"value": value, "low": low, "high": high}
                told = {key: f"{number:,{DIGITS}}" for key, number in numbers.items()}
                field = self.fields[name].accessibleName()
                self.said.setText(text.words.problem("not-allowed", {"field": field, "range": "between", **told}))
                return
        self.said.setText("\n".join(self._sentences(OwnershipTerms(years=YEARS, **values))))

    def _sentences(self, terms: OwnershipTerms) -> Sequence[str]:
        # Imported here, as a start does not need the tables.
        from ....core.verdict import hardware_scale
        from ....core.verdict.cloud_rentals import known_rentals

        hour = _("An hour of training costs {money} dollars here, over {years} years.")
        told = [hour.format(money=_money(terms.per_hour), years=text.words.write(YEARS))]
        if not terms.watts:
            told.append(_("Electricity is left out: no sensor reported the power."))
        elif terms.watts == self._watts:
            told.append(_("These watts are the GPUs' alone; the rest of the computer comes on top."))
        verdict = self._result.verdict
        found = job_costs(verdict.forecasts if verdict else (), terms)
        if found:
            job = _("{job}: {least} to {most} dollars here.")
            last = found[-1]
            told.append(
                job.format(job=text.words.job(last.job), least=_money(last.money[0]), most=_money(last.money[1]))
            )
        own = hardware_scale.own_entry(self._result)
        if own and (weeks := break_even(own.images_per_s, known_rentals(), terms)):
            told.append(self._against(min(weeks, key=lambda w: w.weeks[0] or float("inf")), terms))
        return told

    def _against(self, best: BreakEven, terms: OwnershipTerms) -> str:
        """A sentence about the rental against which this computer pays off first."""
        soon, late = pays_off(best, terms)
        if soon is None:
            return _("Renting the same work stays cheaper than this computer.")
        offer = best.rental.offer
        numbers = {"offer": f"{offer.provider} {offer.instance}", "money": _money(offer.on_demand_usd_per_hour)}
        if late is None:
            never = _("Against {offer} ({money} $/h) it pays off after {time} at best, and perhaps never.")
            return never.format(**numbers, time=text.words.duration(soon))
        span = text.words.span(soon, late)
        return _("Against {offer} ({money} $/h) it pays off after {time}.").format(**numbers, time=span)


def _money(dollars: float) -> str:
    return text.words.write(dollars, ",.0f" if dollars >= 100 else ",.2f" if dollars >= 0.1 else ",.4f")
