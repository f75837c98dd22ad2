"""One rank of a training by several: how fast 1, 2, 4, … ranks are together, and what the exchange of gradients costs.

    torchrun --nnodes 2 --nproc-per-node 4 … -m rigdyno.core.worker.distributed --json result.json
        over several computers; `rigdyno cluster` prints this line for each of them
    python -m rigdyno.core.worker.distributed --standalone --nproc-per-node 2 -m --serve
        in a check on one computer: `torchrun_launcher` starts the ranks

Ranks train with DistributedDataParallel, over NCCL between GPUs and gloo between processors; a single rank trains
without either. Rank 0 writes events like a worker, and with `--serve` reads requests like one.

For all numbers of ranks, windows with the exchange of gradients and without it (`no_sync`) are measured alternately, so
that disturbances meet all of them alike. The difference is what the exchange adds to a step; the part of it that
overlaps the backward pass adds nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import torch
import torch.distributed as dist
from torch.distributed.elastic.multiprocessing.errors import record

from ... import __version__
from ...records import child_channel, scaling_efficiency
from ...records.events import Done, Event, Failed, Hello, Phase, Progress, Scaling
from ...records.machine import Machine, Reading, Torch
from ...records.plan import CheckPlan, Plan, Request
from ...records.process_priority import raise_own
from ...records.result import FORMAT, Result, Run
from ..devices import describe_torch, first_line_of
from ..measurement import MIN_REPETITIONS, Clock
from ..request_loop import import_optimizers
from .rank_group import RankGroup, WeightsDifferError
from .world import World

ENDED_BY_OTHERS = 75
"""Exit code of a rank that ended because another one did."""
CONNECTION_ERROR = re.compile("gloo|nccl|connection|timed out", re.IGNORECASE)
"""A word of it is in the message of every error that torch raises when ranks cannot reach each other."""

Emit = Callable[[Event], None]


def scale(request: Request, world: World, emit: Emit) -> None:
    """Measure the plan's network at 1, 2, 4, … ranks; emits a `Scaling` for each. Stops: converged, time-limit.

    Every rank decides the same, by numbers on which all have agreed. Raises WeightsDifferError where ranks hold
    different weights after the warm-up.
    """
    rules, clock = request.rules, Clock()
    plan = replace(request.plan, threads=request.plan.threads or world.threads)
    emit(Phase(clock.wall(), "prepare"))
    groups = [RankGroup.create(world, count, plan, clock) for count in scaling_efficiency.rank_counts(world.size)]
    emit(Phase(clock.wall(), "warm-up"))
    settled = [group.warm_up(rules) for group in groups]
    for group in groups:
        if not group.has_equal_weights():
            raise WeightsDifferError(group.count)
    emit(Phase(clock.wall(), "measure"))
    warm = sum(group.spent for group in groups)
    stop, samples = "", 0
    while not stop:
        for group in groups:
            group.measure()
            done = plan.batch * group.steps * group.count
            samples += done
            emit(Progress(clock.wall(), samples, done / group.seconds[-1]))
        spent = sum(group.spent for group in groups)
        over = spent - warm >= plan.seconds or spent >= rules.budget_s
        if all(group.is_precise(rules) for group in groups):
            stop = "converged"
        elif over and len(groups[0].seconds) >= MIN_REPETITIONS:
            stop = "time-limit"
    for group in groups:
        times = tuple(group.seconds), tuple(group.apart)
        emit(Scaling(clock.wall(), group.count, world.host_count(group.count), group.steps, *times))
    size = groups[0].trainer.parameters if groups[0].trainer else 0
    emit(Done(clock.wall(), stop, all(settled), plan.threads, plan.precision, size))


def serve_requests(world: World, emit: Emit) -> None:
    """Take requests from rank 0's stdin, one a line, until it ends."""
    lines: queue.Queue[str] = queue.Queue()
    if world.rank == 0:
        threading.Thread(
            target=child_channel.read_lines, args=(child_channel.reserve_stdin(), lines), daemon=True
        ).start()
    while True:
        scale(child_channel.decode_request(world.broadcast(lines.get() if world.rank == 0 else "")), world, emit)


def _measure_network(plan: Plan, world: World, emit: Emit) -> Run:
    """Measure one network; the run as the parent of a worker would keep it."""
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.append(event)
        emit(event)

    request = Request("scaling", plan, scaling_efficiency.RULES)
    started = time.perf_counter()
    scale(request, world, listen)
    done = next(e for e in heard if isinstance(e, Done))
    return Run(
        task=request.task,
        plan=plan,
        rules=request.rules,
        started=started,
        ended=done.t,
        stop=done.stop,
        wait_policy=os.environ.get("OMP_WAIT_POLICY", ""),
        phases=tuple(e for e in heard if isinstance(e, Phase)),
        done=done,
        scalings=tuple(e for e in heard if isinstance(e, Scaling)),
    )


def write_result(path: Path, about: Torch, runs: list[Run]) -> None:
    """Write a result file like that of a check; with what Python and torch tell of the computer. Raises OSError."""
    readings = {
        "host.os": Reading(platform.platform(), "Python's platform"),
        "cpu.logical_cores": Reading(os.cpu_count(), "Python's os"),
    }
    result = Result(
        format=FORMAT,
        id=uuid.uuid4().hex,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        rigdyno=__version__,
        status="complete",
        machine=Machine(readings, torch=about),
        plan=CheckPlan("custom", ("scaling",), ranks=int(os.environ["WORLD_SIZE"])),
        runs=tuple(runs),
    )
    path.write_text(json.dumps(asdict(result), allow_nan=False, indent=1) + "\n", encoding="utf-8")


@record
def run_rank(options: argparse.Namespace) -> None:
    """Be one rank, started by torchrun, until everything is measured or something breaks."""
    threading.Thread(target=_end_with_torchrun, args=(os.getppid(),), daemon=True).start()
    raised = raise_own()
    begin = time.perf_counter()
    say = child_channel.event_writer(child_channel.reserve_stdout())
    emit: Emit = say if os.environ["RANK"] == "0" else lambda _: None
    import_optimizers()
    devices = options.devices.split(",") if options.devices else _default_devices()
    world = World(devices, lambda lost: _stop("rank-lost", lost, emit))
    about = describe_torch(time.perf_counter() - begin, raised)
    try:
        # The pid is torchrun's, whose children are the ranks: the parent measures and ends a process with its children.
        emit(Hello(time.perf_counter(), os.getppid(), child_channel.PROTOCOL_VERSION, about))
        if options.serve:
            serve_requests(world, emit)
        runs = [
            _measure_network(replace(plan, seconds=scaling_efficiency.SECONDS), world, emit)
            for plan in scaling_efficiency.plans(world.device.torch.type)
        ]
        if options.json and world.rank == 0:
            write_result(options.json, about, runs)
    except WeightsDifferError as error:
        _stop("ranks-differ", str(error), emit)
    except RuntimeError as error:  # some versions of torch have no type of their own for errors of gloo and NCCL
        if isinstance(error, torch.OutOfMemoryError) or not CONNECTION_ERROR.search(str(error)):
            raise
        print(f"rigdyno: {first_line_of(error)}", file=sys.stderr, flush=True)
        _stop("rank-lost", world.heartbeats.name_silent_ranks(), emit)
    dist.destroy_process_group()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not by Python's usual end, which takes things apart while the heartbeats and threads of torch still run: a rank
    # that had finished was aborted there ("terminate called without an active exception").
    os._exit(0)


def _stop(code: str, detail: str, emit: Emit) -> NoReturn:
    """End this rank because of others. At once, as threads of torch may still wait for those ranks."""
    emit(Failed(time.perf_counter(), code, detail))
    print(f"rigdyno: rank {os.environ['RANK']} stops: {code}: {detail}", file=sys.stderr, flush=True)
    os._exit(ENDED_BY_OTHERS)


def _default_devices() -> list[str]:
    """The devices of this computer's ranks: its GPUs; where it has none, the processor for each rank."""
    gpus = [f"cuda:{n}" for n in range(torch.cuda.device_count())]
    return gpus or ["cpu"] * int(os.environ["LOCAL_WORLD_SIZE"])


def _end_with_torchrun(parent: int) -> None:
    """End this rank when torchrun has ended, by watching the id of the parent. On Windows that id never changes."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(ENDED_BY_OTHERS)


def main() -> int:
    """Be a rank, with the options of the command line."""
    parser = argparse.ArgumentParser(prog="rigdyno.core.worker.distributed")
    parser.add_argument("--devices", help="one for each rank of this computer, such as cuda:0,cuda:1")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--json", type=Path)
    run_rank(parser.parse_args())
    return 0
