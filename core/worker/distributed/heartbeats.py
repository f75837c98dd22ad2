"""Heartbeats of the ranks: which of them still run, told through the store of torch's rendezvous."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import torch.distributed as dist

HEARTBEAT_S = 1.0
"""Seconds between two heartbeats of a rank."""
LOST_AFTER_S = 15.0
"""A rank without a heartbeat for so many seconds is given up."""
STORE_TIMEOUT_S = 60.0


class Heartbeats:
    """Every rank counts up a number of its own in the store, and watches the numbers of all others.

    Needed since the errors of gloo and NCCL do not tell which process ended: a rank may wait for one that waits itself,
    and a rank that waits for a GPU hears nothing of its connections. `on_lost` is called, from a thread, with a
    sentence that names the ranks without a heartbeat.
    """

    def __init__(self, rank: int, size: int, on_lost: Callable[[str], object]) -> None:
        self._keys, self._rank = [f"rigdyno/rank/{n}" for n in range(size)], rank
        self._on_lost = on_lost
        threading.Thread(target=self._beat_and_watch, args=(_connect(STORE_TIMEOUT_S),), daemon=True).start()

    def name_silent_ranks(self) -> str:
        """A sentence that names the ranks that have stopped counting. Takes three heartbeats."""
        try:
            store = _connect(3 * HEARTBEAT_S)
            before = store.multi_get(self._keys)
            time.sleep(3 * HEARTBEAT_S)
            after = store.multi_get(self._keys)
        except (RuntimeError, OSError):  # rank 0 holds the store
            return _sentence([0])
        return _sentence([n for n in range(len(after)) if before[n] == after[n]])

    def _beat_and_watch(self, store: Any) -> None:
        last: dict[int, tuple[bytes, float]] = {}
        with suppress(RuntimeError, OSError):  # no store: rank 0 is gone, which the training itself will notice
            for count in itertools.count():
                store.set(self._keys[self._rank], str(count))
                now = time.monotonic()
                for number, beat in enumerate(store.multi_get(self._keys)):
                    if number not in last or last[number][0] != beat:
                        last[number] = beat, now
                if lost := [n for n, (_, at) in last.items() if now - at > LOST_AFTER_S]:
                    self._on_lost(_sentence(lost))
                time.sleep(HEARTBEAT_S)


def _connect(timeout_s: float) -> Any:
    """A connection to the store, for one thread. torch documents its type, but does not export it."""
    address = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    return vars(dist)["TCPStore"](*address, timeout=timedelta(seconds=timeout_s), wait_for_workers=False)


def _sentence(silent: list[int]) -> str:
    if len(silent) == 1:
        return f"rank {silent[0]} does not answer"
    return f"ranks {', '.join(map(str, silent))} do not answer" if silent else "a connection between the ranks broke"
