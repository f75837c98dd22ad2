"""What a process of `in_a_child` may come to; without torch, whose import would take seconds of its time."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from rigdyno.core.records.experiment_events.acceleration import Acceleration
from rigdyno.core.worker.speedups.child import Tell


def hang(tell: Tell) -> None:
    """A compiler that never ends, with a child of its own, as g++ is one."""
    tell("compile")
    os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "1234.5")
    tell(Acceleration(1.0, "cores", obstacle="no-affinity"))
    tell("numa")
    time.sleep(1000)


def crash(tell: Tell) -> None:
    tell("compile")
    os._exit(3)


def write(tell: Tell) -> None:
    """Leaves files wherever libraries put theirs."""
    Path(os.environ["TORCHINDUCTOR_CACHE_DIR"], "kernel.cpp").write_text("", encoding="ascii")
    tempfile.mkstemp()
    tell(Acceleration(1.0, "cores", obstacle="no-affinity"))
