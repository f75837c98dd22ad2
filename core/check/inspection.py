"""Looking at a computer without training on it: what `rigdyno inspect` and the window's first page show."""

from __future__ import annotations

import time
from dataclasses import replace

from ..engines import chosen_engine, engine_paths, engine_start
from ..engines.packs import EngineError
from ..probes.inspect_machine import inspect
from ..records.machine import Machine, Reading
from ..records.plan import Plan
from ..session.worker_command import WORKER, WorkerCommand
from ..session.worker_session import WorkerSession, SessionError
from . import schedule
from .updates import Listener, MachineSeen


def look(listener: Listener, command: tuple[str, ...] | None = None) -> Machine:
    """Inspect without training: tells the machine twice, first without torch, then with what a worker says of it.

    The worker is `command`'s, or that of the engine that the user has chosen; where that does not work, our own. Raises
    SessionError where none answers.
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
        machine = replace(machine, torch=session.start(), readings=machine.readings | {"torch.engine": reading})
        listener(MachineSeen(machine))
    finally:
        session.close()
    return machine
