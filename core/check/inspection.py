"""Inspects a computer without training on it, for `rigdyno inspect` and the Check page."""

from __future__ import annotations

import time
from dataclasses import replace

from ..analysis.unified_memory import with_torch
from ..engines import chosen_engine, engine_paths, engine_start
from ..engines.packs import EngineError
from ..probes.inspect_machine import inspect
from ..records.machine import Machine, Reading
from ..records.plan import Plan
from ..session.worker_command import WORKER, WorkerCommand
from ..session.worker_session import SessionError, WorkerSession
from . import schedule
from .updates import Listener, MachineSeen


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


def _seen(listener: Listener, machine: Machine, engine: WorkerCommand, reading: Reading) -> Machine:
    session = WorkerSession(engine, time.perf_counter)
    try:
        machine = with_torch(machine, session.start())
        machine = replace(machine, readings=machine.readings | {"torch.engine": reading})
        listener(MachineSeen(machine))
    finally:
        session.close()
    return machine
