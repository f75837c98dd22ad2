"""The rentals that the shipped tables know, joined once."""

from __future__ import annotations

from functools import cache

from . import reference
from .cloud import Rental, rentals


@cache
def offered() -> tuple[Rental, ...]:
    """Every dated offer whose accelerators some source has timed."""
    return tuple(rentals(reference.offers(), reference.throughputs(), reference.gpus()))
