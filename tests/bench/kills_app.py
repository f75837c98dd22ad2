"""The program as users start it, to be killed: `kills_app.py terminal|window quick|train TEE`.

Its checks are real and over in moments. Every update that a result will hold is told on the descriptor TEE as well,
with the moment at which it was heard: what a kill must not lose.
"""

import functools
import json
import os
import sys
import time

from rigdyno.core.check import check, step_durations
from rigdyno.core.check.updates import Concluded, Listener, Sampled, Update, WorkerSaid
from rigdyno.core.records.events import Progress
from rigdyno.core.records.plan import CheckPlan, Plan, Rules

front, what, tee = sys.argv[1], sys.argv[2], int(sys.argv[3])
HASTY = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=3)


def tell(**line: object) -> None:
    os.write(tee, (json.dumps({"at": time.monotonic(), **line}) + "\n").encode())


def telling(listener: Listener) -> Listener:
    def hear(update: Update) -> None:
        if isinstance(update, Sampled):
            tell(kind="Sample", t=update.sample.t)
        elif isinstance(update, WorkerSaid) and not isinstance(update.event, Progress):
            tell(kind=type(update.event).__name__, t=update.event.t)
        elif isinstance(update, Concluded):
            tell(kind="stored" if not update.unsaved else "unsaved", id=update.result.id, why=update.unsaved)
        listener(update)

    return hear


@functools.wraps(check.Check)
def told_check(plan: CheckPlan, listener: Listener, **more: object) -> check.Check:
    return Check(plan, telling(listener), **more)


Check, check.Check = check.Check, told_check
step_durations.QUICK = dict.fromkeys(step_durations.QUICK, step_durations.Pace(HASTY, 0.5))

if front == "terminal":
    from rigdyno.core.cli import command_line

    arguments = ["check"] if what == "quick" else ["train", "--seconds", "0.5", "--threads", "1"]
    sys.exit(command_line.main(arguments))

from rigdyno.gui.shell import app

opened = app.open_window


def begin(settings: object) -> object:
    window = opened(settings)
    train = CheckPlan("custom", ("train",), ("cpu",), Plan(threads=1, seconds=0.5))
    window.painted.connect(lambda: window.start(step_durations.whole("quick") if what == "quick" else train))
    return window


app.open_window = begin
sys.exit(app.run())
