"""The journal of a running check: everything that it has heard, on the disk within a second, in case the program dies.

There is one file for each check, `running/ID.jsonl` in the data folder, with one line of JSON for each record. It is
deleted once the result is stored. `interrupted_checks.py` reads those that a crash has left.
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from ..records.events import DepthTiming, Event, Progress, Scaling, Timing, Window
from ..records.experiment_events.memory import Capacity, MemoryCount
from ..records.machine import DriverAdapter, Machine, Sample
from ..records.plan import CheckPlan, Request
from ..records.result import DriverGpu, Run
from ..records.verdict import Reason
from ..store.data_folder import data_folder, journals
from ..store.file_lock import lock
from .updates import MachineSeen, RunEnded, Sampled, Update, WorkerSaid

SYNC_S = 0.5
"""Seconds between two fsyncs. Records, a dozen lines a second, are given to the system at once, so a program that is
killed loses none. A power cut loses what is not on the disk: a second at most, as a slow USB stick takes its time. The
fsyncs are done by a thread of their own."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: which check this is."""

    format: int
    id: str
    created: str
    rigdyno: str
    name: str = ""
    """The name under which its result is kept; that of the host for a check over ssh."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run begins, at `t` seconds of the check. `adapter`: the GPU of a run through its driver."""

    t: float
    request: Request
    wait_policy: str
    adapter: DriverAdapter | None = None


Record = Head | Begun | CheckPlan | Machine | Sample | Run | DriverGpu | Reason | Event
"""What a line may hold. It is written with the name of its class, as in the protocol between parent and worker."""
MEASURED = (Window, Timing, Capacity, Scaling, MemoryCount, DepthTiming)
"""A journal without one of these holds no measurement, and is deleted."""


class Journal:
    """Written while a check runs, from any of its threads. A failing disk ends the journal, not the check."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self._path = Path()
        self._worth = self._listening = self._unsynced = False
        self._file: IO[bytes] | None = None
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        with contextlib.suppress(OSError):
            self._path = journals(data_folder()) / f"{head.id}.jsonl"
            self._path.parent.mkdir(exist_ok=True)
            self._file = self._path.open("xb")
            lock(self._file)
            self._listening = True
            self.write(head)
            _sync_folder(self._path.parent)
            self._thread = threading.Thread(target=self._keep, args=(self._file,), name="rigdyno-journal", daemon=True)
            self._thread.start()

    def write(self, record: Record) -> None:
        """Append a record."""
        line = msgspec.json.encode({"event": type(record).__name__, "data": record}) + b"\n" if self._listening else b""
        with self._guard:
            if not self._listening or self._file is None:
                return
            self._worth = self._worth or isinstance(record, MEASURED)
            self._unsynced = True
            try:
                self._file.write(line)
                self._file.flush()
            except OSError:  # the disk is full, or was pulled out: what is on it stays, and no more is taken down
                self._listening = False

    def note(self, update: Update) -> None:
        """Append what the result will hold of an update."""
        if isinstance(update, MachineSeen):
            self.write(update.machine)
        elif isinstance(update, Sampled):
            self.write(update.sample)
        elif isinstance(update, RunEnded):
            self.write(update.run)
        elif isinstance(update, WorkerSaid) and not isinstance(update.event, Progress):
            self.write(update.event)

    def close(self, stored: bool) -> None:
        """The check is over. The journal is deleted if its result is `stored`, or if nothing was measured."""
        self._closing.set()
        if self._thread:
            self._thread.join()
        with self._guard:
            file, self._file, self._listening = self._file, None, False
        if file is None:
            return
        with contextlib.suppress(OSError):
            file.close()
        if stored or not self._worth:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close(stored=False)

    def _keep(self, file: IO[bytes]) -> None:
        with contextlib.suppress(OSError):
            while not self._closing.wait(SYNC_S):
                if self._unsynced:
                    self._unsynced = False
                    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The name of a new file survives a power cut too; Windows cannot open a folder for that."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
