"""All ranks of a training as one of them sees them: torch's "world", and how the ranks agree on numbers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta

import torch
import torch.distributed as dist

from ...records import scaling_efficiency
from ..devices import Device
from .heartbeats import Heartbeats

RENDEZVOUS_S = 300.0
"""How long to wait for the other ranks at the start: they import torch from slow disks, or are started by hand."""
AGREEMENT_S = 60.0
"""How long to wait until a rank that is alive comes to the end of a window, or of its preparations."""
GRADIENTS_S = 25.0
"""How long to wait for gradients, which are due on all ranks at once. The end of a process is noticed sooner."""
REQUEST_BYTES = 4096
"""Room for a request on its way from rank 0 to the others; the longest has about 800 bytes."""


class World:
    """This rank among all: its number, its device, and collective operations. Every rank has to call those together.

    `devices` are those of the ranks on this computer; `on_lost` see `Heartbeats`. Numbers come from torchrun's
    variables.
    """

    def __init__(self, devices: list[str], on_lost: Callable[[str], object]) -> None:
        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        self.device = Device(devices[int(os.environ["LOCAL_RANK"])])
        if not self.device.synchronous:
            torch.accelerator.set_device_index(self.device.torch)
            # CleanUpOnly: by default torch ends the process when NCCL loses a rank, before it can be told which.
            os.environ.setdefault("TORCH_NCCL_ASYNC_ERROR_HANDLING", "2")
        usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.threads = max(1, usable // int(os.environ["LOCAL_WORLD_SIZE"]))
        """Threads for each rank, so that all ranks of this computer share its cores."""
        dist.init_process_group("gloo", timeout=timedelta(seconds=RENDEZVOUS_S))
        self._control = dist.new_group(backend="gloo", timeout=timedelta(seconds=AGREEMENT_S))
        self.heartbeats = Heartbeats(self.rank, self.size, on_lost)
        backend = dist.get_default_backend_for_device(self.device.torch)
        self.groups = {
            n: dist.new_group(range(n), timedelta(seconds=GRADIENTS_S), backend)
            for n in scaling_efficiency.rank_counts(self.size)
            if n > 1
        }
        """torch's process group of the first n ranks, in which they exchange gradients."""
        hosts = torch.zeros(self.size)
        hosts[self.rank] = float(os.environ["GROUP_RANK"])
        self._hosts = self.all_reduce_max(hosts)

    def all_reduce_max(self, values: Iterable[float]) -> list[float]:
        """The largest of all ranks' values, element by element."""
        shared = torch.tensor(list(values), dtype=torch.float64)
        dist.all_reduce(shared, dist.ReduceOp.MAX, self._control)
        return [float(v) for v in shared]

    def broadcast(self, line: str) -> str:
        """Rank 0's line, on every rank. Lines are shorter than `REQUEST_BYTES`."""
        letters = torch.tensor(list(line.encode().ljust(REQUEST_BYTES)), dtype=torch.uint8)
        dist.broadcast(letters, 0, self._control)
        return bytes(letters.tolist()).decode().strip()

    def host_count(self, ranks: int) -> int:
        """On how many computers the first `ranks` ranks run."""
        return len(set(self._hosts[:ranks]))
