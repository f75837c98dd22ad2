"""The parent of the ranks of one computer: torchrun, which also tells Rigdyno which rank failed and why."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch.distributed import run as torchrun
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from ...records.child_channel import be_first_out_of_memory_victim
from ...records.events import Failed
from ...records.process_priority import raise_own
from .rank_training import ENDED_BY_OTHERS

PACKAGE = "rigdyno.core.worker.distributed"


def launch(arguments: list[str]) -> int:
    """Run torchrun with these arguments, whose `-m` is followed by those of the ranks. Returns the exit code.

    Where a rank fails, a `Failed` event goes to stdout.
    """
    be_first_out_of_memory_victim()  # inherited by the ranks
    module = arguments.index("-m")
    os.environ["PYTHONSAFEPATH"] = "1"  # like -P of the worker: modules in the current folder are not ours
    root = str(Path(__file__).parents[4])  # of the package rigdyno
    if (
        sys.path[0] == root
    ):  # unpacked for a Python in which Rigdyno is not installed: the ranks need to find it as well
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    raise_own()  # it leads the session of the ranks
    options = torchrun.parse_args([*arguments[:module], "-m", PACKAGE, *arguments[module + 1 :]])
    try:
        torchrun.run(options)
    except ChildFailedError as error:
        number, failure = min(error.failures.items(), key=_blame_order)
        said = Failed(time.perf_counter(), *_cause(number, failure))
        print(json.dumps({"event": "Failed", "data": asdict(said)}), flush=True)
        return 1
    return 0


def _blame_order(found: tuple[int, ProcessFailure]) -> tuple[int, int]:
    """Sort key of failures, the cause first: ranks that ended because of others, or were told to end, come last."""
    number, failure = found
    return {ENDED_BY_OTHERS: 2, -signal.SIGTERM: 1}.get(failure.exitcode, 0), number


def _cause(number: int, failure: ProcessFailure) -> tuple[str, str]:
    """The code of a rank's failure, and its detail."""
    if failure.exitcode < 0:
        return "rank-lost", f"rank {number} was ended by {failure.signal_name()}"
    text: Any = failure.message  # what torch's `record` wrote, or torchrun's advice to use `record`
    said = str(text["message"] if isinstance(text, dict) else text).splitlines()[0]
    memory = "OutOfMemory" in said or "can't allocate memory" in said
    return "out-of-memory" if memory else "rank-lost", f"rank {number}: {said} (exit code {failure.exitcode})"
