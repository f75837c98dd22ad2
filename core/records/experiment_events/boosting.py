"""What the worker tells of boosted trees that it has trained."""

from __future__ import annotations

from dataclasses import dataclass

from ..bounds import MAX_COUNT, MAX_WORK, is_duration

NO_LIBRARY = "no-boosting-library"
"""Code of the failure that the worker's Python has no library which trains boosted trees."""


@dataclass(frozen=True, slots=True)
class BoostingTiming:
    """Trainings of `trees` boosted trees on a table of `rows`: the seconds of each, the preparation of the table
    included, by this `version` of a `library`.

    `memory` are the bytes of the table, and the most that a training took beside it; None where the system does not
    tell. See `worker/experiments/boosting.py`.
    """

    t: float
    library: str
    version: str
    rows: int
    trees: int
    seconds: tuple[float, ...]
    memory: int | None

    def __post_init__(self) -> None:
        if not (0 < self.rows <= MAX_COUNT and 0 < self.trees <= MAX_COUNT and 0 <= (self.memory or 0) < MAX_WORK):
            raise ValueError("a training of boosted trees has rows and trees")
        if not (self.seconds and all(map(is_duration, self.seconds))):
            raise ValueError("a training of boosted trees has times")
