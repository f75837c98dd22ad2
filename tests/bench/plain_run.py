"""A training without a window, told on stdout window by window: `plain_run.py session|check THREADS`.

`session` is the worker and nothing else; `check` has the live sensors too, as the program has in the terminal.
"""

import json
import sys
import threading
import time

from rigdyno.core.check.check import Check
from rigdyno.core.check.step_durations import pace
from rigdyno.core.check.updates import Update, WorkerSaid
from rigdyno.core.records.events import Event, Phase, Window
from rigdyno.core.records.plan import CheckPlan, Plan, Request
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import WorkerSession

LONG_S = 3600.0
"""Longer than anybody looks at it: the end comes from outside. So long may a worker be silent that is stopped, too."""


def tell(event: Event) -> None:
    """Write what a stretch is made of; all else is not looked at."""
    if isinstance(event, Window):
        line = {"window": {"t": event.t, "seconds": event.seconds, "samples": event.samples}}
    elif isinstance(event, Phase):
        line = {"phase": event.name, "t": event.t}
    else:
        return
    print(json.dumps(line), flush=True)


def session(plan: Plan) -> None:
    """The worker through its session."""
    opened = WorkerSession(WorkerCommand(threads=plan.threads), time.perf_counter, silence_s=LONG_S)
    opened.start()
    opened.run(Request("train", plan, pace("custom", "train", plan).rules), tell)


def check(plan: Plan) -> None:
    """The same through a whole check."""

    def listen(update: Update) -> None:
        if isinstance(update, WorkerSaid):
            tell(update.event)

    Check(CheckPlan("custom", ("train",), ("cpu",), plan), listen, silence_s=LONG_S).run()


plan = Plan(threads=int(sys.argv[2]), seconds=LONG_S)
run = {"session": session, "check": check}[sys.argv[1]]
threading.Thread(target=run, args=(plan,), daemon=True).start()
sys.stdin.read()
