"""(j) The frozen program of `packaging/build.py folder` against this Python: start to first paint, and images/s."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.window_statistics import rate
from rigdyno.core.session.worker_command import WORKER, WorkerCommand
from rigdyno.core.session.worker_session import SessionError, WorkerSession

from .children import ChildError
from .contention import Watch
from .rounds import Figure, Measured, Stretch, in_turn, interleave
from .settings import Settings

PROGRAM = Path(__file__).parents[2] / "build" / "package" / "rigdyno" / "rigdyno"
PLAIN = (sys.executable, "-c", "import sys; from rigdyno.gui.launch import main; sys.exit(main())")
START_RATIO, SPEED_RATIO = 1.2, 0.98
TRAIN_S = 4.0
RULES = Rules(warmup_min_s=1.5, warmup_min_windows=6, warmup_cap_s=4, target=0, budget_s=30)


def run(settings: Settings) -> Measured:
    """The first start of each side fills the caches of the disk, and is not counted."""
    if not PROGRAM.exists():
        raise ChildError("there is no frozen program: python packaging/build.py folder")
    commands = {"frozen": (str(PROGRAM),), "plain": PLAIN}
    for command in commands.values():
        start(command)
    starts = {side: (lambda command=command: start(command)) for side, command in commands.items()}
    first = interleave(in_turn(starts), 2 * settings.pairs, settings.say)
    workers = {"frozen": (str(PROGRAM), *WORKER[1:]), "plain": WORKER}
    trainings = {side: (lambda command=command: train(command, settings.threads)) for side, command in workers.items()}
    second = interleave(in_turn(trainings), settings.pairs, settings.say)
    return [
        Figure(
            "start to first paint, frozen / plain",
            "",
            [r["frozen"].value / r["plain"].value for r in first.kept],
            START_RATIO,
            False,
        ),
        Figure("frozen", "s", [r["frozen"].value for r in first.kept]),
        Figure("plain", "s", [r["plain"].value for r in first.kept]),
        Figure(
            "images/s, frozen / plain", "", [r["frozen"].value / r["plain"].value for r in second.kept], SPEED_RATIO
        ),
        Figure("frozen", "images/s", [r["frozen"].value for r in second.kept]),
        Figure("plain", "images/s", [r["plain"].value for r in second.kept]),
    ], [first, second]


def start(command: tuple[str, ...]) -> Stretch:
    """Seconds from one start of the program to its first paint."""
    watch, begin = Watch(), time.time()
    done = subprocess.run([*command, "--first-paint"], capture_output=True, text=True, timeout=60, check=False)
    usage = watch.stop()
    if done.returncode:
        raise ChildError(f"{command[0]} did not paint: {done.stderr[-300:]}")
    return Stretch(json.loads(done.stdout)["painted"] - begin, usage)


def train(command: tuple[str, ...], threads: int) -> Stretch:
    """Images/s of the small network in a worker of its own."""
    session = WorkerSession(WorkerCommand(command, threads), time.perf_counter)
    try:
        session.start()
        watch = Watch()
        found = session.run(Request("train", Plan(threads=threads, seconds=TRAIN_S), RULES), lambda _: None)
        usage = watch.stop()
    except SessionError as error:
        raise ChildError(str(error)) from error
    finally:
        session.close()
    known = rate(found)
    if known is None:
        raise ChildError(f"{command[0]} did not train: {found.failure}")
    return Stretch(known.median, usage)
