"""workload: a job's own training steps, of the whole network or of a few of its blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from ...records.events import KEEPING_MEMORY, Done, Event, Phase, Progress, Timing
from ...records.plan import Request
from ...records.workload import Workload
from ..devices import Device
from ..measurement import Clock, ThroughputMeter, time_repeatedly
from ..memory_counting.count import count_memory
from ..partial_networks.part_sizes import flops_of, parts_of, sizes_to_measure, smaller, work_of
from ..partial_networks.partial_network import Part, measure_parts
from ..partial_networks.partial_training import PartialTraining
from ..partial_networks.small_vocabulary import with_small_vocabulary, with_vocabulary
from ..process_memory import keep_freed_memory
from ..workload_trainer import UNCOUNTABLE, WorkloadTrainer, with_batch
from ..workloads import blueprint_of

DEPTHS = ((2, 4), (1, 2))
"""Pairs of depths, the better ones first: from 2 and 4 of 16 blocks, a step of a 1 B language model was told within
1.3 %. The others are for blocks of which four have no room or, on a processor, take too long.
"""
ROUNDS = 3
"""Rounds of all parts for which sizes are chosen; where even the smallest takes too long, one has to do."""
QUICK_S, FIRST_STEPS = 1.0, 3
"""A step that takes longer tells the first rate by itself; of quicker ones there are so many."""
WHOLE_STEPS, FEWEST_STEPS = 6, 3
"""The whole network is measured only if there is time for so many of its steps; the fewest for a network without
blocks, whose smaller batches alone could tell it.
"""
MOST_BYTES = 4 * 10**9
"""What measuring may take on a processor: the answer shall not need room for the network itself."""
ROOM_SHARE = 0.9
"""The share of an accelerator's free memory that measuring may take."""
KEEPING_S, WARM_STEPS = 2.0, 2
"""Seconds for steps of a user's own network with an allocator that keeps memory, and the steps before."""
UPDATE_S = 0.5
"""Seconds for timing the update of the weights alone, where it comes after several batches."""
PROBE_FLOPS = 2e11
"""Operations of the first step, at most if it can be so small: a second or two on a slow processor. Its rate tells
which sizes there is time for.
"""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train the plan's workload for a few windows; where the whole network has no room or no time, train parts of it.

    Parts have fewer blocks, or smaller batches and sequences; `analysis/depth_extrapolation.py` goes on
    from them to the whole. Emits the `Work` of a whole step, then windows or `DepthTiming`s. Stops: converged,
    time-limit.
    """
    measure_workload(Measurement, request, emit)


def measure_workload(kind: type[Measurement], request: Request, emit: Callable[[Event], None]) -> None:
    """Run a measurement of the plan's workload, from its preparation to its end."""
    plan, clock = request.plan, Clock()
    workload, device = plan.workload, Device(plan.device)
    if workload is None:
        raise ValueError("a workload is needed")
    workload = with_batch(workload)
    job = kind(request, workload, device, clock, clock.wall() + request.rules.budget_s, emit)
    emit(Phase(clock.wall(), "prepare"))
    torch.set_num_threads(plan.threads)
    device.set_precision(workload.precision)
    emit(Done(clock.wall(), job.measure(), None, plan.threads, workload.precision, job.parameters))


@dataclass
class Measurement:
    """What is measured of a workload, within a time and a memory."""

    request: Request
    workload: Workload
    device: Device
    clock: Clock
    over: float
    emit: Callable[[Event], None]
    parameters: int = 0

    def measure(self) -> str:
        """Choose what there is room and time for, and measure it; why it stopped."""
        work = work_of(self.workload)
        if work is None:  # a network of the user's that cannot be counted, or a whole step: it is tried as it is
            return self._windows()
        self.emit(replace(work, t=self.clock.wall()))
        if self.workload.is_own and work.flops <= PROBE_FLOPS and self.fits(self.workload):
            # Without parts before it: how fast glibc's allocator is depends on what was held and freed before.
            return self._windows()
        blocks = blueprint_of(self.workload).blocks(self.workload)
        probe, depths = self.probe_size(blocks)
        self.beat()
        training = PartialTraining(probe, self.device, self.request.plan.seed, self.workload)
        self.beat()
        part = replace(self.workload, blocks=probe.blocks, decoder=probe.decoder, accumulation=1)
        sizes, rate = self._sizes(training, part, probe, depths)
        time_left = self.over - self.clock.wall()
        few_blocks = 0 < blocks <= probe.blocks
        enough = WHOLE_STEPS if blocks else FEWEST_STEPS
        whole_fits = few_blocks or (time_left * rate >= enough * work.flops and self.fits(self.workload))
        if whole_fits and (sizes == (part,) or not blocks):
            del training
            return self._windows()
        parts = [training.part(*chosen) for chosen in parts_of(sizes, depths)]
        rounds = int(time_left * rate / sum(p.flops for p in parts))
        if rounds < ROUNDS and len(sizes) > 1 < len(depths):
            del parts[0]  # without time for the shallow one of the larger size, its operations tell of it
            rounds = int(time_left * rate / sum(p.flops for p in parts))
        warm = max(0, min(training.warm_steps, rounds - ROUNDS))
        if not warm and (len(sizes) > 1 or parts[-1].vocabulary):
            # At least the largest part allocates what all use again; where there is one, that with a large vocabulary.
            training.seconds(max(parts, key=lambda p: (p.vocabulary, p.flops)), self.clock, 1)
        self.emit(Phase(self.clock.wall(), "measure"))
        for timing in measure_parts(training, parts, max(1, blocks), self.clock, self.over, 0, self.beat, warm):
            self.emit(timing)
        return "time-limit"

    def probe_size(self, blocks: int) -> tuple[Workload, tuple[int, ...]]:
        """The first and smallest part, with the largest vocabulary that has room, and the depths that parts shall
        have.
        """
        pairs: list[tuple[int, ...]] = [p for p in DEPTHS if p[1] < blocks] or [(max(1, blocks),)]
        for depths in pairs:
            probe = replace(self.workload, blocks=max(depths) if blocks else 0, accumulation=1)
            while flops_of(with_small_vocabulary(probe)) > PROBE_FLOPS and (half := smaller(probe)):
                probe = half
            quick = flops_of(with_small_vocabulary(probe)) <= PROBE_FLOPS or not self.device.synchronous
            if quick and self.fits(probe):
                return probe, depths
        while with_small_vocabulary(probe) != probe and probe.decoder and not self.fits(probe):
            probe = with_vocabulary(probe, probe.decoder.vocab_size // 2)
        return probe, depths

    def _sizes(
        self, training: PartialTraining, part: Workload, size: Workload, depths: tuple[int, ...]
    ) -> tuple[tuple[Workload, ...], float]:
        """(the sizes to measure of `part`, operations a second), by steps of `size`; as larger sizes are often faster,
        by those of a larger one where there is time for it.
        """

        def affordable(larger: Workload) -> bool:
            sizes = [larger, half] if larger != part and (half := smaller(larger)) else [larger]
            cost = sum(flops_of(replace(w, blocks=d)) for d, w in parts_of(sizes, depths))
            return (ROUNDS + training.warm_steps) * cost <= (self.over - self.clock.wall()) * rate

        rate = self._rate(training, training.part(max(depths), with_small_vocabulary(size)))
        sizes = sizes_to_measure(part, self.fits, affordable)
        while flops_of(sizes[0]) > flops_of(size):
            size = sizes[0]
            first = training.part(max(depths), with_small_vocabulary(size))
            rate = max(rate, first.flops / training.seconds(first, self.clock, 1))
            sizes = sizes_to_measure(part, self.fits, affordable)
        return sizes, rate

    def _rate(self, training: PartialTraining, part: Part) -> float:
        """Operations a second of the first small steps; the very first allocates memory, and counts if it is long."""
        self.emit(Phase(self.clock.wall(), "warm-up"))
        seconds = [training.seconds(part, self.clock, 1)]
        while len(seconds) < FIRST_STEPS and seconds[-1] < QUICK_S:
            self.beat()
            seconds.append(training.seconds(part, self.clock, 1))
        return part.flops / min(seconds[1:] or seconds)

    def beat(self) -> None:
        """Tell the parent that work goes on: it ends a worker that is silent for long."""
        self.emit(Progress(self.clock.wall(), 0, 0.0))

    def fits(self, workload: Workload) -> bool:
        """Whether a step of it fits what measuring may take; a network that cannot be counted is tried."""
        self.beat()
        free, _ = self.device.memory()
        allowed = self.request.memory
        room = min(MOST_BYTES, allowed or MOST_BYTES) if self.device.synchronous else ROOM_SHARE * (free or 0)
        try:
            return not room or count_memory(workload, self.device.torch.type).peak <= room
        except UNCOUNTABLE:
            return True

    def _windows(self) -> str:
        """Windows of the whole network, as it is."""
        workload = self.workload
        # Each pass with an update of its own: an update after many of them can take longer than there is time.
        trainer = WorkloadTrainer(replace(workload, accumulation=1), self.device.torch, self.request.plan.seed)
        self.parameters = trainer.parameters
        clock, rules = self.clock, self.request.rules
        left = replace(rules, budget_s=max(1.0, self.over - clock.wall()))
        meter = ThroughputMeter(
            trainer.step,
            self.device.synchronize,
            workload.batch,
            left,
            self.emit,
            synchronous=self.device.synchronous,
        )
        self.emit(Phase(clock.wall(), "warm-up"))
        meter.window(warm=True)
        if meter.window(warm=True).seconds < 2 * rules.window_s:
            meter.warm_up()
        self.emit(Phase(clock.wall(), "measure"))
        stop = meter.measure(self.request.plan.seconds)
        if workload.accumulation > 1:
            updates = time_repeatedly(trainer.optimizer.step, self.device.synchronize, UPDATE_S, clock)
            self.emit(Timing(clock.wall(), "optimizer", updates, workload.batch, "sample", workload.precision))
        if workload.is_own and self.device.synchronous and keep_freed_memory():
            self._keeping(trainer)
        return stop

    def _keeping(self, trainer: WorkloadTrainer) -> None:
        """Time steps while the allocator keeps what they free: what the user's own training could gain."""
        for _ in range(WARM_STEPS):
            trainer.step()()
        seconds = time_repeatedly(lambda: trainer.step()(), self.device.synchronize, KEEPING_S, self.clock, least=1)
        self.emit(Timing(self.clock.wall(), KEEPING_MEMORY, seconds, trainer.workload.batch, "sample"))
