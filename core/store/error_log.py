"""The log: what went wrong, in a file of the data folder that stays small. On a good day there is none."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from ..words.safe_text import neutral
from .data_folder import data_folder

FILE = "rigdyno.log"
SIZE, KEPT = 1_000_000, 2
"""Bytes of the file, and how many older ones are kept beside it."""
LONGEST = 20_000
"""Letters of one record: a trace has some thousand."""
TAIL = 65_536
"""Bytes of the file that `last` looks at."""
FORMAT = logging.Formatter("%(asctime)s %(message)s")
_BEGIN = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.MULTILINE)
_turn = threading.Lock()


def note(told: str, folder: Path | None = None) -> None:
    """Keep it, with the time; silent where nothing can be written. `folder` is the data folder where none is given.

    The file is opened for each record, so that two programs share it and nobody holds it when it takes another's place.
    """
    lines = neutral(told[:LONGEST]).splitlines() or [""]
    record = logging.LogRecord("rigdyno", logging.ERROR, "", 0, "\n    ".join(lines), None, None)
    with _turn:
        raising, logging.raiseExceptions = logging.raiseExceptions, False  # a full disk is no second error
        try:
            path = (folder or data_folder()) / FILE
            if path.exists() and not path.is_file():  # a pipe would be waited for
                return
            handler = RotatingFileHandler(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)
            handler.setFormatter(FORMAT)
            handler.emit(record)
            handler.close()
        except OSError:
            return
        finally:
            logging.raiseExceptions = raising


def last(folder: Path, count: int) -> list[str]:
    """The latest records, the newest last. Raises OSError."""
    path = folder / FILE
    if not path.is_file():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        told = file.read(TAIL).decode("utf-8", "replace")
    return [record.rstrip() for record in _BEGIN.split(told) if _BEGIN.match(record)][-count:]


def watch() -> None:
    """From now on what no code has caught is noted too, before it is told as ever."""
    tell, tell_of_thread = sys.excepthook, threading.excepthook

    def caught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            note("".join(traceback.format_exception(error)))
        tell(kind, error, where)

    def caught_in_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value:
            note("".join(traceback.format_exception(found.exc_value)))
        tell_of_thread(found)

    sys.excepthook, threading.excepthook = caught, caught_in_thread
