"""Parts of a network that are timed in turn: fewer of its repeated blocks, smaller batches, shorter sequences, a small
vocabulary.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from torch import nn

from ...records.events import DepthTiming
from ...records.workload import Workload
from ..devices import Device
from ..measurement import Clock
from ..workloads.blueprint import Batch, Blueprint

STEPS_TOGETHER = 2
"""Steps between two synchronisations of an accelerator: the second is started while the first one runs."""
MOST_ROUNDS = 30


@dataclass
class Part:
    """One part of a workload: so many blocks (1 where the network has none), its sizes, and the seconds of its steps;
    `what` of it is done, see `DepthTiming`.
    """

    blocks: int
    workload: Workload
    flops: float
    batch: Batch = ()
    seconds: list[float] = field(default_factory=list)
    what: Literal["step", "prompt", "token"] = "step"
    vocabulary: int = 0
    """Tokens of its vocabulary; 0 where the network has one alone."""
    whole_flops: float = 0.0
    """Operations of the whole workload with this vocabulary; 0 where the network has one alone."""

    def timing(self, t: float, whole: int) -> DepthTiming:
        """What was measured of it, of a network with `whole` blocks."""
        own = self.workload
        sequence = own.prompt if self.what == "prompt" else own.sequence
        return DepthTiming(
            t,
            self.blocks,
            whole,
            own.batch,
            sequence,
            self.flops,
            tuple(self.seconds),
            what=self.what,
            image_size=own.image_size,
            vocabulary=self.vocabulary,
            whole_flops=self.whole_flops,
        )


class PartialNetwork:
    """A network of the deepest part, which runs with all of its blocks or with the first ones alone, and where it has
    two vocabularies with either.

    One network for all parts, so that its weights are held once.
    """

    warm_steps: ClassVar[int]
    """Steps of each part that are not counted: they allocate memory."""

    def __init__(self, network: nn.Module, blueprint: Blueprint, workload: Workload, device: Device) -> None:
        self.network, self.device = network, device
        lists = (blueprint.depth_lists or blueprint.block_lists) if blueprint.blocks(workload) else ()
        self._blocks = {path: list(network.get_submodule(path).children()) for path in lists}
        self.vocabularies: dict[int, Mapping[str, nn.Module]] = {}
        """The modules of each vocabulary, by its tokens and their names in the network."""

    def run(self, part: Part) -> None:
        """Enqueue one step of a part, whose blocks the network has now."""
        raise NotImplementedError

    def cut(self, count: int) -> None:
        """Leave the network its first `count` blocks."""
        for path, blocks in self._blocks.items():
            self.network.set_submodule(path, nn.ModuleList(blocks[:count]))

    def step(self, part: Part) -> None:
        """Enqueue one step of a part."""
        self.cut(part.blocks)
        for name, module in self.vocabularies.get(part.vocabulary, {}).items():
            self.network.set_submodule(name, module)
        self.run(part)

    def seconds(self, part: Part, clock: Clock, steps: int) -> float:
        """Seconds of one step, of `steps` between two synchronisations."""
        self.device.synchronize()
        begin = clock.wall()
        for _ in range(steps):
            self.step(part)
        self.device.synchronize()
        return max(1e-9, (clock.wall() - begin) / steps)


def measure_parts(
    network: PartialNetwork,
    parts: Sequence[Part],
    whole: int,
    clock: Clock,
    over: float,
    rounds: int,
    beat: Callable[[], None] = lambda: None,
    warm: int | None = None,
) -> list[DepthTiming]:
    """Run all parts of a network of `whole` blocks in shuffled rounds until the time `over`, at least `rounds` of them:
    a neighbour hits all parts alike. Before it, `warm` steps of each are not counted (None: as many as the network
    needs); without rounds, each part is timed once. `beat` is called between steps.
    """
    together = 1 if network.device.synchronous else STEPS_TOGETHER
    shuffle = random.Random(0).shuffle
    for part in parts:
        for _ in range(network.warm_steps if warm is None else warm):
            network.seconds(part, clock, 1)
            beat()
        if not rounds:
            part.seconds.append(network.seconds(part, clock, together))
    begin, done = clock.wall(), 0
    longest = together * sum(p.seconds[0] for p in parts if p.seconds)
    while done < MOST_ROUNDS and (done < rounds or clock.wall() + longest <= over):
        order = list(parts)
        shuffle(order)
        for part in order:
            part.seconds.append(network.seconds(part, clock, together))
            beat()
        done += 1
        longest = (clock.wall() - begin) / done
    return [part.timing(clock.wall(), whole) for part in parts]
