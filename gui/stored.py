"""What this computer has measured before, for pages that are opened without a check."""

from __future__ import annotations

from ..core.model import Result
from .text import tr


def latest() -> tuple[Result | None, str]:
    """The last stored result, judged by the rules of today; or None, and why where the store cannot be read."""
    import sqlite3  # a start has no use for these

    from ..core import results, scenarios
    from ..core.history import History
    from ..core.paths import data_folder

    try:
        history = History(data_folder())
        entries = history.entries()
        return (results.judged(history.load(entries[0].id), scenarios.load()), "") if entries else (None, "")
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        return None, tr("The stored results cannot be read: {why}").format(why=error)
