"""The result that a command names: a file, or the beginning of an id in the history."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..analysis.same_computer import is_same_computer
from ..records.machine import Machine
from ..records.result import Result
from ..reference import scenarios
from ..words.language import N_, _
from ..words.writer import spoken
from . import result_files
from .data_folder import data_folder
from .history import History, damaged
from .store_errors import TROUBLES, explain

MOST_JOBS = 200
"""Results without a verdict that are looked through for single jobs."""
NAMED = N_("a file that --json wrote, or the beginning of an id in the history")
"""How a command's help says what names a result."""


class NotFoundError(ValueError):
    """No result has this name. The text is a sentence with the name and the reason."""


def find(name: str) -> Result:
    """The result of this name with a verdict by the current rules. Raises NotFoundError."""
    if not name.strip():
        raise NotFoundError(_("an empty name names no result; give a file or the beginning of an id"))
    path = Path(name)
    if _is_there(path):
        return result_files.judged(_read(path), scenarios.load_rules())
    history = store()
    try:
        ids = [entry.id for entry in history.entries() if entry.id.startswith(name)]
        if len(ids) == 1:
            return result_files.judged(history.load(ids[0]), scenarios.load_rules())
    except TROUBLES as error:
        raise NotFoundError(f"{name}: {advice(error, history)}") from error
    none = _("neither a file nor an id of the history")
    several = _("{count} results of the history begin so; give more of the id").format(count=len(ids))
    raise NotFoundError(f"{name}: {several if ids else none}")


def latest() -> Result | None:
    """The latest stored result that has a verdict, judged by the current rules; None where there is none. Raises
    NotFoundError.
    """
    history = store()
    try:
        entry = next((e for e in history.entries() if e.scenario), None)
        return result_files.judged(history.load(entry.id), scenarios.load_rules()) if entry else None
    except TROUBLES as error:
        raise NotFoundError(advice(error, history)) from error


def single_jobs(check: Result) -> list[Result]:
    """Stored results of single jobs on the computer of a check, the latest first. Raises NotFoundError."""
    return jobs_of(check.machine)


def jobs_of(machine: Machine, asleep: bool = False) -> list[Result]:
    """Stored results of single jobs on a computer, the latest first. `asleep`: its GPUs may sleep now, see
    `is_same_computer`. Raises NotFoundError.
    """
    history = store()
    try:
        ids = [entry.id for entry in history.entries() if not entry.scenario][:MOST_JOBS]
        found = [history.load(one) for one in ids]
    except TROUBLES as error:
        raise NotFoundError(advice(error, history)) from error
    return [one for one in found if one.plan.train.workload and is_same_computer(one.machine, machine, asleep)]


def advice(error: Exception, history: History) -> str:
    """A sentence: what is wrong with the history, and the command that helps, if one does."""
    sentence = explain(error, spoken, history.path)
    helps = isinstance(error, sqlite3.Error) and damaged(error)
    command = _("The command: {command}").format(command="rigdyno history --set-aside")
    return f"{sentence} {command}" if helps else sentence


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long for a name, or with a character that no name may have
        return False


def _read(path: Path) -> Result:
    try:
        return result_files.read(path)
    except TROUBLES as error:
        raise NotFoundError(f"{path}: {explain(error, spoken)}") from error


def store() -> History:
    """The history of this computer. Raises NotFoundError where its folder cannot be made."""
    try:
        return History(data_folder())
    except OSError as error:
        raise NotFoundError(explain(error, spoken, Path())) from error
