"""Steps of parts of a workload: fewer of its repeated blocks, smaller batches, shorter sequences."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import torch
from torch import nn

from ..records.events import DepthTiming, Work
from ..records.workload import Workload
from .devices import Device
from .measurement import Clock
from .operation_count import count_workload
from .workload_trainer import WorkloadTrainer, default_dtype
from .workloads.blueprint import Batch, Blueprint

SMALLEST_SEQUENCE = 64
"""Shorter sequences do too little arithmetic to tell anything of long ones."""
SMALLEST_IMAGE, IMAGE_STEP = 64, 32
"""Sides in pixels: detectors and networks of the U shape halve their images up to five times."""
SMALLEST_BATCH = 2
"""Batch normalisation needs more than one value for each channel."""
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
        )


def smaller(workload: Workload) -> Workload | None:
    """Half of the batch; from the smallest batch on, half of the sequence or of the prompt, then about half of the side
    of its images; None where nothing can be halved, or where the network is made for one size of images.
    """
    if workload.batch >= 2 * SMALLEST_BATCH or (workload.sequence and workload.batch > 1):
        return replace(workload, batch=workload.batch // 2)
    if workload.prompt >= 2 * SMALLEST_SEQUENCE:
        return workload.with_half_the_prompt()
    if workload.image_size >= 2 * SMALLEST_IMAGE:
        half = replace(workload, image_size=workload.image_size // 2 // IMAGE_STEP * IMAGE_STEP)
        return half if flops_of(half) else None
    return None


@functools.cache
def work_of(workload: Workload) -> Work | None:
    """The counted work of a step; None where the network cannot be counted. Counting takes up to seconds, and several
    places ask about the same sizes. Its time is that of the count.
    """
    return count_workload(workload)


def flops_of(workload: Workload) -> float:
    """Counted operations of a step; 0 where the network cannot be counted."""
    work = work_of(workload)
    return work.flops if work else 0.0


class PartialNetwork:
    """A network of the deepest part, which runs with all of its blocks or with the first ones alone.

    One network for all parts, so that the weights of embedding and head are held once.
    """

    warm_steps: ClassVar[int]
    """Steps of each part that are not counted: they allocate memory."""

    def __init__(self, network: nn.Module, blueprint: Blueprint, workload: Workload, device: Device) -> None:
        self.network, self.device = network, device
        lists = (blueprint.depth_lists or blueprint.block_lists) if blueprint.blocks(workload) else ()
        self._blocks = {path: list(network.get_submodule(path).children()) for path in lists}

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
        self.run(part)

    def seconds(self, part: Part, clock: Clock, steps: int) -> float:
        """Seconds of one step, of `steps` between two synchronisations."""
        self.device.synchronize()
        begin = clock.wall()
        for _ in range(steps):
            self.step(part)
        self.device.synchronize()
        return max(1e-9, (clock.wall() - begin) / steps)


class PartialTraining(PartialNetwork):
    """A network in training, of all of its blocks or of the first ones alone."""

    warm_steps = 2
    """The first makes the optimiser's state."""

    def __init__(self, workload: Workload, device: Device, seed: int) -> None:
        self.trainer = WorkloadTrainer(workload, device.torch, seed)
        super().__init__(self.trainer.network, self.trainer.blueprint, workload, device)

    def part(self, blocks: int, workload: Workload) -> Part:
        """A part with data of its own; its network is that of `workload` with `blocks` blocks."""
        own = replace(workload, blocks=blocks if self._blocks else 0)
        with torch.device(self.device.torch), default_dtype(own):
            batch = self.trainer.blueprint.batch(own, own.batch)
        return Part(blocks, own, flops_of(own), batch)

    def run(self, part: Part) -> None:
        """Enqueue one training step."""
        self.trainer.workload, self.trainer.batch = part.workload, part.batch
        self.trainer.step()


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


Fits = Callable[[Workload], bool]


def sizes_to_measure(workload: Workload, fits: Fits, affordable: Callable[[float], bool]) -> tuple[Workload, ...]:
    """The workload alone, if a step of it `fits` the memory and is `affordable` by its operations. Else it is halved
    until one does, and has the next smaller size beside it: their difference tells what does not grow with the size.
    At last the smallest size, whatever it takes, with the next larger one.
    """
    larger, size = workload, workload
    while not (affordable(flops_of(size)) and fits(size)) and (half := smaller(size)):
        larger, size = size, half
    if size == workload:
        return (size,)
    if half := smaller(size):
        return size, half
    return (larger, size) if fits(larger) else (size,)
