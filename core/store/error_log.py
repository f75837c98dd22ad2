"""The log of errors: a file in the data folder of limited size. It is made when the first error is written."""

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
"""Bytes of the file, and how many older files are kept."""
LONGEST = 20_000
"""Letters of one record; a traceback has a few thousand."""
TAIL = 65_536
"""Bytes at the end of the file that `last` reads."""
FORMAT = logging.Formatter("%(asctime)s %(message)s")
_BEGIN = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.MULTILINE)
_turn = threading.Lock()


def note(told: str, folder: Path | None = None) -> None:
    """Append a record with the time to the log in `folder` (the data folder by default). Raises nothing: where the file
    cannot be written, the record is lost.

    The file is opened for each record, so that two programs can share it, and rename it when it is full.
    """
    lines = neutral(told[:LONGEST]).splitlines() or [""]
    record = logging.LogRecord("rigdyno", logging.ERROR, "", 0, "\n    ".join(lines), None, None)
    with _turn:
        raising, logging.raiseExceptions = logging.raiseExceptions, False  # a full disk must not print a second error
        try:
            path = (folder or data_folder()) / FILE
            if path.exists() and not path.is_file():  # opening a pipe would wait for a reader
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
    """At most `count` of the latest records, the newest last. Raises OSError."""
    path = folder / FILE
    if not path.is_file():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        told = file.read(TAIL).decode("utf-8", "replace")
    return [record.rstrip() for record in _BEGIN.split(told) if _BEGIN.match(record)][-count:]


def watch() -> None:
    """From now on log every uncaught exception, of threads too, before it is printed as usual."""
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
