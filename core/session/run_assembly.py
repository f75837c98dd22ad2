"""The run of a request, put together from what its worker has said."""

from __future__ import annotations

from typing import TypeVar

from ..records.events import (
    Checked,
    DepthTiming,
    Done,
    Event,
    Failure,
    Phase,
    Scaling,
    Score,
    Timing,
    Trial,
    Window,
    Work,
)
from ..records.experiment_events.acceleration import Acceleration
from ..records.experiment_events.boosting import BoostingTiming
from ..records.experiment_events.memory import Capacity, MemoryCount
from ..records.plan import Request
from ..records.result import Run

Kind = TypeVar("Kind")


def assemble_run(
    request: Request,
    started: float,
    ended: float,
    wait_policy: str,
    heard: list[Event],
    done: Done | None,
    failure: Failure | None,
) -> Run:
    """The run of a request, made of its events `heard`, and of either `done` or a `failure`."""
    trials = _only(Trial, heard)
    chosen = next((t for t in trials if t.chosen and request.task == "job"), None)
    return Run(
        task=request.task,
        plan=chosen.apply_to(request.plan) if chosen else request.plan,
        rules=request.rules,
        started=started,
        ended=ended,
        stop=done.stop if done else "cancelled" if failure and failure.code == "cancelled" else "failed",
        wait_policy=wait_policy,
        windows=_only(Window, heard),
        trials=trials,
        scores=_only(Score, heard),
        phases=_only(Phase, heard),
        done=done,
        failure=failure,
        timings=_only(Timing, heard),
        work=next(iter(_only(Work, heard)), None),
        capacity=next(iter(_only(Capacity, heard)), None),
        scalings=_only(Scaling, heard),
        checks=_only(Checked, heard),
        memory=_only(MemoryCount, heard),
        depths=_only(DepthTiming, heard),
        boosted=_only(BoostingTiming, heard),
        accelerations=_only(Acceleration, heard),
    )


def _only(kind: type[Kind], events: list[Event]) -> tuple[Kind, ...]:
    return tuple(e for e in events if isinstance(e, kind))
