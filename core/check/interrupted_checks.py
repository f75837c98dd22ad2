"""Checks that a crash has interrupted: found by their journals, and kept as partial results or discarded."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from ..records.events import EVENTS, Done, Event, Failed, Failure
from ..records.machine import Machine, Sample
from ..records.plan import CheckPlan
from ..records.result import FORMAT, DriverGpu, Result, Run, Status
from ..records.verdict import Reason
from ..reference.scenarios import Rulebook
from ..session.run_assembly import assemble_run
from ..store.data_folder import journals
from ..store.file_lock import lock
from ..store.history import History
from ..store.result_files import judged
from ..words.writer import reason
from .journal import MEASURED, Begun, Head, Record


class _Line(msgspec.Struct):
    event: str
    data: msgspec.Raw


_line = msgspec.json.Decoder(_Line)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    kind.__name__: msgspec.json.Decoder(kind)
    for kind in (Head, Begun, CheckPlan, Machine, Sample, Run, DriverGpu, Reason, *EVENTS)
}


@dataclass(frozen=True, slots=True)
class InterruptedCheck:
    """The journal of a check that was never concluded."""

    path: Path
    head: Head


def interrupted_checks(folder: Path) -> list[InterruptedCheck]:
    """The journals of checks that ended without a result, oldest first, without those of checks that still run.

    A journal without a measurement, or whose result was stored after all, is deleted. Raises OSError.
    """
    found = []
    for path in sorted(journals(folder).glob("*.jsonl")):
        with contextlib.suppress(OSError), _held(path) as file:
            head = next(_records(file), None)
            if isinstance(head, Head):
                worth = any(isinstance(r, MEASURED) for r in _records(file)) and not _stored(folder, head.id)
                found += [InterruptedCheck(path, head)] if worth else []
                if not worth:
                    file.close()
                    path.unlink(missing_ok=True)
    return sorted(found, key=lambda left: left.head.created)


def keep(interrupted: InterruptedCheck, folder: Path, rules: Rulebook) -> Result:
    """Store what it holds as a partial result, and delete it. Raises OSError or sqlite3.Error."""
    with _held(interrupted.path) as file:
        result = _result(_records(file), rules)
    History(folder).store(result, interrupted.head.name)
    interrupted.path.unlink(missing_ok=True)
    return result


def discard(interrupted: InterruptedCheck) -> None:
    """Delete it. Raises OSError."""
    interrupted.path.unlink(missing_ok=True)


@dataclass
class _Heard:
    """The state of a check after the records of its journal."""

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
        """Apply the next record."""
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
        """End the run that was under way at its last event."""
        if self.begun:
            begun, last = self.begun, max([self.begun.t, *(e.t for e in self.events)])
            done = next((e for e in self.events if isinstance(e, Done)), None)
            said = next((e for e in self.events if isinstance(e, Failed)), None)
            failure = Failure(said.code, said.detail) if said else None if done else Failure("interrupted")
            run = assemble_run(begun.request, begun.t, last, begun.wait_policy, self.events, done, failure)
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
    status: Status = "partial" if any(run.told_something for run in runs) else "nothing"
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


def _stored(folder: Path, result_id: str) -> bool:
    """Whether the result was stored: the program may have been killed just before it deleted the journal."""
    try:
        return History(folder).holds(result_id)
    except sqlite3.Error:  # whoever keeps it will hear of that
        return False


@contextlib.contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    """The file, locked. Raises OSError if it is locked already: its check still runs."""
    with path.open("r+b") as file:
        lock(file, wait=False)
        yield file


def _records(file: IO[bytes]) -> Iterator[Record]:
    """The records of a journal; a line that was cut short, as the last one may be, is skipped."""
    file.seek(0)
    for line in file:
        with contextlib.suppress(msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError):
            known = _line.decode(line)
            yield _decoders[known.event].decode(known.data)
