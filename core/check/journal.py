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

from ..records.events import Capacity, Event, Progress, Scaling, Timing, Window
from ..records.machine import DriverAdapter, Machine, Sample
from ..records.plan import CheckPlan, Request
from ..records.result import DriverGpu, Run
from ..records.verdict import Reason
from ..store.data_folder import data_folder, journals
from ..store.file_lock import lock
from .updates import MachineSeen, RunEnded, Sampled, Update, WorkerSaid

SYNC_S = 0.5
"""What is heard, a dozen short lines a second, goes to the system at once, so that a program that is killed loses none
of it. Only a computer that loses its power needs the disk to have it too (fsync): twice a second, by a thread that does
nothing else, as that may take a slow stick a while. So the last second is the most that can be missing."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: which check this is."""

    format: int
    id: str
    created: str
    rigdyno: str
    name: str = ""
    """What its result is to be kept under: that of another computer, where it is one."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run begins, at `t` seconds of the check; on a GPU through its driver where there is an `adapter`."""

    t: float
    request: Request
    wait_policy: str
    adapter: DriverAdapter | None = None


Record = Head | Begun | CheckPlan | Machine | Sample | Run | DriverGpu | Reason | Event
"""What a line may hold; it names the class, as on the wire between worker and parent."""
MEASURED = (Window, Timing, Capacity, Scaling)
"""Without one of these a journal holds nothing that is worth keeping."""


class Journal:
    """Written while a check runs, from any of its threads. A disk that fails ends the journal, and never the check."""

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
        """Take it down."""
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
        """Take down what an update tells that the result will hold."""
        if isinstance(update, MachineSeen):
            self.write(update.machine)
        elif isinstance(update, Sampled):
            self.write(update.sample)
        elif isinstance(update, RunEnded):
            self.write(update.run)
        elif isinstance(update, WorkerSaid) and not isinstance(update.event, Progress):
            self.write(update.event)

    def close(self, stored: bool) -> None:
        """The check is over: its journal stays where it holds what is not `stored`. May be called again."""
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
