"""The workers of a check, one for each device: started when they are needed, watched, cancelled, given up."""

from __future__ import annotations

import threading

from ..records.events import Failure
from ..session.computer import SensorWatcher
from ..session.worker_command import WorkerCommand
from ..session.worker_session import SessionError, WorkerSession
from .check_record import CheckRecord

FATAL = (
    *("died", "silent", "protocol", "torch-missing", "no-visual-c", "no-instructions"),
    *("device-lost", "rank-lost", "too-hot"),
)
"""After one of these failures a device is not used again in the check: a second attempt would only take longer."""


class DeviceWorkers:
    """The sessions with the workers. `cancel` may come from any thread and from a signal handler."""

    def __init__(self, hello_s: float, silence_s: float) -> None:
        self.watcher: SensorWatcher | None = None
        self.lost: set[str] = set()
        """Devices that are not used again."""
        self._hello_s, self._silence_s = hello_s, silence_s
        self._sessions: dict[str, WorkerSession] = {}
        self._cancelled = threading.Event()
        self._guard = threading.RLock()  # re-entrant: a signal handler may cancel in the middle of `session`

    @property
    def cancelled(self) -> bool:
        """Whether the check was asked to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """End every worker at once, and those that are about to start."""
        with self._guard:
            self._cancelled.set()
            self.stop_all(None)

    def stop_all(self, failure: Failure | None) -> None:
        """End the runs that are under way, with a failure or as cancelled ones; other workers may start after that."""
        with self._guard:
            for session in self._sessions.values():
                session.cancel(failure) if failure else session.cancel()

    def session(self, key: str, engine: WorkerCommand, record: CheckRecord) -> WorkerSession:
        """The worker of this key, started where there is none yet. Raises SessionError."""
        with self._guard:
            known = self._sessions.get(key)
            if known and known.alive:
                return known
            session = self.opened(key, engine, record)
        session.start()
        return session

    def opened(self, key: str, engine: WorkerCommand, record: CheckRecord) -> WorkerSession:
        """A session that is not started yet; from now on a cancel reaches it."""
        session = WorkerSession(engine, record.now, self._hello_s, self._silence_s)
        with self._guard:
            if self.cancelled:
                session.cancel()
            self._sessions[key] = session
        return session

    def watched(self, key: str, engine: WorkerCommand, record: CheckRecord, device: str) -> WorkerSession | None:
        """The worker of this key, watched by the sensors; None where it does not start, and `device` is given up."""
        try:
            session = self.session(key, engine, record)
        except SessionError as error:
            self.give_up(device, error.failure, record)
            return None
        self.follow(session)
        return session

    def follow(self, session: WorkerSession) -> None:
        """Let the sensors tell this worker's share of the processor from now on."""
        if self.watcher:
            self.watcher.follow(session.pid)

    @property
    def missing_reasons(self) -> dict[str, str]:
        """Why sensors told nothing, by their keys; empty before they are read."""
        return self.watcher.missing_reasons if self.watcher else {}

    def give_up(self, device: str, failure: Failure, record: CheckRecord) -> None:
        """The device's worker does not start: say why, and do not use it again. A cancelled one is no problem."""
        if failure.code != "cancelled":
            record.add_problem(device, failure)
            self.lost.add(device)

    def close(self, key: str) -> None:
        """End one worker, if there is one, and give its memory back."""
        if key in self._sessions:
            self._sessions[key].close()

    def close_all(self) -> None:
        """End every worker, and give their memory back."""
        for session in self._sessions.values():
            session.close()
