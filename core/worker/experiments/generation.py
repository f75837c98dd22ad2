"""generation: how a language model writes: the time to the first token, and that of each token after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...records.events import Event, Phase
from ...records.plan import Request
from ...records.workload import Workload
from ..partial_networks.part_sizes import flops_of, sizes_to_measure, work_of
from ..partial_networks.partial_network import measure_parts
from ..text_generation.partial_generation import GenerationPart, PartialGeneration
from ..workloads import blueprint_of
from .workload import ROUNDS, Measurement, measure_workload

BOTH = 1.5
"""Steps of two depths, or of two prompts, of which one is half of the other, in steps of the larger one."""
LEAST_ROUNDS = 2
"""Unpacking weights of few bits takes seconds, so that there may be no time for more."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Read prompts and write tokens with the plan's language model; where the whole one has no room or no time, with
    few of its blocks, and of shorter prompts.

    Emits the `Work` of reading the whole prompt, then `DepthTiming`s of "prompt" and "token". Stops: time-limit.
    """
    measure_workload(GenerationMeasurement, request, emit)


@dataclass
class GenerationMeasurement(Measurement):
    """Reading and writing in turn."""

    def measure(self) -> str:
        """Choose what there is room and time for, and measure it; why it stopped."""
        work = work_of(self.workload)
        if work:
            self.emit(replace(work, t=self.clock.wall()))
        blocks = blueprint_of(self.workload).blocks(self.workload)
        probe, depths = self.probe_size(blocks)
        network = self._built(probe.blocks)
        self.emit(Phase(self.clock.wall(), "warm-up"))
        reading, writing = network.reading(min(depths), probe), network.writing(min(depths))
        read_s, write_s = (self._once(network, part) / min(depths) for part in (reading, writing))  # of one block
        rate = reading.flops / (read_s * min(depths))
        if len(depths) > 1 < min(depths) and not self._has_time(BOTH * max(depths) * (write_s + BOTH * read_s)):
            depths = tuple(depth // 2 for depth in depths)
        part = replace(self.workload, blocks=max(depths))
        tokens_s = BOTH * max(depths) * write_s
        sizes = sizes_to_measure(
            part, self.fits, lambda size: self._has_time(tokens_s + BOTH * BOTH * flops_of(size) / rate)
        )
        whole_s = write_s * blocks + flops_of(self.workload) / rate
        if blocks > max(depths) and sizes == (part,) and self._has_time(whole_s) and self.fits(self.workload):
            del network, reading, writing
            network, depths = self._built(blocks), (blocks,)
        self.emit(Phase(self.clock.wall(), "measure"))
        parts = _parts(network, depths, sizes)
        for timing in measure_parts(network, parts, blocks, self.clock, self.over, LEAST_ROUNDS, self.beat):
            self.emit(timing)
        return "time-limit"

    def fits(self, workload: Workload) -> bool:
        """Weights of 4 bits are held a second time for fused kernels, so that they take no less than those of 8."""
        return super().fits(replace(workload, bits=8) if workload.bits == 4 else workload)

    def _built(self, blocks: int) -> PartialGeneration:
        self.beat()
        network = PartialGeneration(replace(self.workload, blocks=blocks), self.device, self.request.plan.seed)
        self.beat()
        return network

    def _once(self, network: PartialGeneration, part: GenerationPart) -> float:
        """Seconds of the second step of a part."""
        network.seconds(part, self.clock, 1)
        self.beat()
        return network.seconds(part, self.clock, 1)

    def _has_time(self, seconds: float) -> bool:
        """Whether there is time to do something of so many seconds once to warm up, and in some rounds."""
        return self.clock.wall() + (1 + ROUNDS) * seconds <= self.over


def _parts(network: PartialGeneration, depths: tuple[int, ...], sizes: tuple[Workload, ...]) -> list[GenerationPart]:
    reading = [network.reading(depth, size) for size in sizes for depth in depths]
    return [*reading, *(network.writing(depth) for depth in depths)]
