"""Errors of stored results and result files as one sentence in the language of `words`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..words.writer import Words
from .history import damaged
from .history_migrations import NewerStore
from .result_files import NoResultError

TROUBLES = (OSError, ValueError, KeyError, sqlite3.Error)
"""All that reading and writing results may raise."""


def explain(error: Exception, words: Words, store: Path | None = None) -> str:
    """The sentence for an error; `store` is the file of the history where the error is of the history."""
    if isinstance(error, NoResultError):
        return words.sentence(error.code, error.numbers)
    if isinstance(error, KeyError):
        return words.sentence("gone", {})
    if isinstance(error, NewerStore):
        return words.sentence("store-newer", {"tables": error.tables, "path": str(store)})
    if isinstance(error, sqlite3.Error) and damaged(error):
        return words.sentence("store-damaged", {"path": str(store)})
    if isinstance(error, sqlite3.OperationalError) and store and "locked" in str(error):
        return words.sentence("store-locked", {"path": str(store)})
    detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
    if store is None:
        return detail
    path = (error.filename if isinstance(error, OSError) else None) or store
    return words.sentence("store-failed", {"detail": detail, "path": str(path)})
