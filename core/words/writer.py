"""Codes and numbers as sentences, in English or in a language that somebody translates into: the edge of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ..records.machine import Value
from ..records.verdict import Forecast, Margin, Numbers, Reason, Verdict
from .language import _, marks_of_numbers, ngettext
from .measures import Measures
from .phrases import comparison, failures, headings, jobs, labels, names, plan_problems, stored
from .phrases.sentences import SENTENCES
from .plural import Plural, Template
from .safe_text import clipped, neutral

SURE, UNLIKELY = 0.95, 0.05
"""From and up to these chances a forecast is a plain yes or no."""
FORECAST_CODES = ("finishes", "too-slow", "too-little-memory")
"""Reasons that repeat a forecast in words, for where no table shows it."""
GPUS = ("cuda:", "xpu:", "mps")
"""How the ids of GPUs begin in torch."""
NAMES = {
    "job": names.ALL_JOBS,
    "model": names.MODELS,
    "layout": names.LAYOUTS,
    "cause": names.CAUSES,
    "first_kind": jobs.KINDS,
    "rate_kind": jobs.KINDS,
    "setting": comparison.SETTINGS,
    "here": comparison.VALUES,
    "there": comparison.VALUES,
}
"""Codes that stand for words inside a sentence, by the number's name."""
QUOTED = ("detail", "why", "failure")
"""Numbers of a sentence that quote what another part of the program said in English."""
TYPED = ("value", "given", "low", "high", "end")
"""Numbers of a plan that a person types."""
COPIED = re.compile("://|[A-Z_]{5,}=")
"""In sentences with a link, a command that has one, or variables of an environment."""


def copied(sentence: str) -> bool:
    """Whether there is something in it that people will want to copy rather than type."""
    return bool(COPIED.search(sentence))


class Words(Measures):
    """Words in one language: the one that is spoken when something is asked for, or that of the given functions.

    `translate` gives a phrase's counterpart and `plural` the form that suits a count; `marks` are those that numbers
    have before their decimals and between their thousands. `typed_in_english`: what a person types has a point, as on
    a command line; without it, as in the fields of the window, the marks of the language.
    """

    def __init__(
        self,
        translate: Callable[[str], str] = _,
        marks: Callable[[], tuple[str, str]] = marks_of_numbers,
        plural: Callable[[str, str, int], str] = ngettext,
        typed_in_english: bool = True,
    ) -> None:
        super().__init__(translate, marks)
        self._plural, self._typed_in_english = plural, typed_in_english

    def phrase(self, template: Template, **numbers: float | int | str | None) -> str:
        """A phrase of the catalogue with its numbers; strings stand in it as they are. Raises KeyError where one is
        missing.
        """
        written = {name: n if isinstance(n, str) else self.number(name, n) for name, n in numbers.items()}
        return self._said(template, written, numbers)

    def sentence(self, code: str, numbers: Numbers) -> str:
        """The sentence of a coded reason.

        A code without words, or without the numbers that they want, shows itself with what there is: a worker may
        report any code, and nothing is hidden.
        """
        said = self._of_code(code, numbers)
        return said or clipped(f"{code}: " + ", ".join(f"{k} {v}" for k, v in numbers.items()))

    def reason(self, told: Reason) -> str:
        """The sentence of a coded reason; as it was stored where this version has no words for its code."""
        return self._of_code(told.code, told.numbers) or clipped(told.sentence)

    def stored(self, text: str) -> str:
        """A sentence that is stored in English, in this language; as it is where no template fits it."""
        known = self.translate(text)
        if known != text:
            return known
        template, values = stored.match(text)
        written = {name: self.marked_in(value) if name in stored.NUMBERS else value for name, value in values.items()}
        return self._said(template, written, values) if template else text

    def row(self, code: str, numbers: Numbers) -> str:
        """What a row of a comparison is of."""
        return capital(self._said(comparison.ROWS[code], self._written(numbers), numbers))

    def title(self, name: str, **numbers: object) -> str:
        """A heading of a result, of `headings.TITLES`."""
        return self.translate(headings.TITLES[name]).format(**numbers)

    def time(self, forecast: Forecast) -> str:
        """How long a job takes, as a range with a mark where it is estimated; a dash where nobody knows."""
        if forecast.low is None or forecast.high is None:
            return "—"
        return ("~ " if forecast.estimated else "") + self.span(forecast.low, forecast.high)

    def margin(self, margin: Margin) -> str:
        """How far the next scenario is; in English where an old file holds the sentence alone."""
        return self.sentence(margin.code, margin.numbers) if margin.code else margin.sentence

    def answer(self, outlook: str, probability: float) -> str:
        """An `outlook` in words."""
        return self.translate(headings.ANSWERS[outlook]).format(percent=self.write(100 * probability))

    def problem(self, code: str, numbers: Numbers) -> str:
        """Why a plan cannot run, and what is allowed."""
        written = self._written(numbers)
        written |= self._typed(written)
        if kind := numbers.get("range"):
            written["range"] = self.allowed(str(kind), numbers)
        return self.translate(plan_problems.PROBLEMS[code]).format(**written)

    def allowed(self, code: str, numbers: Numbers) -> str:
        """What a field may hold."""
        written = {name: self.translate(str(n)) if name == "called" else n for name, n in numbers.items()}
        return self.translate(plan_problems.ALLOWED[code]).format(**written | self._typed(numbers))

    def label(self, key: str) -> str:
        """What a reading is called."""
        return self.translate(labels.LABELS.get(key, key))

    def step(self, name: str) -> str:
        """What happens in a step or a phase."""
        return self.translate(names.STEPS.get(name, name))

    def scenario(self, number: int) -> tuple[str, str]:
        """Title and sentence of a scenario."""
        title, meaning = names.SCENARIOS[number]
        return self.translate(title), self.translate(meaning)

    def scenario_so_far(self, scenario: int, probability: float, certain: bool) -> str:
        """The most likely scenario while a check runs; `probability` from 0 to 1."""
        told = self.translate(names.CERTAIN if certain else names.SO_FAR)
        return told.format(
            number=scenario, title=self.scenario(scenario)[0], percent=self.write(100 * probability, ".0f")
        )

    def waiting(self, program: str, percent: float, most_s: float) -> str:
        """That a check waits for others, and for how long (s) at most."""
        told = self.translate(names.WAITING_FOR if program else names.WAITING)
        return told.format(program=neutral(program), percent=self.write(percent, ".0f"), time=self.duration(most_s))

    def show(self, key: str, value: Value) -> str:
        """A reading's value with its unit."""
        if value is None:
            return self.translate(labels.NOT_REPORTED)
        if isinstance(value, bool):
            return self.translate(labels.YES if value else labels.NO)
        if isinstance(value, list):
            told = clipped(", ".join(value))
            return (self.marked_in(told) if key in labels.SIZES else told) or self.translate(labels.NONE)
        if key in labels.BYTES and isinstance(value, int | float):
            return self.size(value)
        if key.endswith("_clock") and isinstance(value, int | float):
            return f"{self.write(value / 1000, '.2f')} GHz"
        if isinstance(value, float):
            value = self.write(value, ".1f")
        return f"{value} {labels.UNITS[key]}" if key in labels.UNITS else self.translate(clipped(str(value)))

    def job(self, name: str) -> str:
        """What a job is, as the start of a line."""
        return capital(self.translate(names.ALL_JOBS.get(name, clipped(name))))

    def family(self, key: str) -> str:
        """A family of the catalogue, also with adapters apart ("language-lora"); a network of the user's own by its
        name.
        """
        name, _hyphen, adapters = key.partition("-")
        if name not in jobs.FAMILIES:
            return clipped(key)
        told = self.translate(jobs.FAMILIES[name])
        return self.translate(jobs.WITH_ADAPTERS).format(family=told) if adapters else told

    def model(self, name: str) -> str:
        """What to call a network; a user's own by its name."""
        return self.translate(names.MODELS.get(name, clipped(name)))

    def device(self, name: str) -> str:
        """What to call a device in a sentence: "the CPU", "the GPU (cuda:0)", "4 accelerators"; all else as it is."""
        count, _space, kind = name.partition(" ")
        if kind == "accelerators" and count.isdecimal():  # as `forecast` calls all of them together
            return self.phrase(names.ACCELERATORS, count=int(count)) if int(count) else self.translate(labels.NONE)
        if name.startswith(GPUS):
            return self.translate(names.ONE_GPU).format(id=clipped(name))
        return self.translate(names.DEVICES.get(name, clipped(name)))

    def threads(self, count: int) -> str:
        """As in "1 thread"."""
        return self.phrase(names.THREADS, count=count)

    def number(self, name: str, value: float | int | str | None) -> str:
        """A number of a sentence as it is written there: its name tells what it counts."""
        if value is None:
            return self.translate(labels.NOT_REPORTED)
        if isinstance(value, str):
            if name == "device":
                return self.device(value)
            known = NAMES.get(name, {}).get(value)
            if known is None:
                return clipped(self.stored(value) if name in QUOTED else value)
            return self.translate(known)
        if name == "deadline":
            return self.limit(value)
        if name in ("time", "low", "high", "seconds", "naive"):
            return self.duration(value)
        if name in ("least", "most") and isinstance(value, float):
            return self.write(value, ",.2f" if value < 10 else ",.0f")
        if name == "has" and value == 0:
            return self.translate(labels.NONE)
        if name in ("need", "has") and value > 1e6:
            return self.size(value)
        if name == "threads" and isinstance(value, int):
            return self.threads(value)
        if name in ("factor", "gain"):
            return self.write(value, ".2f") if 1 <= value < 1.1 else self._two_digits(value)
        return self.figure(value)

    def _of_code(self, code: str, numbers: Numbers) -> str:
        """The sentence of a code; empty where there is none, or where a number is missing for it."""
        template = SENTENCES.get(code)
        try:
            return capital(self._said(template, self._written(numbers), numbers)) if template else ""
        except KeyError:
            return ""

    def _said(self, template: Template, written: dict[str, str], numbers: Mapping[str, object]) -> str:
        """A template of the catalogue with its numbers. Raises KeyError where one is missing."""
        if isinstance(template, Plural):
            return self._plural(template.one, template.many, template.count(numbers)).format(**written)
        return self.translate(template).format(**written)

    def _typed(self, numbers: Mapping[str, object]) -> dict[str, str]:
        """Those numbers that a person types with other marks than English ones, with these marks."""
        if self._typed_in_english:
            return {}
        return {name: self.marked_in(n) for name, n in numbers.items() if name in TYPED and isinstance(n, str)}

    def _written(self, numbers: Numbers) -> dict[str, str]:
        """Each number as it stands in a sentence; the two ends of a time in the same unit, said once."""
        written = {name: self.number(name, value) for name, value in numbers.items()}
        low, high = numbers.get("low"), numbers.get("high")
        if isinstance(low, int | float) and isinstance(high, int | float):
            written["low"], written["high"] = self.range_ends(low, high)
        if numbers.get("failure") in failures.FAILURES:
            written["failure"] = self.sentence(str(numbers["failure"]), {"detail": numbers.get("detail")})
        return written


english = Words(str, lambda: (".", ","), lambda one, many, count: one if count == 1 else many)
"""English whatever is spoken: for what is stored, and for machines."""
spoken = Words()
"""The language that is spoken at the moment of asking."""


def reason(code: str, **numbers: float | int | str | None) -> Reason:
    """A coded reason with its English sentence."""
    return Reason(code, numbers, english.sentence(code, numbers))


def evidence(verdict: Verdict) -> list[Reason]:
    """What a verdict rests on, without what a table of its forecasts says better."""
    return [reason for reason in verdict.reasons if reason.code not in FORECAST_CODES]


def outlook(forecast: Forecast) -> str:
    """Whether a job is done in time: "yes", "perhaps", or no for want of "memory", as too "slow", or just "no"."""
    if forecast.probability >= SURE:
        return "yes"
    if forecast.probability > UNLIKELY:
        return "perhaps"
    if forecast.memory_has is not None and forecast.memory_has < forecast.memory_need:
        return "memory"
    return "slow" if forecast.seconds is not None and forecast.seconds > forecast.deadline_s else "no"


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
