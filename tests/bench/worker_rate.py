"""(a) Images per second of the worker against a bare PyTorch loop of the same network, data, batch and threads."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping

from rigdyno.core.records.plan import Plan
from rigdyno.core.session.worker_command import WorkerCommand

from .alternate import Marks, Trainee, groups, stop, training
from .children import Child
from .rounds import Figure, Measured, complete
from .settings import Settings

TARGET = 0.99
TURN_S, TURNS = 0.4, 6
WARMUP_S = 4.0
"""What the worker takes to prepare and settle is no longer."""


def run(settings: Settings) -> Measured:
    """Both sides have two processes of their own in each group, and the environment that the engine sets."""

    @contextlib.contextmanager
    def sides() -> Iterator[Mapping[str, Trainee]]:
        threads = str(settings.threads)
        with (
            training("plain_run.py", "session", threads) as worker,
            Child(
                "bare_loop.py",
                threads,
                str(Plan().batch),
                environment=WorkerCommand(threads=settings.threads).environment,
            ) as loop,
        ):
            yield {"worker": worker, "bare": BareLoop(loop)}

    done = groups(sides, settings, TURN_S, TURNS)
    return [
        Figure("worker / bare loop", "", [r.ratio("worker", "bare") for r in complete(done)], TARGET),
        Figure("worker", "images/s", [r.value("worker") for r in complete(done)]),
        Figure("bare loop", "images/s", [r.value("bare") for r in complete(done)]),
    ], done


class BareLoop:
    """The loop of bare_loop.py."""

    def __init__(self, child: Child) -> None:
        """Waits until it is warm, then stops it."""
        self._child = child
        self._ends: list[float] = []
        while not child.ask()["ends"]:
            time.sleep(0.1)
        time.sleep(WARMUP_S)
        self.family = child.family()
        stop(self)

    def marks(self) -> Marks:
        """Wakes it for a moment to answer; the steps of that moment are in no turn."""
        self.family[0].resume()
        self._ends += self._child.ask()["ends"]
        stop(self)
        return [(t, i * Plan().batch) for i, t in enumerate(self._ends, 1)]

    def aside(self) -> list[tuple[float, float]]:
        """It does nothing else."""
        return []
