"""(b) Images per second of the worker with the window open, visible and live, against the worker without a window."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from .alternate import Trainee, groups, training
from .rounds import Figure, Measured, complete
from .settings import Settings

TARGET = 0.98
TURN_S, TURNS = 1.0, 2
"""Timers that were due while it was stopped fire at the beginning of a turn: in a shorter one they would weigh more."""
LONG_S = "3600"
"""The end comes from outside."""


def run(settings: Settings) -> Measured:
    """Three sides: the worker alone, the same in a check with live sensors and no window, and in the real window."""

    @contextlib.contextmanager
    def sides() -> Iterator[Mapping[str, Trainee]]:
        threads = str(settings.threads)
        with (
            training("window_run.py", threads, LONG_S) as window,
            training("plain_run.py", "check", threads) as sensors,
            training("plain_run.py", "session", threads) as worker,
        ):
            yield {"window": window, "sensors": sensors, "worker": worker}

    done = groups(sides, settings, TURN_S, TURNS)
    whole = complete(done)
    return [
        Figure("window open and live / worker alone", "", [r.ratio("window", "worker") for r in whole], TARGET),
        Figure("of it: window / sensors without window", "", [r.ratio("window", "sensors") for r in whole]),
        Figure("of it: sensors / worker alone", "", [r.ratio("sensors", "worker") for r in whole]),
        Figure("with the window", "images/s", [r.value("window") for r in whole]),
    ], done
