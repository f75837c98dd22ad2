"""A phrase that depends on a count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plural:
    """The two English forms of a phrase; which one is said depends on the number that is called `by`.

    A catalogue may hold more forms for its language. Babel collects both strings by this class's name.
    """

    one: str
    many: str
    by: str = "count"


Template = str | Plural
"""A phrase with places for numbers, such as {percent}."""
