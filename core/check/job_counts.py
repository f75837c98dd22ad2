"""Counts the work and the memory of a job that the catalogue does not have as it is; nothing is trained or stored."""

from __future__ import annotations

import time
from dataclasses import replace

from ..analysis.jobs.memory_remedies import remedies
from ..engines import chosen_engine, engine_start
from ..engines.packs import EngineError
from ..records.events import Event
from ..records.experiment_events.memory import MemoryCount, WorkCount
from ..records.plan import Plan, Request
from ..records.workload import Workload
from ..reference.job_work import JobWork
from ..session.worker_command import WorkerCommand
from ..session.worker_session import SessionError, WorkerSession
from ..words.language import _
from ..words.writer import spoken

SMALL = 3e9
"""Bytes: what takes less fits every GPU that one would train with, so that its remedies are not counted."""


class CountError(Exception):
    """A job that cannot be counted; the message says why."""


def count_job(workload: Workload) -> tuple[Workload, JobWork]:
    """The workload with its batch (a user's own has that of its example), and its work, memory and remedies on an
    NVIDIA GPU. Raises CountError.
    """
    try:
        engine = engine_start.launch_settings(WorkerCommand(), chosen_engine.read_choice())
        session = WorkerSession(engine, time.perf_counter)
        try:
            session.start()
            return _counted(session, workload)
        finally:
            session.close()
    except (SessionError, EngineError, OSError) as error:
        raise CountError(str(error)) from error


def _counted(session: WorkerSession, workload: Workload) -> tuple[Workload, JobWork]:
    heard = _asked(session, workload)
    work = next((event for event in heard if isinstance(event, WorkCount)), None)
    memory = next((event for event in heard if isinstance(event, MemoryCount)), None)
    if work is None or memory is None:
        raise CountError(_("it reads values, or cannot be trained so"))
    workload = replace(workload, batch=work.batch)
    others = remedies(workload) if memory.peak >= SMALL and not workload.is_own else []
    found = {}
    for item in others:
        for event in _asked(session, item.workload, alone=True):
            if isinstance(event, MemoryCount):
                found[item.code] = event.peak / 1e9
    return workload, _as_job_work(work, memory, found)


def _asked(session: WorkerSession, workload: Workload, alone: bool = False) -> list[Event]:
    """What the worker says of a workload. Raises CountError where it fails."""
    heard: list[Event] = []
    plan = Plan(model=workload.network, batch=workload.batch or 1, data="synthetic", workload=workload)
    run = session.run(Request("count", plan, alone=alone), heard.append)
    if run.failure:
        raise CountError(spoken.sentence(run.failure.code, {"detail": run.failure.detail}))
    return heard


def _as_job_work(work: WorkCount, memory: MemoryCount, found: dict[str, float]) -> JobWork:
    """In the units of `job_work.toml`: GFLOP and GB."""
    kinds = {kind: _giga(getattr(work, kind)) for kind in ("elementwise", "convolution", "matrix", "attention")}
    return JobWork(
        work.parameters,
        work.trained,
        work.calls,
        **kinds,
        cuda=tuple(n / 1e9 for n in (memory.weights, memory.gradients, memory.optimizer, memory.peak)),
        token=work.token / 1e9,
        token_calls=work.token_calls,
        cache=memory.cache / 1e9,
        remedies=found,
    )


def _giga(amount: tuple[float, float]) -> tuple[float, float]:
    return amount[0] / 1e9, amount[1] / 1e9
