"""Codes and numbers as sentences, in English or in a language that somebody translates into: the edge of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..records.machine import Value
from ..records.verdict import Forecast, Margin, Numbers, Reason, Verdict
from . import claim_phrases, compare_phrases, engine_phrases, phrases
from .number_format import digits
from .safe_text import clipped

SURE, UNLIKELY = 0.95, 0.05
"""From and up to these chances a forecast is a plain yes or no."""
FORECAST_CODES = ("finishes", "too-slow", "too-little-memory")
"""Reasons that repeat a forecast in words, for where no table shows it."""
DIVISORS = ((120, 1), (120 * 60, 60), (48 * 3600, 3600), (100 * 86_400, 86_400), (700 * 86_400, 30.44 * 86_400))
"""Up to how many seconds each of `phrases.SPANS` is used, and the seconds in one of it; years know no end."""
YEAR_S = 365.25 * 86_400
GPUS = ("cuda:", "xpu:", "mps")
"""How the ids of GPUs begin in torch."""
NAMES = {
    "job": phrases.JOBS,
    "model": phrases.MODELS,
    "layout": phrases.LAYOUTS,
    "cause": phrases.CAUSES,
    "setting": compare_phrases.SETTINGS,
    "here": compare_phrases.VALUES,
    "there": compare_phrases.VALUES,
}
"""Codes that stand for words inside a sentence, by the number's name."""
COPIED = re.compile("://|[A-Z_]{5,}=")
"""In sentences with a link, a command that has one, or variables of an environment."""
SENTENCES = (
    phrases.SENTENCES,
    phrases.FAILURES,
    phrases.UNREADABLE,
    claim_phrases.SENTENCES,
    compare_phrases.SENTENCES,
    engine_phrases.SENTENCES,
)


def copied(sentence: str) -> bool:
    """Whether there is something in it that people will want to copy rather than type."""
    return bool(COPIED.search(sentence))


class Words:
    """Words in one language. `translate` gives a phrase's counterpart; numbers are written with its `marks`:
    those of the decimals and of the thousands."""

    def __init__(
        self, translate: Callable[[str], str] = str, marks: Callable[[], tuple[str, str]] = lambda: (".", ",")
    ) -> None:
        self.translate, self._marks = translate, marks
        self.decimal_memory = False
        """Memory in GB of 1000 MB, not in GiB of 1024 MiB."""

    def write(self, value: float, spec: str = ",.0f") -> str:
        """A number in Python's format `spec`, with the marks of the language."""
        return self.marked(format(value, spec))

    def marked(self, number: str) -> str:
        """A number that is written with "." and "," as the language writes it."""
        decimal, group = self._marks()
        return number.translate({ord("."): decimal, ord(","): group})

    def sentence(self, code: str, numbers: Numbers) -> str:
        """The sentence of a coded reason.

        A code without words, or without the numbers that they want, shows itself with what there is: a worker may
        report any code, and nothing is hidden.
        """
        template = next((table[code] for table in SENTENCES if code in table), None)
        try:
            written = {name: self.number(name, value) for name, value in numbers.items()}
            if numbers.get("failure") in phrases.FAILURES:
                written["failure"] = self.sentence(str(numbers["failure"]), {"detail": numbers.get("detail")})
            text = self.translate(template).format(**written) if template else ""
        except KeyError:
            text = ""
        return capital(text) or clipped(f"{code}: " + ", ".join(f"{k} {v}" for k, v in numbers.items()))

    def row(self, code: str, numbers: Numbers) -> str:
        """What a row of a comparison is of."""
        written = {name: self.number(name, value) for name, value in numbers.items()}
        return capital(self.translate(compare_phrases.ROWS[code]).format(**written))

    def title(self, name: str, **numbers: object) -> str:
        """A heading of a result, of `phrases.TITLES`."""
        return self.translate(phrases.TITLES[name]).format(**numbers)

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
        return self.translate(phrases.ANSWERS[outlook]).format(percent=self.write(100 * probability))

    def problem(self, code: str, numbers: Numbers) -> str:
        """Why a plan cannot run, and what is allowed."""
        written = {name: self.number(name, value) for name, value in numbers.items()}
        if kind := numbers.get("range"):
            written["range"] = self.allowed(str(kind), numbers)
        return self.translate(phrases.PROBLEMS[code]).format(**written)

    def allowed(self, code: str, numbers: Numbers) -> str:
        """What a field may hold."""
        written = {name: self.translate(str(n)) if name == "called" else n for name, n in numbers.items()}
        return self.translate(phrases.ALLOWED[code]).format(**written)

    def label(self, key: str) -> str:
        """What a reading is called."""
        return self.translate(phrases.LABELS.get(key, key))

    def step(self, name: str) -> str:
        """What happens in a step or a phase."""
        return self.translate(phrases.STEPS.get(name, name))

    def scenario(self, number: int) -> tuple[str, str]:
        """Title and sentence of a scenario."""
        title, meaning = phrases.SCENARIOS[number]
        return self.translate(title), self.translate(meaning)

    def show(self, key: str, value: Value) -> str:
        """A reading's value with its unit."""
        if value is None:
            return self.translate(phrases.NOT_REPORTED)
        if isinstance(value, bool):
            return self.translate(phrases.YES if value else phrases.NO)
        if isinstance(value, list):
            return clipped(", ".join(value)) or self.translate(phrases.NONE)
        if key in phrases.BYTES and isinstance(value, int | float):
            return self.size(value)
        if key.endswith("_clock") and isinstance(value, int | float):
            return f"{self.write(value / 1000, '.2f')} GHz"
        if isinstance(value, float):
            value = self.write(value, ".1f")
        return f"{value} {phrases.UNITS[key]}" if key in phrases.UNITS else self.translate(clipped(str(value)))

    def size(self, value: float) -> str:
        """Bytes as people read them."""
        if self.decimal_memory:
            return f"{self.write(value / 1e9, '.1f')} GB" if value >= 1e9 else f"{self.write(value / 1e6)} MB"
        return f"{self.write(value / 2**30, '.1f')} GiB" if value >= 2**30 else f"{self.write(value / 2**20)} MiB"

    def duration(self, seconds: float) -> str:
        """A time span in the one unit that suits it, to two digits: no forecast knows more."""
        number, unit = self._spelt(seconds)
        return f"{number} {unit}"

    def span(self, low: float, high: float) -> str:
        """A range of time, the unit said once where both ends share it."""
        (first, unit), (last, other) = self._spelt(low), self._spelt(high)
        return f"{first} – {last} {unit}" if unit == other else f"{first} {unit} – {last} {other}"

    def limit(self, seconds: float) -> str:
        """A deadline: exact, where a measured time is not."""
        number, unit = self._spelt(seconds)
        return f"{number.removesuffix(self.write(0, '.1f')[1:])} {unit}"

    def job(self, name: str) -> str:
        """What a job is, as the start of a line."""
        return capital(self.translate(phrases.JOBS.get(name, clipped(name))))

    def model(self, name: str) -> str:
        """What to call a network; a user's own by its name."""
        return self.translate(phrases.MODELS.get(name, clipped(name)))

    def device(self, name: str) -> str:
        """What to call a device in a sentence: "the CPU", "the GPU (cuda:0)", "4 accelerators"; all else as it is."""
        count, _, kind = name.partition(" ")
        if kind == "accelerators":  # as `forecast` calls all of them together
            several = phrases.ACCELERATORS if count != "1" else phrases.ONE_ACCELERATOR
            return self.translate(several).format(count=count)
        if name.startswith(GPUS):
            return self.translate(phrases.ONE_GPU).format(id=clipped(name))
        return self.translate(phrases.DEVICES.get(name, clipped(name)))

    def threads(self, count: int) -> str:
        """As in "1 thread"."""
        return self.translate(phrases.ONE_THREAD if count == 1 else phrases.THREADS).format(count=count)

    def number(self, name: str, value: float | int | str | None) -> str:
        """A number of a sentence as it is written there: its name tells what it counts."""
        if value is None:
            return self.translate(phrases.NOT_REPORTED)
        if isinstance(value, str):
            if name == "device":
                return self.device(value)
            known = NAMES.get(name, {}).get(value)
            return self.translate(known) if known else "" if known == "" else clipped(value)
        if name == "deadline":
            return self.limit(value)
        if name in ("time", "low", "high", "seconds", "naive"):
            return self.duration(value)
        if name in ("least", "most") and isinstance(value, float):
            return self.write(value, ",.2f" if value < 10 else ",.0f")
        if name in ("need", "has") and value > 1e6:
            return self.size(value)
        if name == "threads" and isinstance(value, int):
            return self.threads(value)
        if name in ("factor", "gain"):
            return self.write(value, ".2f") if 1 <= value < 1.1 else self._two_digits(value)
        return self.figure(value)

    def figure(self, value: float) -> str:
        """A measured value to as many digits as are known of it."""
        return self.write(value, digits(value))

    def _spelt(self, seconds: float) -> tuple[str, str]:
        for (limit, divisor), unit in zip(DIVISORS, phrases.SPANS, strict=False):
            if seconds < limit:
                return self._two_digits(seconds / divisor), self.translate(unit)
        return self._two_digits(seconds / YEAR_S), self.translate(phrases.SPANS[-1])

    def _two_digits(self, value: float) -> str:
        return self.write(value, ".1f" if 1 <= value < 9.95 else ",.0f" if value >= 9.95 else ".2g")


english = Words()


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
