"""A phrase that depends on a count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .number_format import digits

LONGEST = 10
"""Digits of a count: no form depends on more."""
FRACTION = 100
"""Its form is that of all fractions: gettext has forms for whole numbers alone."""


@dataclass(frozen=True, slots=True)
class Plural:
    """The two English forms of a phrase; which one is said depends on the number that is called `by`.

    A catalogue may hold more forms for its language. Babel collects both strings by this class's name.
    """

    one: str
    many: str
    by: str = "count"

    def count(self, numbers: Mapping[str, object]) -> int:
        """The count that chooses the form, among the numbers of a phrase: 1 for 1.003, which is written as 1."""
        value = numbers.get(self.by)
        if isinstance(value, str):  # of a stored sentence
            return int(value) if value.isdecimal() and len(value) < LONGEST else FRACTION
        if not isinstance(value, int | float):
            return 0
        shown = float(format(value, digits(value)).replace(",", ""))
        return int(shown) if shown.is_integer() else FRACTION


Template = str | Plural
"""A phrase with places for numbers, such as {percent}."""
