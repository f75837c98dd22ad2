"""Numbers, sizes and spans of time as one language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable

from .number_format import digits
from .phrases import names

DIVISORS = ((120, 1), (120 * 60, 60), (48 * 3600, 3600), (100 * 86_400, 86_400), (700 * 86_400, 30.44 * 86_400))
"""Up to how many seconds each of `names.SPANS` is used, and the seconds in one of it; years know no end."""
YEAR_S = 365.25 * 86_400
NUMBER = re.compile(r"(?<![\w.,-])[+-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-]|[.,]\d)")
"""A number that stands alone in an English text: not a part of a name or of a version of three parts."""
FAR_APART = 20
"""Ends of a range of time that differ by more than this factor have each its own unit."""


class Measures:
    """Writes measured values. `translate` gives the words of units; `marks` are those before the decimals and between
    the thousands."""

    def __init__(self, translate: Callable[[str], str], marks: Callable[[], tuple[str, str]]) -> None:
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

    def marked_in(self, text: str) -> str:
        """An English text that holds no versions, with its numbers as the language writes them."""
        return NUMBER.sub(lambda found: self.marked(found[0]), text)

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
        """A range of time."""
        return " – ".join(self.range_ends(low, high))

    def limit(self, seconds: float) -> str:
        """A deadline: exact, where a measured time is not."""
        number, unit = self._spelt(seconds)
        return f"{number.removesuffix(self.write(0, '.1f')[1:])} {unit}"

    def figure(self, value: float) -> str:
        """A measured value to as many digits as are known of it."""
        return self.write(value, digits(value))

    def range_ends(self, low: float, high: float) -> tuple[str, str]:
        """Both ends in the unit of the longer one, which alone names it; each in its own where they are far apart."""
        divisor, unit = self._unit(high)
        last = f"{self._two_digits(high / divisor)} {unit}"
        first = self._two_digits(low / divisor) if low * FAR_APART >= high else self.duration(low)
        return first, last

    def _spelt(self, seconds: float) -> tuple[str, str]:
        divisor, unit = self._unit(seconds)
        return self._two_digits(seconds / divisor), unit

    def _unit(self, seconds: float) -> tuple[float, str]:
        """The seconds in the unit of time that suits so many, and what it is called."""
        for (limit, divisor), unit in zip(DIVISORS, names.SPANS, strict=False):
            if seconds < limit:
                return divisor, self.translate(unit)
        return YEAR_S, self.translate(names.SPANS[-1])

    def _two_digits(self, value: float) -> str:
        return self.write(value, ".1f" if 1 <= value < 9.95 else ",.0f" if value >= 9.95 else ".2g")
