"""The one place where the window meets the engine: its threads' callbacks become signals, in the window's thread."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from ...core.check.updates import Update, WorkerSaid
from ...core.records.events import Progress
from ...core.records.machine import Gpu
from ...core.records.plan import CheckPlan
from ...core.session.ssh_host import Host
from ..words import text

if TYPE_CHECKING:
    from ...core.check.check import Check
    from ...core.engines.pack_installation import InstallProgress as Loaded

POLL_S = 0.1
"""How often a check that waits for the first look to end asks whether it was cancelled."""


class Bridge(QObject):
    """Starts checks and looks on threads of its own and never blocks. Every signal comes in the thread that made it."""

    updated = Signal(object)
    """One `Update` of the engine."""
    refused = Signal(object)
    """The plan cannot run: a list of `Problem`. Comes after the check has ended."""
    broke = Signal(str)
    """A check failed in a way that no result tells of: a sentence. Comes after it has ended."""
    unanswered = Signal(str)
    """The look got no answer from the training process: a sentence."""
    running_changed = Signal(bool)
    """Whether a check is under way."""
    engines_found = Signal(object)
    """The `Offer` that was asked for."""
    engine_progress = Signal(object)
    """How far the installation of an engine is: a `Progress`."""
    engine_refused = Signal(object)
    """An engine could not be used or installed: a `Reason`; None where that was stopped."""
    installing_changed = Signal(bool)
    """Whether an engine is being installed."""

    _called = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._check: Check | None = None
        self._cancelled = threading.Event()
        self._running = self._installing = False
        self._install_stop = threading.Event()
        self._looking: threading.Thread | None = None
        self._open = True
        self._door = threading.Lock()
        self._called.connect(self._in_our_thread, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a check is under way."""
        return self._running

    @property
    def installing(self) -> bool:
        """Whether an engine is being installed."""
        return self._installing

    def look(self) -> None:
        """Look at the machine: `updated` brings it twice, the second time with what torch says."""
        self._looking = threading.Thread(target=self._look, name="rigdyno-look", daemon=True)
        self._looking.start()

    def start(self, plan: CheckPlan, sample_s: float, host: Host | None = None) -> None:
        """Begin a check that reads the sensors every `sample_s`, of this computer or of one that ssh reaches. Does
        nothing while one is under way.
        """
        if self._running:
            return
        self._cancelled.clear()
        self._set_running(True)
        threading.Thread(target=self._run, args=(plan, sample_s, host), name="rigdyno-check", daemon=True).start()

    def cancel(self) -> None:
        """Ask the check to end; `Concluded` comes within a second. Harmless when none is under way."""
        self._cancelled.set()
        check = self._check
        if check:
            check.cancel()

    def find_engines(self, gpus: Sequence[Gpu], device: str = "") -> None:
        """Ask every engine here; `engines_found` brings the answer. `device`: the GPU that one is wanted for."""

        def find() -> None:
            from ...core.engines import engine_options

            self._call(self.engines_found.emit, engine_options.find_engine_options(gpus, device))

        self._aside(find, "engines")

    def use_engine(self, place: str) -> None:
        """From now on checks use the engine at a place, "" for our own; then look again with it."""

        def use() -> None:
            from ...core.engines import chosen_engine, engine_search

            if place:
                engine_search.ask_engine(Path(place))
            chosen_engine.write_choice(Path(place) if place else None)
            self._call(self.look)

        self._aside(use, "engine")

    def install_engine(self, build: str, to: Path) -> None:
        """Load a build of PyTorch and use it. Does nothing while one is being loaded."""
        if self._installing:
            return
        self._install_stop.clear()
        self._set_installing(True)

        def make() -> None:
            from ...core.engines import chosen_engine, engine_search
            from ...core.engines.pack_installation import install_pack
            from ...core.engines.resumable_download import StoppedError

            try:
                pack = install_pack(build, to, self._tell_sometimes(), self._install_stop)
                engine_search.ask_engine(pack)
                chosen_engine.write_choice(pack)
                self._call(self.look)
            except StoppedError:
                self._call(self.engine_refused.emit, None)
            finally:
                self._call(self._set_installing, False)

        self._aside(make, "install")

    def stop_installing(self) -> None:
        """Ask the installation to end; what was loaded is kept."""
        self._install_stop.set()

    def close(self) -> None:
        """Say nothing any more: the window is going away."""
        self._install_stop.set()
        with self._door:
            self._open = False

    def _aside(self, work: Callable[[], None], name: str) -> None:
        """Do work on a thread of its own; what an engine lacks becomes `engine_refused`."""

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

    def _tell_sometimes(self) -> Callable[[Loaded], None]:
        """Passes progress on ten times a second, and each new stage."""
        last, stage = 0.0, ""

        def tell(now: Loaded) -> None:
            nonlocal last, stage
            if now.stage != stage or time.monotonic() - last > POLL_S:
                last, stage = time.monotonic(), now.stage
                self._call(self.engine_progress.emit, now)

        return tell

    def _look(self) -> None:
        try:
            from ...core.check.inspection import look
            from ...core.session.worker_session import SessionError

            try:
                look(self._hear)
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
                # two children that import torch at once would make the machine look busy to its own check
                while self._looking and self._looking.is_alive() and not self._cancelled.is_set():
                    self._looking.join(POLL_S)
                self._check = Check(plan, self._hear, sample_s=sample_s, site=SshComputer(host) if host else None)
                if self._cancelled.is_set():
                    self._check.cancel()
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

    def _hear(self, update: Update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Progress):
            return  # the window draws measured windows: ten wake-ups a second for nothing cost the training time
        self._call(self.updated.emit, update)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        with self._door:
            if self._open:
                self._called.emit(function, arguments)

    def _in_our_thread(self, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
        function(*arguments)

    def _set_installing(self, installing: bool) -> None:
        self._installing = installing
        self.installing_changed.emit(installing)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self.running_changed.emit(running)


def _sentence(error: Exception) -> str:
    """For the user one sentence; the trace goes to the terminal and into the log, for whoever looks there."""
    from ...core.store import error_log

    traceback.print_exception(error)
    error_log.note("".join(traceback.format_exception(error)))
    return f"{type(error).__name__}: {error}"
