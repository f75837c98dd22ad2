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
from ..partial_training import Part, PartialTraining, flops_of, measure_parts, sizes_to_measure, smaller, work_of
from ..process_memory import keep_freed_memory
from ..workload_trainer import UNCOUNTABLE, WorkloadTrainer, with_batch
from ..workloads import blueprint_of

DEPTHS = ((2, 4), (1, 2))
"""Pairs of depths, the better ones first: from 2 and 4 of 16 blocks, a step of a 1 B language model was told within
1.3 %. The others are for blocks of which four have no room or, on a processor, take too long.
"""
ROUNDS = 3
"""Rounds of all parts for which sizes are chosen; where even the smallest takes too long, one has to do."""
TWO_SIZES = 1.5
"""What a size and its half take, against the size alone."""
QUICK_S = 1.0
"""Steps up to this are timed twice for the first rate."""
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
        training = PartialTraining(probe, self.device, self.request.plan.seed)
        self.beat()
        first = training.part(max(depths), probe)
        rate = self._rate(training, first)

        def steps_left(flops: float) -> float:
            return (self.over - self.clock.wall()) * rate / flops

        part = replace(self.workload, blocks=probe.blocks, accumulation=1)
        of_all_depths = sum(flops_of(replace(probe, blocks=d if blocks else 0)) for d in depths) / flops_of(probe)
        enough = (ROUNDS + training.warm_steps) * TWO_SIZES * of_all_depths
        sizes = sizes_to_measure(part, self.fits, lambda flops: steps_left(flops) >= enough)
        few_blocks = 0 < blocks <= probe.blocks
        whole_steps = WHOLE_STEPS if blocks else FEWEST_STEPS
        whole_fits = few_blocks or (steps_left(work.flops) >= whole_steps and self.fits(self.workload))
        if whole_fits and (sizes == (part,) or not blocks):
            del training
            return self._windows()
        parts = [first if (d, s) == (first.blocks, probe) else training.part(d, s) for s in sizes for d in depths]
        if len(parts) == 4 and steps_left(sum(p.flops for p in parts)) < ROUNDS:
            del parts[0]  # without time for the shallow one of the larger size, its operations tell of it
        rounds = int(steps_left(sum(p.flops for p in parts)))
        warm = max(0, min(training.warm_steps, rounds - ROUNDS))
        if len(sizes) > 1 and not warm:  # at least the largest part allocates what all use again
            training.seconds(max(parts, key=lambda p: p.flops), self.clock, 1)
        self.emit(Phase(self.clock.wall(), "measure"))
        for timing in measure_parts(training, parts, max(1, blocks), self.clock, self.over, 0, self.beat, warm):
            self.emit(timing)
        return "time-limit"

    def probe_size(self, blocks: int) -> tuple[Workload, tuple[int, ...]]:
        """The first and smallest part, and the depths that parts shall have."""
        pairs: list[tuple[int, ...]] = [p for p in DEPTHS if p[1] < blocks] or [(max(1, blocks),)]
        for depths in pairs:
            probe = replace(self.workload, blocks=max(depths) if blocks else 0, accumulation=1)
            while flops_of(probe) > PROBE_FLOPS and (half := smaller(probe)):
                probe = half
            quick = flops_of(probe) <= PROBE_FLOPS or not self.device.synchronous
            if quick and self.fits(probe):
                break
        return probe, depths

    def _rate(self, training: PartialTraining, part: Part) -> float:
        """Operations a second of the first small steps, but for the very first."""
        self.emit(Phase(self.clock.wall(), "warm-up"))
        seconds = [training.seconds(part, self.clock, 1)]
        while len(seconds) < 2 or (len(seconds) < 3 and seconds[-1] < QUICK_S):
            self.beat()
            seconds.append(training.seconds(part, self.clock, 1))
        return part.flops / min(seconds[1:])

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
