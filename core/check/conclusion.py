"""The end of a check: its record becomes a result, which is judged, stored and told."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from .. import __version__
from ..records.machine import Machine
from ..records.result import FORMAT, Result, Status
from ..reference.scenarios import Rulebook
from ..store import error_log
from ..store.data_folder import data_folder, why_not_written
from ..store.history import History
from ..store.result_files import judged
from .check_record import CheckRecord
from .updates import Concluded


def conclude(
    record: CheckRecord, machine: Machine, rules: Rulebook, cancelled: bool, silent: Mapping[str, str], name: str
) -> Result:
    """The result, stored under `name`; a result that cannot be stored is told with the reason, and is not lost.

    `silent` says why sensors told nothing, by their keys.
    """
    result = Result(
        format=FORMAT,
        id=record.journal.head.id,
        created=today(),
        rigdyno=__version__,
        status=_status(record, cancelled),
        machine=machine,
        plan=record.plan,
        runs=tuple(record.runs),
        telemetry=tuple(record.samples),
        problems=tuple(record.problems),
        neighbours=record.neighbours,
        silent=dict(silent),
        driver_gpus=tuple(record.driver_gpus),
        driver_note=record.driver_note,
    )
    if "jobs" in record.plan.steps:
        result = judged(result, rules)
    record.tell(Concluded(result, _store(record, result, name)))
    return result


def today() -> str:
    """The date and time that a result carries, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _status(record: CheckRecord, cancelled: bool) -> Status:
    runs = [*record.runs, *(gpu.run for gpu in record.driver_gpus)]
    if not cancelled and not any(run.told_something for run in runs):
        return "nothing"
    broken = cancelled or bool(record.problems) or any(r.incomplete for r in runs)
    return "partial" if broken else "complete"


def _store(record: CheckRecord, result: Result, name: str) -> str:
    """Keep the result in the history; returns why it could not be stored, or nothing.

    Counts of memory alone say nothing of this machine that the next count would not say again.
    """
    if result.plan.steps == ("memory",):
        record.journal.close(stored=True)
        return ""
    try:
        History(data_folder()).store(result, name)
        record.journal.close(stored=True)
    except (OSError, sqlite3.Error, UnicodeError) as error:
        why = why_not_written(error)
        error_log.note(f"the result was not stored: {why}")
        return why
    return ""
