"""What a list of results shows of each one, without reading its body."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.forecast import headline_rates
from ..records.bounds import MAX_COUNT
from ..records.result import Result

LONGEST = 2000
"""Letters of a name, a note or a computer that are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history; the whole result is loaded by its id.

    `name` and `note` are the user's; `computer` names processor and GPUs; `rate` is the images/s of the small network
    on the fastest device.
    """

    id: str
    created: str
    status: str
    scenario: int | None
    trust: str | None
    name: str = ""
    note: str = ""
    computer: str = ""
    rate: float | None = None


COLUMNS = ", ".join(Entry.__slots__)
"""The columns of the table `results` have the names and the order of the fields."""


def entry(*row: object) -> Entry:
    """A row as an Entry. SQLite accepts any type in any column: a value of a wrong type counts as a missing one."""
    result_id, created, status, scenario, trust, name, note, computer, rate = row
    return Entry(
        _text(result_id),
        _text(created),
        _text(status),
        scenario=scenario if isinstance(scenario, int) and scenario in (1, 2, 3, 4) else None,
        trust=_text(trust) or None,
        name=_text(name),
        note=_text(note),
        computer=_text(computer),
        rate=rate if isinstance(rate, float) and 0 < rate < MAX_COUNT else None,
    )


def label_of(result: Result) -> str:
    """The computer of a result in one line: its processor and its GPUs."""
    names = [str(result.machine.value("cpu.model") or ""), *(gpu.name for gpu in result.machine.gpus)]
    return " · ".join(name for name in names if name)


def computer_and_rate(result: Result) -> tuple[str, float | None]:
    """The two columns that are taken from the measurements; see `Entry`."""
    return label_of(result)[:LONGEST], max(headline_rates(result.runs).values(), default=None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
