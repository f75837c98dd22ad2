"""speedups: ways to train faster that need more than a setting: a compiler, CUDA graphs, threads tied to cores."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial

from ...records.events import Done, Event, Phase
from ...records.experiment_events.acceleration import Acceleration
from ...records.plan import Request
from ..measurement import Clock
from ..speedups.child import in_a_child
from ..speedups.ways import try_all


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit an `Acceleration` for each way that makes sense on the plan's device. Stops: converged, time-limit.

    They are tried in a process of their own, which is ended with the budget, as a compiler may take minutes or hang;
    and what it compiles goes into a folder that is removed. With a frozen program's own torch there is no Python for
    such a process, and no compiler.
    """
    clock = Clock()
    end = clock.wall() + request.rules.budget_s
    emit(Phase(clock.wall(), "measure"))
    if getattr(sys, "frozen", False):
        emit(Acceleration(clock.wall(), "compile", obstacle="frozen"))
        finished = True
    else:
        with tempfile.TemporaryDirectory(
            prefix="rigdyno-", dir=request.folder or None, ignore_cleanup_errors=True
        ) as folder:
            finished = in_a_child(partial(try_all, request.plan, request.rules), folder, end, emit)
    stop = "converged" if finished else "time-limit"
    emit(Done(clock.wall(), stop, None, request.plan.threads, request.plan.precision, 0))
