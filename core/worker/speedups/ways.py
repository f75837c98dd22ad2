"""The ways: torch.compile, CUDA graphs, threads tied to cores, and training on one NUMA node, each in a duet."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

import torch

from ...records.experiment_events.acceleration import Acceleration, Obstacle, Way
from ...records.plan import Plan, Rules
from ..devices import Device, first_line_of
from ..duet import Player, compare
from ..measurement import Clock
from ..trainer import Trainer
from .child import Tell
from .thread_places import all_threads, cores, nodes, on_places, threads_at_work

COMPILERS = ("g++", "clang++", "cl")
"""C++ compilers that torch.compile uses for processors, if the variable CXX does not name another one."""
FIRST_STEPS = 2
"""Of a changed network: both passes are compiled in the first, and what turns out to differ later in the second."""
WARM_WINDOWS = 4


def try_all(plan: Plan, rules: Rules, tell: Tell) -> None:
    """Every way that makes sense on the plan's device, the one that may take longest at last."""
    device, shuffle = Device(plan.device), Random(plan.seed)
    plain = Player(Trainer(plan, device), rules)
    for _ in range(WARM_WINDOWS):
        plain.window()
    ways: dict[Way, Callable[[Plan, Player, Random], Acceleration | None]] = {}
    if device.synchronous:
        ways |= {"cores": _on_cores, "numa": _on_one_node}
    if device.torch.type == "cuda":
        ways["cuda-graphs"] = partial(_changed, "cuda-graphs", _graphed)
    ways["compile"] = _compiled
    for way, attempt in ways.items():
        tell(way)
        begin = Clock().wall()
        try:
            found = attempt(plan, plain, shuffle)
        except Exception as error:  # whatever a compiler, a driver or a library of another version may raise
            found = Acceleration(begin, way, obstacle="broke", detail=first_line_of(error))
        if found:
            tell(found)


def _compiled(plan: Plan, plain: Player, shuffle: Random) -> Acceleration:
    device = plain.trainer.device
    if device.synchronous:
        found = any(map(shutil.which, filter(None, (os.environ.get("CXX"), *COMPILERS))))
        obstacle: Obstacle = "" if found else "no-compiler"
    else:
        obstacle = "" if importlib.util.find_spec("triton") else "no-triton"
    if obstacle:
        return Acceleration(Clock().wall(), "compile", obstacle=obstacle)

    def compiled(trainer: Trainer) -> None:
        trainer.network = torch.compile(trainer.network)  # type: ignore[assignment]

    return _changed("compile", compiled, plan, plain, shuffle)


def _graphed(trainer: Trainer) -> None:
    """Forward and backward pass as recorded graphs, which the processor starts at once; the update stays as it is."""
    images = trainer.data.images[: trainer.plan.batch]
    torch.set_autocast_cache_enabled(False)  # else a recorded pass would read weights that were cast before it
    with trainer.device.autocast(trainer.plan.precision):
        trainer.network = torch.cuda.make_graphed_callables(trainer.network, (images,))  # type: ignore[assignment]


def _changed(way: Way, change: Callable[[Trainer], None], plan: Plan, plain: Player, shuffle: Random) -> Acceleration:
    """A new network, changed in this way, in a duet with the plain one."""
    device, clock = plain.trainer.device, Clock()
    trainer = Trainer(plan, device)
    begin = clock.wall()
    change(trainer)
    player = Player(trainer, Rules())
    for _ in range(FIRST_STEPS):
        player.step()()
    start_s = max(0.0, clock.wall() - begin - FIRST_STEPS * plan.batch / plain.rate)
    player.window()
    if not player.learns_as(plain):
        return Acceleration(clock.wall(), way, start_s=start_s, obstacle="differs")
    duet = compare(player.window, plain.window, shuffle)
    return Acceleration(clock.wall(), way, duet.challenger, duet.champion, start_s)


def _on_cores(plan: Plan, plain: Player, shuffle: Random) -> Acceleration:
    """The plain network with each of its threads on a core of its own, as by OMP_PROC_BIND."""
    places = cores()
    threads = threads_at_work(plan.threads, lambda: [plain.window() for _ in range(WARM_WINDOWS)])
    if not places or not threads:
        return Acceleration(Clock().wall(), "cores", obstacle="no-affinity")
    tied = {thread: {places[n % len(places)]} for n, thread in enumerate(threads)}

    def window() -> float:
        with on_places(tied):
            return plain.window()

    duet = compare(window, plain.window, shuffle)
    return Acceleration(Clock().wall(), "cores", duet.challenger, duet.champion)


def _on_one_node(plan: Plan, plain: Player, shuffle: Random) -> Acceleration | None:
    """A network with its threads and its memory on the first NUMA node; None where there are not several nodes."""
    places = nodes()
    if len(places) < 2:
        return None
    fewer = replace(plan, threads=min(plan.threads, len(places[0])))
    with on_places(dict.fromkeys(all_threads(), places[0])):  # memory belongs to the node that first writes to it
        player = Player(Trainer(fewer, plain.trainer.device), Rules())
        player.window()

    def window() -> float:
        with on_places(dict.fromkeys(all_threads(), places[0])):
            return player.window()

    duet = compare(window, plain.window, shuffle)
    return Acceleration(Clock().wall(), "numa", duet.challenger, duet.champion)
