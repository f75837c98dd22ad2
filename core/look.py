"""Looking at a computer without training on it: what `rigdyno inspect` and the window's first page show."""

from __future__ import annotations

import time
from dataclasses import replace

from . import engines, schedule
from .engine import WORKER, Engine
from .machine import inspect
from .model import Machine, Plan, Reading
from .packs import EngineError
from .session import Session, SessionError
from .updates import Listener, MachineSeen


def look(listener: Listener, command: tuple[str, ...] | None = None) -> Machine:
    """Inspect without training: tells the machine twice, first without torch, then with what a worker says of it.

    The worker is `command`'s, or that of the engine that the user has chosen; where that does not work, our own. Raises
    SessionError where none answers.
    """
    machine = inspect()
    listener(MachineSeen(machine))
    threads, chosen, why = schedule.threads(Plan(), machine), None if command else engines.chosen(), ""
    if chosen:
        try:
            engine = engines.start(Engine(threads=threads), chosen)
            return _seen(listener, machine, engine, engines.reading(engines.label(chosen)))
        except (SessionError, OSError) as error:
            why = f"{engines.label(chosen)}: {error}"
        except EngineError as error:
            why = str(error)
    return _seen(listener, machine, Engine(command or WORKER, threads), engines.reading(engines.label(None), why))


def _seen(listener: Listener, machine: Machine, engine: Engine, reading: Reading) -> Machine:
    session = Session(engine, time.perf_counter)
    try:
        machine = replace(machine, torch=session.start(), readings=machine.readings | {"torch.engine": reading})
        listener(MachineSeen(machine))
    finally:
        session.close()
    return machine
