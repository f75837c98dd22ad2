"""generation: how a language model writes: the time to the first token, and that of each token after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...records.events import Event, Phase
from ...records.plan import Request
from ...records.workload import Workload
from ..operation_count import count_workload
from ..partial_generation import GenerationPart, PartialGeneration
from ..partial_training import flops_of, largest_size, measure_parts, smaller
from ..workloads import blueprint_of
from .workload import ROUNDS, Measurement, measure_workload

SHALLOW = 1.5
"""Steps of two depths, the second of half as many blocks, in steps of the first."""


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
        work = count_workload(self.workload)
        if work:
            self.emit(work)
        blocks = blueprint_of(self.workload).blocks(self.workload)
        probe, depths = self.probe_size(blocks)
        network = self._built(probe.blocks)
        self.emit(Phase(self.clock.wall(), "warm-up"))
        reading, writing = network.reading(probe.blocks, probe), network.writing(probe.blocks)
        read_s, write_s = self._once(network, reading), self._once(network, writing)
        rate = reading.flops / read_s
        if len(depths) > 1 < min(depths) and not self._has_time(SHALLOW * (read_s + write_s)):
            depths = tuple(depth // 2 for depth in depths)
            write_s /= 2
        part = replace(self.workload, blocks=max(depths))
        size = largest_size(
            part, self.fits, lambda flops: self._has_time(SHALLOW * (write_s + SHALLOW * flops / rate))
        )
        sizes = [size] if size == part else [size, smaller(size) or size]
        whole_s = write_s * blocks / max(depths) + flops_of(self.workload) / rate
        if blocks > max(depths) and size == part and self._has_time(whole_s) and self.fits(self.workload):
            del network, reading, writing
            network, depths = self._built(blocks), (blocks,)
        self.emit(Phase(self.clock.wall(), "measure"))
        parts = _parts(network, depths, sizes)
        for timing in measure_parts(network, parts, blocks, self.clock, self.over, ROUNDS, self.beat):
            self.emit(timing)
        return "time-limit"

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
        """Whether there is time to do something of so many seconds once to warm up, and in each round."""
        return self.clock.wall() + (1 + ROUNDS) * seconds <= self.over


def _parts(network: PartialGeneration, depths: tuple[int, ...], sizes: list[Workload]) -> list[GenerationPart]:
    reading = [network.reading(depth, size) for size in dict.fromkeys(sizes) for depth in depths]
    return [*reading, *(network.writing(depth) for depth in depths)]
