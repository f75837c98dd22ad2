"""The result that a command names: a file, or the beginning of an id in the history."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..records.result import Result
from ..reference import scenarios
from ..words.writer import english
from . import result_files
from .data_folder import data_folder
from .history import History, damaged
from .store_errors import TROUBLES, explain

NAMED = "a file that --json wrote, or the beginning of an id in the history"


class NotFoundError(ValueError):
    """No result goes by a name; the text is a sentence that says the name and why."""


def find(name: str) -> Result:
    """That result, judged by the rules of today. Raises NotFoundError."""
    if not name.strip():
        raise NotFoundError("an empty name names no result; give a file or the beginning of an id")
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
    several = f"{len(ids)} results of the history begin so; give more of the id"
    raise NotFoundError(f"{name}: {several if ids else 'neither a file nor an id of the history'}")


def latest() -> Result | None:
    """The last stored result with a verdict, judged by the rules of today; None without one. Raises NotFoundError."""
    history = store()
    try:
        entry = next((e for e in history.entries() if e.scenario), None)
        return result_files.judged(history.load(entry.id), scenarios.load_rules()) if entry else None
    except TROUBLES as error:
        raise NotFoundError(advice(error, history)) from error


def advice(error: Exception, history: History) -> str:
    """What is wrong with the history, and the command that helps."""
    sentence = explain(error, english, history.path)
    helps = isinstance(error, sqlite3.Error) and damaged(error)
    return f"{sentence} The command: rigdyno history --set-aside" if helps else sentence


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, or with a character that no name has
        return False


def _read(path: Path) -> Result:
    try:
        return result_files.read(path)
    except TROUBLES as error:
        raise NotFoundError(f"{path}: {explain(error, english)}") from error


def store() -> History:
    """The history of this computer. Raises NotFoundError where its folder cannot be made."""
    try:
        return History(data_folder())
    except OSError as error:
        raise NotFoundError(explain(error, english, Path())) from error
