"""workload: a job's own training steps, of the whole network or of a few of its blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from ...records.events import Done, Event, Phase, Timing
from ...records.plan import Request
from ...records.workload import Workload
from ..devices import Device
from ..measurement import Clock, ThroughputMeter, time_repeatedly
from ..memory_counting.count import count_memory
from ..operation_count import count_workload
from ..partial_training import PartialTraining, largest_size, measure_parts, smaller
from ..workload_trainer import WorkloadTrainer
from ..workloads import blueprint_of

SHALLOW, DEEP = 2, 4
"""Blocks of the two depths: from 2 and 4 of 16 blocks, a step of a 1 B language model was told within 1.3 %."""
ROUNDS = 3
"""Rounds of all parts that are done at least."""
WHOLE_STEPS = 6
"""The whole network is measured only if there is time for so many of its steps."""
MOST_BYTES = 4 * 10**9
"""What measuring may take on a processor: the answer shall not need room for the network itself."""
ROOM_SHARE = 0.9
"""The share of an accelerator's free memory that measuring may take."""
UPDATE_S = 0.5
"""Seconds for timing the update of the weights alone, where it comes after several batches."""
PROBE_TOKENS, PROBE_BATCH = 128, 2
"""Size of the first step, whose rate tells which sizes there is time for."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train the plan's workload for a few windows; where the whole network has no room or no time, train parts of it.

    Parts have `SHALLOW` and `DEEP` blocks, or smaller batches and sequences; `analysis/depth_extrapolation.py` goes on
    from them to the whole. Emits the `Work` of a whole step, then windows or `DepthTiming`s. Stops: converged,
    time-limit.
    """
    plan, clock = request.plan, Clock()
    workload, device = plan.workload, Device(plan.device)
    if workload is None:
        raise ValueError("a workload is needed")
    job = _Measurement(request, workload, device, clock, clock.wall() + request.rules.budget_s, emit)
    emit(Phase(clock.wall(), "prepare"))
    torch.set_num_threads(plan.threads)
    device.set_precision(workload.precision)
    emit(Done(clock.wall(), job.measure(), None, plan.threads, workload.precision, job.parameters))


@dataclass
class _Measurement:
    request: Request
    workload: Workload
    device: Device
    clock: Clock
    over: float
    emit: Callable[[Event], None]
    parameters: int = 0

    def measure(self) -> str:
        """Choose what there is room and time for, and measure it; why it stopped."""
        work = count_workload(self.workload)
        if work:
            self.emit(work)
        blocks = blueprint_of(self.workload).blocks(self.workload)
        part = replace(self.workload, blocks=min(blocks, DEEP), accumulation=1)
        if work is None:  # a network of the user's that cannot be counted, or a whole step: it is tried as it is
            return self._windows()
        training = PartialTraining(self._smallest_that_fits(part), self.device, self.request.plan.seed)
        rate = self._probe(training, part)

        def steps_left(flops: float) -> float:
            return (self.over - self.clock.wall()) * rate / flops

        # Rounds and warm-up: the deep part, the shallow one of about half, and half of both where sizes are smaller.
        size = largest_size(part, self._fits, lambda flops: steps_left(1.75 * flops) >= ROUNDS + 2)
        if size == part and steps_left(work.flops) >= WHOLE_STEPS and (blocks <= DEEP or self._fits(self.workload)):
            del training
            return self._windows()
        sizes = [size] if size == part else [size, smaller(size) or size]
        depths = [SHALLOW, DEEP] if blocks > DEEP else [max(1, blocks)]
        parts = [training.part(d, s) for s in dict.fromkeys(sizes) for d in depths]
        self.emit(Phase(self.clock.wall(), "measure"))
        for timing in measure_parts(training, parts, max(1, blocks), self.clock, self.over, ROUNDS):
            self.emit(timing)
        return "time-limit"

    def _smallest_that_fits(self, part: Workload) -> Workload:
        """The size of the first step: its rate tells which sizes there is time for."""
        batch = 1 if part.sequence else min(part.batch, PROBE_BATCH)
        return replace(part, batch=batch, sequence=min(part.sequence, PROBE_TOKENS))

    def _probe(self, training: PartialTraining, part: Workload) -> float:
        """Operations a second of the first small steps."""
        item = training.part(part.blocks or 1, self._smallest_that_fits(part))
        self.emit(Phase(self.clock.wall(), "warm-up"))
        training.seconds(item, self.clock, 1)
        return item.flops / min(training.seconds(item, self.clock, 1) for _ in range(2))

    def _fits(self, workload: Workload) -> bool:
        """Whether a step of it fits what measuring may take; a network that cannot be counted is tried."""
        free, _ = self.device.memory()
        allowed = self.request.memory
        room = min(MOST_BYTES, allowed or MOST_BYTES) if self.device.synchronous else ROOM_SHARE * (free or 0)
        try:
            return not room or count_memory(workload, self.device.torch.type).peak <= room
        except (RuntimeError, NotImplementedError, TypeError, ValueError):
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
        return stop
