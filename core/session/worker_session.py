"""A session with one worker: starts it, sends requests, passes events on, and turns every error into a `Failure`."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, TypeVar

import psutil

from ..records.events import (
    Adapters,
    Done,
    Event,
    Failed,
    Failure,
    Hello,
    Progress,
)
from ..records.machine import Torch
from ..records.plan import Request
from ..records.result import Run
from ..store import error_log
from ..words.writer import english
from .protocol import MAX_LINE, ProtocolError, encode, first_event, parse
from .run_assembly import assemble_run
from .worker_command import WorkerCommand
from .worker_failures import end_of_worker, reported_failure

Greeting = TypeVar("Greeting", Hello, Adapters)

HELLO_S = 120.0
"""How long to wait for the first event. The first import of torch from a slow disk takes up to 30 s."""
SILENCE_S = 90.0
"""How long to wait for the next event. Even on one slow core, half of a job's batch takes only seconds."""
SLICE_S = 1.0
"""Waiting is counted in slices of so many seconds: while the computer sleeps, at most one slice passes."""
MOST_FOREIGN = 1000
"""So many lines of others may come before the first event."""
JOIN_S = 2.0
"""How long to wait for the threads that read. They end with the worker, unless a child of it still holds its pipes."""


class SessionError(Exception):
    """The worker cannot be used any more; `failure` says why, and the message is its English sentence."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(english.sentence(failure.code, {"detail": failure.detail}))
        self.failure = failure


class WorkerSession:
    """One worker process. `start`, then `run` one request after another; `cancel` may come from any thread.

    `clock` gives seconds since the check began; times of the worker's own clock are shifted onto it.
    """

    def __init__(
        self, engine: WorkerCommand, clock: Callable[[], float], hello_s: float = HELLO_S, silence_s: float = SILENCE_S
    ) -> None:
        self.engine, self._clock = engine, clock
        self._hello_s, self._silence_s = hello_s, silence_s
        self._lines: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self._stderr: deque[bytes] = deque(maxlen=20)
        self._foreign: deque[bytes] = deque(maxlen=20)
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []
        self._shift = 0.0
        self._pid: int | None = None
        self.torch: Torch | None = None
        self._cancelled = threading.Event()
        self._why = Failure("cancelled")

    @property
    def pid(self) -> int | None:
        """The worker's process id on the computer where it runs; None while it does not run."""
        if self._process is None:
            return None
        return self._pid if self.engine.is_remote else self._process.pid

    def start(self) -> Torch:
        """Start the worker and wait for its Hello. Raises SessionError."""
        self.torch = self.greet(Hello).torch
        return self.torch

    def greet(self, kind: type[Greeting]) -> Greeting:
        """Start the worker and wait for its first event, which has to be of this kind. Raises SessionError."""
        if self._cancelled.is_set():
            raise SessionError(Failure("cancelled"))
        try:
            self._process = self.engine.start()
        except OSError as error:
            raise SessionError(Failure("died", f"{self.engine.command[0]}: {error.strerror}")) from error
        if self._cancelled.is_set():
            _end(self._process)
        for target, stream in ((self._read_events, self._process.stdout), (self._read_stderr, self._process.stderr)):
            thread = threading.Thread(target=target, args=(stream,), name=f"rigdyno-{target.__name__}", daemon=True)
            self._threads.append(thread)  # before start(), as Ctrl-C may come in between, and close() has to join it
            thread.start()
        at, event = self._first()
        if isinstance(event, Failed):
            raise self._broken(reported_failure(event.code, event.detail))
        if not isinstance(event, kind):
            raise self._broken(Failure("protocol", f"{type(event).__name__} before {kind.__name__}"))
        self._shift = at - event.t
        self._pid = event.pid
        return event

    def run(self, request: Request, listen: Callable[[Event], None]) -> Run:
        """Run one request until it is done or fails; every event goes to `listen`, with its time shifted to `clock`.

        After a failure that the worker did not report itself, the session is closed: start a new one.
        """
        started = self._clock()
        heard: list[Event] = []
        done: Done | None = None
        failure: Failure | None = None
        try:
            self._send(request)
            while done is None:
                event = self._next(self._silence_s)[1]
                if isinstance(event, Hello | Adapters):
                    raise self._broken(Failure("protocol", f"a second {type(event).__name__}"))
                event = replace(event, t=round(event.t + self._shift, 6))  # microseconds
                listen(event)
                if isinstance(event, Failed):
                    failure = Failure(event.code, event.detail)
                    break
                if isinstance(event, Done):
                    done = event
                elif not isinstance(event, Progress):  # ten a second for hours, only for the live display
                    heard.append(event)
        except SessionError as error:
            failure = error.failure
        return assemble_run(request, started, self._clock(), self.engine.wait_policy, heard, done, failure)

    def cancel(self, why: Failure | None = None) -> None:
        """Kill the worker. The current run returns with the events so far; its failure is `why`, or "cancelled"."""
        self._why = why or self._why
        self._cancelled.set()
        process = self._process
        if process:
            _end(process)

    def close(self) -> None:
        """Kill the worker and end the threads that read from it. May be called again."""
        process, self._process = self._process, None
        if process is None:
            return
        _end(process)
        process.wait()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(JOIN_S)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with contextlib.suppress(OSError):  # closing flushes a line that the worker has never read
                    stream.close()

    @property
    def alive(self) -> bool:
        """Whether the worker runs, so that a request can be sent."""
        return self._process is not None and self._process.poll() is None

    def _send(self, request: Request) -> None:
        if self._process is None or self._process.stdin is None:
            raise SessionError(Failure("died", "it was closed before this run"))
        try:
            self._process.stdin.write(encode(request))
            self._process.stdin.flush()
        except OSError:
            raise self._broken(self._death()) from None

    def _first(self) -> tuple[float, Event]:
        """(when it came, the first event). Raises SessionError.

        What a login shell or a start file of Python prints before it is not the worker's, and is passed over.
        """
        for _ in range(MOST_FOREIGN):
            at, line = self._next_line(self._hello_s)
            if event := first_event(line):
                return at, self._parsed(event)
            self._foreign.append(line)
        return at, self._parsed(line)

    def _next(self, patience: float) -> tuple[float, Event]:
        """(when it came, the next event). Raises SessionError."""
        at, line = self._next_line(patience)
        return at, self._parsed(line)

    def _next_line(self, patience: float) -> tuple[float, bytes]:
        """(when it came, the next line). Raises SessionError. An empty line marks the end of the worker's output."""
        waited = 0.0
        while True:
            slice_s = min(SLICE_S, patience - waited)
            try:
                at, line = self._lines.get(timeout=slice_s)
                break
            except queue.Empty:
                waited += slice_s
                if waited >= patience:
                    raise self._broken(Failure("silent", f"{patience:g} s")) from None
        if not line:
            raise self._broken(self._death())
        return at, line

    def _parsed(self, line: bytes) -> Event:
        try:
            return parse(line)
        except ProtocolError as error:
            raise self._broken(Failure("protocol", str(error))) from error

    def _broken(self, failure: Failure) -> SessionError:
        self.close()
        return SessionError(self._why if self._cancelled.is_set() else failure)

    def _death(self) -> Failure:
        """The failure of a worker that has ended: its exit code or signal, and the last line of its stderr."""
        if self._process is None:
            return Failure("died", "it was closed")
        code = self._process.wait()
        for thread in self._threads:
            thread.join(JOIN_S)
        last = b"".join(self._stderr or self._foreign).decode("utf-8", "replace").strip().splitlines()
        failure = end_of_worker(code, last, self.engine.is_remote)
        if not self._cancelled.is_set():
            error_log.note("\n".join([f"the training process ended: {failure.detail}", *last]))
        return failure

    def _read_events(self, stream: IO[bytes]) -> None:
        for line in _lines(stream, MAX_LINE + 1):
            self._lines.put((self._clock(), line))
        self._lines.put((self._clock(), b""))

    def _read_stderr(self, stream: IO[bytes]) -> None:
        self._stderr.extend(_lines(stream, 4096))


def _lines(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    """The lines of a stream, cut at `limit` bytes so that an endless line cannot fill the memory.

    It ends where the stream is closed: when Ctrl-C comes while this thread is being started, nobody waits for it.
    """
    with contextlib.suppress(ValueError):
        while line := stream.readline(limit):
            yield line


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the worker and all its descendants: ranks are children of torchrun, each in a process group of its own."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for child in family:
        with contextlib.suppress(psutil.Error):
            child.kill()
