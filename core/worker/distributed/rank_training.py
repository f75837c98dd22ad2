"""Training by several ranks together: how fast 1, 2, 4, … of them are, and what the exchange of gradients costs.

    torchrun --nnodes 2 --nproc-per-node 4 … -m rigdyno.core.worker.distributed --json result.json
        over several computers; `rigdyno cluster` prints this line for each of them
    python -m rigdyno.core.worker.distributed --standalone --nproc-per-node 2 -m --serve
        in a check on one computer

torch.distributed is the engine: DistributedDataParallel over NCCL between GPUs and gloo between processors; a single
rank trains without either. Rank 0 writes events as a worker does, and with `--serve` takes requests as one. The second
form is torchrun too; it adds that the failure of a rank becomes a `Failed` that names it.

Windows with the exchange of gradients and without it (`no_sync`), of all numbers of ranks, are measured in turn, so
that what the machine does otherwise meets all of them alike. The difference is what the exchange adds to a step: what
is hidden behind the backward pass is not in it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import re
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import torch
import torch.distributed as dist
from torch.distributed import run as torchrun
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure, record

from ... import __version__
from ...records import child_channel, scaling_efficiency
from ...records.child_channel import be_first_out_of_memory_victim
from ...records.events import Done, Event, Failed, Hello, Phase, Progress, Scaling
from ...records.machine import Machine, Reading, Torch
from ...records.plan import CheckPlan, Plan, Request
from ...records.result import FORMAT, Result, Run
from .. import serve_requests
from ..devices import describe, first_line
from ..measurement import LEAST, Clock
from .rank_team import Crew, Team, UnequalError

ALONE = 75
"""Exit code of a rank that ended because another did."""
BROKEN = re.compile("gloo|nccl|connection|timed out", re.IGNORECASE)
"""In what torch says when ranks cannot reach each other."""

Emit = Callable[[Event], None]


def scale(request: Request, team: Team, emit: Emit) -> None:
    """Measure the plan's network at 1, 2, 4, … ranks; emits a `Scaling` for each. Stops: converged, time-limit.

    Every rank decides the same way, as it decides by numbers that all have agreed on. Raises UnequalError where
    ranks end up with other weights.
    """
    rules, clock = request.rules, Clock()
    plan = replace(request.plan, threads=request.plan.threads or team.threads)
    emit(Phase(clock.wall(), "prepare"))
    crews = [Crew.gathered(team, count, plan, clock) for count in scaling_efficiency.rank_counts(team.size)]
    emit(Phase(clock.wall(), "warm-up"))
    settled = [crew.warm_up(rules) for crew in crews]
    for crew in crews:
        if not crew.agrees():
            raise UnequalError(crew.count)
    emit(Phase(clock.wall(), "measure"))
    warm = sum(crew.spent for crew in crews)
    stop, samples = "", 0
    while not stop:
        for crew in crews:
            crew.measure()
            done = plan.batch * crew.steps * crew.count
            samples += done
            emit(Progress(clock.wall(), samples, done / crew.seconds[-1]))
        spent = sum(crew.spent for crew in crews)
        over = spent - warm >= plan.seconds or spent >= rules.budget_s
        if all(crew.narrow(rules) for crew in crews):
            stop = "converged"
        elif over and len(crews[0].seconds) >= LEAST:
            stop = "time-limit"
    for crew in crews:
        times = tuple(crew.seconds), tuple(crew.apart)
        emit(Scaling(clock.wall(), crew.count, team.hosts(crew.count), crew.steps, *times))
    size = crews[0].trainer.parameters if crews[0].trainer else 0
    emit(Done(clock.wall(), stop, all(settled), plan.threads, plan.precision, size))


def serve(team: Team, emit: Emit) -> None:
    """Take requests from rank 0's stdin, one a line, until it ends."""
    lines: queue.Queue[str] = queue.Queue()
    if team.rank == 0:
        threading.Thread(
            target=child_channel.read_lines, args=(child_channel.reserve_stdin(), lines), daemon=True
        ).start()
    while True:
        scale(child_channel.decode_request(team.told(lines.get() if team.rank == 0 else "")), team, emit)


def _whole(plan: Plan, team: Team, emit: Emit) -> Run:
    """One network from the start to the end, as a parent would keep it."""
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.append(event)
        emit(event)

    request = Request("scaling", plan, scaling_efficiency.RULES)
    started = time.perf_counter()
    scale(request, team, listen)
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


def write(path: Path, about: Torch, runs: list[Run]) -> None:
    """A result file like a check's; of the computer it knows what Python and torch tell. Raises OSError."""
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
def rank(options: argparse.Namespace) -> None:
    """Be one rank, as torchrun has started it, until everything is measured or something breaks."""
    threading.Thread(target=_end_with_torchrun, args=(os.getppid(),), daemon=True).start()
    begin = time.perf_counter()
    say = child_channel.event_writer(child_channel.reserve_stdout())
    emit: Emit = say if os.environ["RANK"] == "0" else lambda _: None
    serve_requests.warm_imports()
    devices = options.devices.split(",") if options.devices else _all()
    team = Team(devices, lambda who: _stop("rank-lost", who, emit))
    about = describe(time.perf_counter() - begin)
    try:
        # torchrun's: whoever looks at that process and its children from afar sees all ranks.
        emit(Hello(time.perf_counter(), os.getppid(), child_channel.PROTOCOL_VERSION, about))
        if options.serve:
            serve(team, emit)
        runs = [
            _whole(replace(plan, seconds=scaling_efficiency.SECONDS), team, emit)
            for plan in scaling_efficiency.plans(team.kind)
        ]
        if options.json and team.rank == 0:
            write(options.json, about, runs)
    except UnequalError as error:
        _stop("ranks-differ", str(error), emit)
    except RuntimeError as error:  # what gloo and NCCL raise has no type of its own in every version
        if isinstance(error, torch.OutOfMemoryError) or not BROKEN.search(str(error)):
            raise
        print(f"rigdyno: {first_line(error)}", file=sys.stderr, flush=True)
        _stop("rank-lost", team.roll.missing(), emit)
    dist.destroy_process_group()


def _stop(code: str, detail: str, emit: Emit) -> NoReturn:
    """End this rank for a reason that is not its own; torch's threads may wait for the others, so at once."""
    emit(Failed(time.perf_counter(), code, detail))
    print(f"rigdyno: rank {os.environ['RANK']} stops: {code}: {detail}", file=sys.stderr, flush=True)
    os._exit(ALONE)


def launch(arguments: list[str]) -> int:
    """torchrun, and a `Failed` on stdout where a rank failed."""
    be_first_out_of_memory_victim()  # the ranks inherit it
    module = arguments.index("-m")
    os.environ["PYTHONSAFEPATH"] = "1"  # as the worker's -P: what lies in the current folder is no module of ours
    place = str(Path(__file__).parents[2])
    if sys.path[0] == place:  # laid out for a Python that lacks this program: its ranks have to find it too
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))
    options = torchrun.parse_args(
        [*arguments[:module], "-m", "rigdyno.core.worker.distributed", *arguments[module + 1 :]]
    )
    try:
        torchrun.run(options)
    except ChildFailedError as error:
        number, failure = min(error.failures.items(), key=_guilt)
        said = Failed(time.perf_counter(), *_cause(number, failure))
        print(json.dumps({"event": "Failed", "data": asdict(said)}), flush=True)
        return 1
    return 0


def _guilt(found: tuple[int, ProcessFailure]) -> tuple[int, int]:
    """Orders failures: whoever was left alone, or told to end, is not the cause."""
    number, failure = found
    return {ALONE: 2, -signal.SIGTERM: 1}.get(failure.exitcode, 0), number


def _cause(number: int, failure: ProcessFailure) -> tuple[str, str]:
    """The code of the failure of a rank, and its detail."""
    if failure.exitcode < 0:
        return "rank-lost", f"rank {number} was ended by {failure.signal_name()}"
    text: Any = failure.message  # what `record` wrote, or torchrun's advice to use it
    said = str(text["message"] if isinstance(text, dict) else text).splitlines()[0]
    memory = "OutOfMemory" in said or "can't allocate memory" in said
    return "out-of-memory" if memory else "rank-lost", f"rank {number}: {said} (exit code {failure.exitcode})"


def _all() -> list[str]:
    """A device for each rank of this computer: its GPUs, or the processor for all where it has none."""
    gpus = [f"cuda:{n}" for n in range(torch.cuda.device_count())]
    return gpus or ["cpu"] * int(os.environ["LOCAL_WORLD_SIZE"])


def _end_with_torchrun(parent: int) -> None:
    """End this rank when torchrun is gone, which could not tell it: nobody else would. Windows keeps the number."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(ALONE)


def main() -> int:
    """A rank where torchrun has started this, else torchrun itself."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return launch(sys.argv[1:])
    parser = argparse.ArgumentParser(prog="rigdyno.core.worker.distributed")
    parser.add_argument("--devices", help="one for each rank of this computer, such as cuda:0,cuda:1")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--json", type=Path)
    rank(parser.parse_args())
    return 0
