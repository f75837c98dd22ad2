"""Runs checks and engine searches on threads of their own and turns their callbacks into signals."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from ...core.check.updates import Update, WorkerSaid
from ...core.records.events import Progress
from ...core.records.machine import Machine
from ...core.records.plan import CheckPlan
from ...core.records.process_priority import raised_session
from ...core.session.ssh_host import Host
from ..words import text

if TYPE_CHECKING:
    from ...core.check.check import Check
    from ...core.engines.pack_installation import InstallProgress as Loaded

POLL_S = 0.1
"""Seconds between two reports of a download, and between two looks at a cancel while a check has to wait."""


class Bridge(QObject):
    """Starts work on other threads and never blocks. All signals come in the thread that created the bridge."""

    updated = Signal(object)
    """Brings an `Update` of a check."""
    refused = Signal(object)
    """Brings the `PlanProblem`s of a plan that cannot run. Comes after `running_changed`."""
    broke = Signal(str)
    """Brings a sentence about a check that failed without a result. Comes after `running_changed`."""
    unanswered = Signal(str)
    """Brings a sentence: the training process did not answer when the machine was inspected."""
    running_changed = Signal(bool)
    """Whether a check is running."""
    engines_found = Signal(object)
    """Brings the `EngineOptions` that were asked for."""
    engine_progress = Signal(object)
    """Brings the `Progress` of an engine's installation."""
    engine_refused = Signal(object)
    """Brings the `Reason` why an engine could not be used or installed; None where the user has stopped it."""
    installing_changed = Signal(bool)
    """Whether an engine is being installed."""

    _called = Signal(object, object)
    """A function and its arguments, to be called in the thread that created the bridge."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._check: Check | None = None
        self._cancelled = threading.Event()
        self._running = self._installing = False
        self._install_stop = threading.Event()
        self._inspecting: threading.Thread | None = None
        self._open = True
        self._lock = threading.Lock()
        self._called.connect(self._run_in_window_thread, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a check is running."""
        return self._running

    @property
    def installing(self) -> bool:
        """Whether an engine is being installed."""
        return self._installing

    def inspect(self) -> None:
        """Inspect this machine; `updated` brings it twice: first without, then with what torch reports."""
        self._inspecting = threading.Thread(target=self._inspect, name="rigdyno-look", daemon=True)
        self._inspecting.start()

    def start(self, plan: CheckPlan, sample_s: float, host: Host | None = None) -> None:
        """Start a check of this computer, or of a `host` over ssh; the sensors are read every `sample_s` seconds.

        Does nothing while a check is running.
        """
        if self._running:
            return
        self._cancelled.clear()
        self._set_running(True)
        threading.Thread(target=self._run, args=(plan, sample_s, host), name="rigdyno-check", daemon=True).start()

    def cancel(self) -> None:
        """Ask the check to end; `Concluded` comes within a second. Does nothing while no check is running."""
        self._cancelled.set()
        check = self._check
        if check:
            check.cancel()

    def find_engines(self, machine: Machine, device: str = "") -> None:
        """Ask every engine here; `engines_found` brings the answer. `device`: the GPU that one is wanted for."""

        def find() -> None:
            from ...core.engines import engine_options

            self._call(self.engines_found.emit, engine_options.find_engine_options(machine, device))

        self._in_background(find, "engines")

    def use_engine(self, place: str) -> None:
        """Make later checks use the engine at a path, "" for the program's own, and inspect the machine with it."""

        def use() -> None:
            from ...core.engines import chosen_engine, engine_search

            if place:
                engine_search.ask_engine(Path(place))
            chosen_engine.write_choice(Path(place) if place else None)
            self._call(self.inspect)

        self._in_background(use, "engine")

    def install_engine(self, build: str, to: Path) -> None:
        """Download a build of PyTorch into a folder and use it. Does nothing while one is being installed."""
        if self._installing:
            return
        self._install_stop.clear()
        self._set_installing(True)

        def make() -> None:
            from ...core.engines import chosen_engine, engine_search
            from ...core.engines.pack_installation import install_pack
            from ...core.engines.resumable_download import StoppedError

            try:
                pack = install_pack(build, to, self._progress_reporter(), self._install_stop)
                engine_search.ask_engine(pack)
                chosen_engine.write_choice(pack)
                self._call(self.inspect)
            except StoppedError:
                self._call(self.engine_refused.emit, None)
            finally:
                self._call(self._set_installing, False)

        self._in_background(make, "install")

    def stop_installing(self) -> None:
        """Ask the installation to end; the next one continues with what was downloaded."""
        self._install_stop.set()

    def close(self) -> None:
        """Emit no more signals: the window is being closed."""
        self._install_stop.set()
        with self._lock:
            self._open = False

    def _in_background(self, work: Callable[[], None], name: str) -> None:
        """Run work on a thread of its own; an error of it becomes `engine_refused`."""

        def run() -> None:
            from ...core.engines.packs import EngineError
            from ...core.words.writer import reason

            try:
                work()
            except EngineError as error:
                self._call(self.engine_refused.emit, error.reason)
            except Exception as error:
                self._call(self.engine_refused.emit, reason("engine-failed", detail=_sentence(error)))

        threading.Thread(target=run, name=f"rigdyno-{name}", daemon=True).start()

    def _progress_reporter(self) -> Callable[[Loaded], None]:
        """A function that emits `engine_progress` ten times a second and at each new stage."""
        last, stage = 0.0, ""

        def tell(now: Loaded) -> None:
            nonlocal last, stage
            if now.stage != stage or time.monotonic() - last > POLL_S:
                last, stage = time.monotonic(), now.stage
                self._call(self.engine_progress.emit, now)

        return tell

    def _inspect(self) -> None:
        try:
            from ...core.check.inspection import look
            from ...core.session.worker_session import SessionError

            try:
                look(self._handle)
            except SessionError as error:
                self._call(self.unanswered.emit, text.failure(error.failure.code, error.failure.detail))
        except Exception as error:
            self._call(self.unanswered.emit, _sentence(error))

    def _run(self, plan: CheckPlan, sample_s: float, host: Host | None) -> None:
        trouble: Callable[[], None] | None = None
        try:
            from ...core.check.check import Check, PlanError
            from ...core.session.ssh_computer import SshComputer

            try:
                # a second process that imports torch would disturb the check's measurements
                while self._inspecting and self._inspecting.is_alive() and not self._cancelled.is_set():
                    self._inspecting.join(POLL_S)
                self._check = Check(plan, self._handle, sample_s=sample_s, site=SshComputer(host) if host else None)
                if self._cancelled.is_set():
                    self._check.cancel()
                with raised_session():
                    self._check.run()
            except PlanError as error:
                found = error.problems
                trouble = lambda: self.refused.emit(found)  # noqa: E731
        except Exception as error:
            sentence = _sentence(error)
            trouble = lambda: self.broke.emit(sentence)  # noqa: E731
        self._check = None
        self._call(self._set_running, False)
        if trouble:
            self._call(trouble)

    def _handle(self, update: Update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Progress):
            return  # the window shows only measured windows, and ten wake-ups a second would slow the training down
        self._call(self.updated.emit, update)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        with self._lock:
            if self._open:
                self._called.emit(function, arguments)

    def _run_in_window_thread(self, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
        function(*arguments)

    def _set_installing(self, installing: bool) -> None:
        self._installing = installing
        self.installing_changed.emit(installing)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self.running_changed.emit(running)


def _sentence(error: Exception) -> str:
    """A sentence for the user; the traceback goes to the terminal and into the log."""
    from ...core.store import error_log

    traceback.print_exception(error)
    error_log.note("".join(traceback.format_exception(error)))
    return f"{type(error).__name__}: {error}"
