"""The ranks of a training by several: how they meet and agree, and the windows that they measure together.

A window is a number of steps that all ranks agree on, between two synchronisations; it takes what the slowest rank
takes. `Meter` is not used: it decides by its own clock, and ranks that do not take the same number of steps wait for
each other for ever. Here all decide by numbers that they have agreed on, so that nobody has to be told.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from ...records import scaling_efficiency
from ...records.plan import Plan, Rules
from ...records.window_statistics import confidence_interval, is_steady
from ..devices import Device
from ..measurement import Clock
from ..trainer import Trainer

MEET_S = 300.0
"""To wait for the other ranks at the start: they import torch from slower disks, or are started by hand."""
PATIENCE_S = 60.0
"""To wait for a rank that is alive but does not come to the end of a window or of its preparations."""
EXCHANGE_S = 25.0
"""To wait for its gradients: they are due at the same time as one's own. The end of a process shows at once."""
BEAT_S, SILENT_S = 1.0, 15.0
"""How often a rank shows that it lives, and after how long a silence it is given up."""
LINE = 4096
"""Bytes of a request on its way from rank 0 to the others; an honest one has some 800."""
SAME = 1e-6
"""Sums of the same weights may differ by this share where two computers add in another order."""


class UnequalError(Exception):
    """Ranks that trained together hold other weights; the argument is how many they are."""


class Team:
    """This rank among all: who it is, its device, and the ways to agree with the others."""

    def __init__(self, devices: list[str], lost: Callable[[str], object]) -> None:
        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        local = int(os.environ["LOCAL_RANK"])
        self.device = Device(devices[local])
        self.kind = self.device.torch.type
        if not self.device.live:
            torch.accelerator.set_device_index(self.device.torch)
            # CleanUpOnly: by default torch ends the process where NCCL loses a rank, before anybody can say which.
            os.environ.setdefault("TORCH_NCCL_ASYNC_ERROR_HANDLING", "2")
        usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.threads = max(1, usable // int(os.environ["LOCAL_WORLD_SIZE"]))
        dist.init_process_group("gloo", timeout=timedelta(seconds=MEET_S))
        self._talk = dist.new_group(backend="gloo", timeout=timedelta(seconds=PATIENCE_S))
        self.roll = Roll(self.rank, self.size, lost)
        backend = dist.get_default_backend_for_device(self.device.torch)
        patience = timedelta(seconds=EXCHANGE_S)
        self.groups = {
            n: dist.new_group(range(n), patience, backend) for n in scaling_efficiency.rank_counts(self.size) if n > 1
        }
        nodes = torch.zeros(self.size)
        nodes[self.rank] = float(os.environ["GROUP_RANK"])
        self._nodes = self.largest(nodes)

    def largest(self, values: Iterable[float]) -> list[float]:
        """The largest of all ranks' values, place by place; every rank waits here for all others."""
        shared = torch.tensor(list(values), dtype=torch.float64)
        dist.all_reduce(shared, dist.ReduceOp.MAX, self._talk)
        return [float(v) for v in shared]

    def told(self, line: str) -> str:
        """Rank 0's line, on every rank."""
        letters = torch.tensor(list(line.encode().ljust(LINE)), dtype=torch.uint8)
        dist.broadcast(letters, 0, self._talk)
        return bytes(letters.tolist()).decode().strip()

    def hosts(self, count: int) -> int:
        """On how many computers the first `count` ranks are."""
        return len(set(self._nodes[:count]))


class Roll:
    """Who is still there: every rank counts in the store of torch's rendezvous, and all look at the counts.

    A broken connection does not say whose process ended, a rank may wait for one that waits itself, and whoever waits
    for a GPU hears nothing of connections. `lost` is called with the names of ranks that have been silent too long.
    """

    def __init__(self, rank: int, size: int, lost: Callable[[str], object]) -> None:
        self._keys, self._own = [f"rigdyno/rank/{n}" for n in range(size)], rank
        self._lost = lost
        threading.Thread(target=self._watch, args=(self._opened(PATIENCE_S),), daemon=True).start()

    def missing(self) -> str:
        """The ranks that count no more."""
        try:
            store = self._opened(3 * BEAT_S)
            before = store.multi_get(self._keys)
            time.sleep(3 * BEAT_S)
            after = store.multi_get(self._keys)
        except (RuntimeError, OSError):  # the store is with rank 0
            return _silent([0])
        return _silent([n for n in range(len(after)) if before[n] == after[n]])

    def _watch(self, store: Any) -> None:
        heard: dict[int, tuple[bytes, float]] = {}
        with suppress(RuntimeError, OSError):  # without the store, rank 0 is gone: whoever talks to it will notice
            for count in itertools.count():
                store.set(self._keys[self._own], str(count))
                now = time.monotonic()
                for number, beat in enumerate(store.multi_get(self._keys)):
                    if number not in heard or heard[number][0] != beat:
                        heard[number] = beat, now
                if gone := [n for n, (_, at) in heard.items() if now - at > SILENT_S]:
                    self._lost(_silent(gone))
                time.sleep(BEAT_S)

    @staticmethod
    def _opened(seconds: float) -> Any:
        """A connection to the store for one thread alone; the type is documented, but not exported to checkers."""
        place = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
        return vars(dist)["TCPStore"](*place, timeout=timedelta(seconds=seconds), wait_for_workers=False)


def _silent(gone: list[int]) -> str:
    if len(gone) == 1:
        return f"rank {gone[0]} does not answer"
    return f"ranks {', '.join(map(str, gone))} do not answer" if gone else "a connection between the ranks broke"


@dataclass
class Crew:
    """The first `count` ranks as they train one network, and the windows of them; on the others it only counts."""

    team: Team
    count: int
    trainer: Trainer | None
    clock: Clock
    steps: int = 1
    spent: float = 0.0
    seconds: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)

    @classmethod
    def gathered(cls, team: Team, count: int, plan: Plan, clock: Clock) -> Crew:
        """The crew with its network: the same weights on all ranks, other data on each."""
        trainer = None
        if team.rank < count:
            trainer = Trainer(replace(plan, seed=plan.seed + team.rank), team.device)
            if count > 1:
                # Buffers are batch norm's averages: each rank keeps its own, so that gradients alone are exchanged.
                trainer.network = DistributedDataParallel(
                    trainer.network,
                    device_ids=None if team.device.live else [team.device.torch],
                    process_group=team.groups[count],
                    broadcast_buffers=False,
                )
        return cls(team, count, trainer, clock)

    def window(self, exchange: bool = True) -> float:
        """Seconds of `steps` steps on the slowest rank, with the exchange of gradients or without."""
        seconds = 0.0
        if self.trainer:
            network, device = self.trainer.network, self.team.device
            alone = nullcontext() if exchange or not isinstance(network, DistributedDataParallel) else network.no_sync()
            with alone:
                device.synchronize()
                begin = self.clock.wall()
                for _ in range(self.steps):
                    self.trainer.step()
                device.synchronize()
                seconds = max(self.clock.wall() - begin, 1e-9)
        (slowest,) = self.team.largest([seconds])
        self.spent += slowest
        return slowest

    def warm_up(self, rules: Rules) -> bool:
        """Windows until they are steady and long enough, or the cap; says whether they were."""
        rates: list[float] = []
        self.window()  # chooses kernels and makes the optimiser's memory
        begin = self.spent
        while self.spent - begin < rules.warmup_cap_s:
            seconds = self.window()
            rates.append(self.steps / seconds)
            self.steps = max(1, min(self.steps * 8, math.ceil(rules.window_s * self.steps / seconds)))
            if self.spent - begin >= rules.warmup_min_s and is_steady(rates):
                return True
        return False

    def agrees(self) -> bool:
        """Whether all ranks hold the same weights, as they must after steps with averaged gradients."""
        count = [0.0]
        if self.trainer:
            count = [float(len(list(self.trainer.network.parameters())))]
        sums = [-math.inf] * int(self.team.largest(count)[0])
        if self.trainer:
            sums = [float(p.detach().double().sum()) for p in self.trainer.network.parameters()]
        highest = self.team.largest(sums)
        lowest = self.team.largest([-s if math.isfinite(s) else s for s in sums])
        return all(high + low <= SAME * (1 + abs(high)) for high, low in zip(highest, lowest, strict=True))

    def measure(self) -> None:
        """One window, and one without the exchange."""
        self.seconds.append(self.window())
        if self.count > 1:
            self.apart.append(self.window(exchange=False))

    def narrow(self, rules: Rules) -> bool:
        """Whether enough is known of it."""
        enough = len(self.seconds) >= rules.min_windows and rules.target > 0
        return enough and all(
            confidence_interval(s).half_width <= rules.target for s in (self.seconds, self.apart) if s
        )
