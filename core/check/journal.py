"""The journal of a check that runs: all that it has heard, on the disk within a second, for when the program dies.

A file for each check, `running/ID.jsonl` in the data folder, with one line of JSON for each thing heard. It goes once
the result is stored; one that is still there and that nobody holds is what a crash has left: a partial result.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from ..records.events import EVENTS, Capacity, Done, Event, Failed, Failure, Progress, Scaling, Timing, Window
from ..records.machine import DriverAdapter, Machine, Sample
from ..records.plan import CheckPlan, Request
from ..records.result import FORMAT, DriverGpu, Result, Run, Status
from ..records.verdict import Reason
from ..reference.scenarios import Rulebook
from ..session.worker_session import assembled
from ..store.data_folder import data_folder, journals
from ..store.file_lock import lock
from ..store.history import History
from ..store.result_files import judged
from ..words.writer import reason
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


class _Line(msgspec.Struct):
    event: str
    data: msgspec.Raw


_line = msgspec.json.Decoder(_Line)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    kind.__name__: msgspec.json.Decoder(kind)
    for kind in (Head, Begun, CheckPlan, Machine, Sample, Run, DriverGpu, Reason, *EVENTS)
}


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


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a check has left behind that was never concluded."""

    path: Path
    head: Head


def leftovers(folder: Path) -> list[Leftover]:
    """The journals of checks that ended without a result, the oldest first; those of checks that still run are not
    among them. One that holds no measurement, or whose result was stored after all, is deleted. Raises OSError.
    """
    found = []
    for path in sorted(journals(folder).glob("*.jsonl")):
        with contextlib.suppress(OSError), _held(path) as file:
            head = next(_records(file), None)
            if isinstance(head, Head):
                worth = any(isinstance(r, MEASURED) for r in _records(file)) and not _stored(folder, head.id)
                found += [Leftover(path, head)] if worth else []
                if not worth:
                    file.close()
                    path.unlink(missing_ok=True)
    return sorted(found, key=lambda left: left.head.created)


def keep(leftover: Leftover, folder: Path, rules: Rulebook) -> Result:
    """Store what it holds as a partial result, and delete it. Raises OSError or sqlite3.Error."""
    with _held(leftover.path) as file:
        result = _result(_records(file), rules)
    History(folder).store(result, leftover.head.name)
    leftover.path.unlink(missing_ok=True)
    return result


def discard(leftover: Leftover) -> None:
    """Delete it. Raises OSError."""
    leftover.path.unlink(missing_ok=True)


@dataclass
class _Heard:
    """What the lines of a journal add up to."""

    head: Head | None = None
    machine: Machine = field(default_factory=lambda: Machine({}))
    plan: CheckPlan = field(default_factory=CheckPlan)
    runs: list[Run] = field(default_factory=list)
    driver_gpus: list[DriverGpu] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)
    begun: Begun | None = None
    events: list[Event] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """One line after another."""
        if isinstance(record, Head):
            self.head = self.head or record
        elif isinstance(record, Machine):
            self.machine = record
        elif isinstance(record, CheckPlan):
            self.plan = record
        elif isinstance(record, Sample):
            self.samples.append(record)
        elif isinstance(record, Reason):
            self.problems.append(record)
        elif isinstance(record, Begun):
            self.begun, self.events = record, []
        elif isinstance(record, Run | DriverGpu):
            self.begun, self.events = None, []
            if isinstance(record, Run):
                self.runs.append(record)
            else:
                self.driver_gpus.append(record)
        else:
            self.events.append(record)

    def cut(self) -> None:
        """The run that was under way ends where its last event was."""
        if self.begun:
            begun, last = self.begun, max([self.begun.t, *(e.t for e in self.events)])
            done = next((e for e in self.events if isinstance(e, Done)), None)
            said = next((e for e in self.events if isinstance(e, Failed)), None)
            failure = Failure(said.code, said.detail) if said else None if done else Failure("interrupted")
            run = assembled(begun.request, begun.t, last, begun.wait_policy, self.events, done, failure)
            self.take(DriverGpu(begun.adapter, run) if begun.adapter else run)


def _result(records: Iterator[Record], rules: Rulebook) -> Result:
    heard = _Heard()
    for record in records:
        heard.take(record)
    heard.cut()
    head = heard.head
    if head is None:
        raise OSError("the journal has no beginning")
    runs = [*heard.runs, *(gpu.run for gpu in heard.driver_gpus)]
    status: Status = "partial" if any(map(_measured, runs)) else "nothing"
    result = Result(
        format=FORMAT,
        id=head.id,
        created=head.created,
        rigdyno=head.rigdyno,
        status=status,
        machine=heard.machine,
        plan=heard.plan,
        runs=tuple(heard.runs),
        telemetry=tuple(heard.samples),
        problems=(reason("cut-off"), *heard.problems),
        driver_gpus=tuple(heard.driver_gpus),
    )
    return judged(result, rules) if "jobs" in heard.plan.steps else result


def _measured(run: Run) -> bool:
    return bool(run.windows or run.timings or run.capacity or run.scalings)


def _stored(folder: Path, result_id: str) -> bool:
    """Whether the program was killed between storing the result and deleting its journal."""
    try:
        return History(folder).holds(result_id)
    except sqlite3.Error:  # whoever keeps it will hear of that
        return False


@contextlib.contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    """The file while nobody else may have it. Raises OSError where somebody does: its check is still running."""
    with path.open("r+b") as file:
        lock(file, wait=False)
        yield file


def _records(file: IO[bytes]) -> Iterator[Record]:
    """What the lines hold, from the first on; one that was cut short, as the last may be, is passed over."""
    file.seek(0)
    for line in file:
        with contextlib.suppress(msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError):
            known = _line.decode(line)
            yield _decoders[known.event].decode(known.data)


def _sync_folder(folder: Path) -> None:
    """The name of a new file survives a power cut too; Windows cannot open a folder for that."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
