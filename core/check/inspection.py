"""Inspects a computer without training on it, for `rigdyno inspect` and the Check page."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec

from ..analysis.unified_memory import with_torch
from ..engines import chosen_engine, engine_paths, engine_start
from ..engines.packs import EngineError
from ..probes.inspect_machine import inspect
from ..probes.sources.current import asking
from ..probes.sources.recording import Recorder
from ..probes.sources.replay import Replay
from ..records.machine import Machine, Reading
from ..records.plan import Plan
from ..session.worker_command import WORKER, WorkerCommand
from ..session.worker_session import SessionError, WorkerSession
from ..store.machine_folder import CALLS, MachineFolderError, RecordedComputer, TorchAnswer
from ..words.language import _
from . import schedule
from .updates import Listener, MachineSeen, Update


def look(listener: Listener, command: tuple[str, ...] | None = None) -> Machine:
    """Inspect this computer. The listener hears of the machine twice: without torch at once, then with it.

    The worker that reports torch is started by `command`, by default by the engine that the user has chosen; if that
    one does not work, by this program's own Python. Raises SessionError if no worker answers.
    """
    machine = inspect()
    listener(MachineSeen(machine))
    threads, chosen, why = schedule.threads(Plan(), machine), None if command else chosen_engine.read_choice(), ""
    if chosen:
        try:
            engine = engine_start.launch_settings(WorkerCommand(threads=threads), chosen)
            return _seen(listener, machine, engine, chosen_engine.engine_reading(engine_paths.engine_label(chosen)))
        except (SessionError, OSError) as error:
            why = f"{engine_paths.engine_label(chosen)}: {error}"
        except EngineError as error:
            why = str(error)
    return _seen(
        listener,
        machine,
        WorkerCommand(command or WORKER, threads),
        chosen_engine.engine_reading(engine_paths.engine_label(None), why),
    )


def look_at(computer: RecordedComputer) -> Machine:
    """Inspect a recorded computer: its answers instead of this one's, and its PyTorch. Raises MachineFolderError where
    an answer is none that a computer can give.
    """
    with asking(Replay(computer.system, computer.files, computer.answers, computer.tree)):
        machine = inspect()
    machine = with_torch(machine, computer.torch.torch)
    if computer.torch.engine:
        machine = replace(machine, readings=machine.readings | {"torch.engine": computer.torch.engine})
    try:
        return msgspec.convert(msgspec.to_builtins(machine), Machine)
    except (msgspec.ValidationError, TypeError) as error:
        told = _("{path} holds an answer that no computer gives: {why}")
        raise MachineFolderError(told.format(path=(computer.tree or Path()) / CALLS, why=error)) from error


def record(command: tuple[str, ...] | None = None) -> tuple[RecordedComputer, Machine]:
    """Inspect this computer as `look` does, and keep all that was asked and answered, names and numbers included."""
    recorder, seen, failure = Recorder(), Machine({}), ""

    def listen(update: Update) -> None:
        nonlocal seen
        seen = update.machine if isinstance(update, MachineSeen) else seen

    with asking(recorder):
        try:
            look(listen, command)
        except SessionError as error:
            failure = str(error)
    torch = TorchAnswer(seen.torch, seen.readings.get("torch.engine"), failure)
    return RecordedComputer(_system(recorder.platform), recorder.files, recorder.answers, torch), seen


def _system(platform: str) -> Literal["linux", "win32", "darwin"]:
    """The one of the three that probes tell apart."""
    return "win32" if platform == "win32" else "darwin" if platform == "darwin" else "linux"


def _seen(listener: Listener, machine: Machine, engine: WorkerCommand, reading: Reading) -> Machine:
    session = WorkerSession(engine, time.perf_counter)
    try:
        machine = with_torch(machine, session.start())
        machine = replace(machine, readings=machine.readings | {"torch.engine": reading})
        listener(MachineSeen(machine))
    finally:
        session.close()
    return machine
