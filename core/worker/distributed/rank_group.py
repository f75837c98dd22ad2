"""A group of ranks that train one network together, and the windows that they measure.

A window is a number of steps between two synchronisations; its duration is that of the slowest rank. All decisions are
made from numbers that all ranks have agreed on, so each rank decides the same. `ThroughputMeter` decides by the clock
of its process: with it, ranks would do different numbers of steps, and wait for each other for ever.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from torch.nn.parallel import DistributedDataParallel

from ...records.plan import Plan, Rules
from ...records.window_statistics import confidence_interval, is_steady
from ..measurement import Clock
from ..trainer import Trainer
from .world import World

WEIGHT_TOLERANCE = 1e-6
"""Relative: sums of the same weights differ where two computers add in different orders."""


class WeightsDifferError(Exception):
    """Ranks that trained together hold different weights; the argument is the number of these ranks."""


@dataclass
class RankGroup:
    """The first `count` ranks train one network together. On ranks beyond those, `trainer` is None and no step is done.

    `steps` is the number of steps in a window, `spent` the seconds of all windows so far. `seconds` are the durations
    of the measured windows, `apart` those of windows without the exchange of gradients.
    """

    world: World
    count: int
    trainer: Trainer | None
    clock: Clock
    steps: int = 1
    spent: float = 0.0
    seconds: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)

    @classmethod
    def create(cls, world: World, count: int, plan: Plan, clock: Clock) -> RankGroup:
        """The group with its network: the same weights on all ranks, different data on each."""
        trainer = None
        if world.rank < count:
            trainer = Trainer(replace(plan, seed=plan.seed + world.rank), world.device)
            if count > 1:
                # Buffers are the averages of batch norm. Each rank keeps its own, so that only gradients are exchanged.
                trainer.network = DistributedDataParallel(
                    trainer.network,
                    device_ids=None if world.device.synchronous else [world.device.torch],
                    process_group=world.groups[count],
                    broadcast_buffers=False,
                )
        return cls(world, count, trainer, clock)

    def window(self, exchange: bool = True) -> float:
        """Train for one window; the seconds of the slowest rank. Without `exchange`, gradients stay on their ranks."""
        seconds = 0.0
        if self.trainer:
            network, device = self.trainer.network, self.world.device
            context = (
                nullcontext() if exchange or not isinstance(network, DistributedDataParallel) else network.no_sync()
            )
            with context:
                device.synchronize()
                begin = self.clock.wall()
                for _ in range(self.steps):
                    self.trainer.step()
                device.synchronize()
                seconds = max(self.clock.wall() - begin, 1e-9)
        (slowest,) = self.world.all_reduce_max([seconds])
        self.spent += slowest
        return slowest

    def warm_up(self, rules: Rules) -> bool:
        """Train until windows are steady and last about `window_s`, or until the cap; whether they became steady."""
        rates: list[float] = []
        self.window()  # the first steps choose kernels and allocate the optimiser's state
        begin = self.spent
        while self.spent - begin < rules.warmup_cap_s:
            seconds = self.window()
            rates.append(self.steps / seconds)
            self.steps = max(1, min(self.steps * 8, math.ceil(rules.window_s * self.steps / seconds)))
            if self.spent - begin >= rules.warmup_min_s and is_steady(rates):
                return True
        return False

    def has_equal_weights(self) -> bool:
        """Whether the sum of each parameter is the same on all ranks, as it must be after steps with averaged
        gradients.
        """
        count = [0.0]
        if self.trainer:
            count = [float(len(list(self.trainer.network.parameters())))]
        sums = [-math.inf] * int(self.world.all_reduce_max(count)[0])
        if self.trainer:
            sums = [float(p.detach().double().sum()) for p in self.trainer.network.parameters()]
        highest = self.world.all_reduce_max(sums)
        lowest = self.world.all_reduce_max([-s if math.isfinite(s) else s for s in sums])
        return all(high + low <= WEIGHT_TOLERANCE * (1 + abs(high)) for high, low in zip(highest, lowest, strict=True))

    def measure(self) -> None:
        """Measure one window, and with several ranks another one without the exchange of gradients."""
        self.seconds.append(self.window())
        if self.count > 1:
            self.apart.append(self.window(exchange=False))

    def is_precise(self, rules: Rules) -> bool:
        """Whether the rates of all windows are known as precisely as the rules want."""
        enough = len(self.seconds) >= rules.min_windows and rules.target > 0
        return enough and all(
            confidence_interval(s).half_width <= rules.target for s in (self.seconds, self.apart) if s
        )
