"""`rigdyno engine`: which engines are here and whether they fit, which one measures, what is wrong with one."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...analysis.engine_fit import EngineFit, assess_fit
from ...analysis.gpu_usability import usability_chains
from ...check.schedule import threads
from ...engines import chosen_engine, engine_paths, engine_search, engine_start, packs
from ...engines.engine_search import OWN, PACK, Engine
from ...engines.packs import EngineError
from ...probes.inspect_machine import inspect
from ...records.events import Failure
from ...records.machine import Machine, Torch
from ...records.plan import Plan, Request, Rules
from ...records.window_statistics import rate
from ...reference.hardware_tables import torch_builds
from ...session.worker_command import WorkerCommand
from ...session.worker_session import WorkerSession, SessionError
from ...words.writer import english as words
from ..console import PlainConsole
from ..exit_codes import DONE, NOTHING, UNWRITTEN, complain, refuse
from . import engine_install

QUICK = Rules(window_s=0.1, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=1.0, min_windows=3, budget_s=5)
SECONDS = 1.0
"""Of training in `engine check`: enough to say that it trains, not how fast the computer is."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("engine", _list, "the PyTorchs that can measure: list them, choose one, look at it, install one for CUDA")
    one.set_defaults(json=False)
    commands = one.add_subparsers(title="what to do (default: list)")
    each = commands.add_parser("list", help="every engine that was found here and on sticks, and whether it fits")
    each.add_argument("--json", action="store_true", help="as JSON on standard output")
    each.set_defaults(run=_list)
    each = commands.add_parser("use", help="choose the one that measures from now on")
    each.add_argument("engine", metavar="PATH", help=f"a Python, the folder of an environment, a pack; or: {OWN}")
    each.set_defaults(run=_use)
    each = commands.add_parser("check", help="start one, train with it, and say what holds and what breaks")
    each.add_argument("engine", metavar="PATH", nargs="?", help=f"as for use (default: the one that is chosen; {OWN})")
    each.set_defaults(run=_check)
    engine_install.register(commands.add_parser)


def _list(options: argparse.Namespace) -> int:
    chosen, gpus = engine_paths.engine_label(chosen_engine.read_choice()), inspect().gpus
    told = [(found, None if found.problem else found.fit(gpus)) for found in engine_search.ask_all_engines()]
    if options.json:
        rows = [_row(found, how, _is(found, chosen)) for found, how in told]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n")
        return DONE
    table = Table(box=None, pad_edge=False)
    for name in ("", "engine", "Python", "PyTorch", "built for"):
        table.add_column(name, overflow="fold")
    shown = [(found, how) for found, how in told if found.torch or found.own or _is(found, chosen)]
    for found, _ in shown:
        built = " ".join((f"CUDA {found.cuda}" if found.cuda else "the CPU", *found.architectures))
        name = {OWN: f"{OWN} ({found.path})", PACK: f"{found.path} (pack)"}.get(found.kind, found.path)
        mark = "→" if _is(found, chosen) else ""
        row = (mark, name, found.python, found.torch or "none", built if found.torch else "")
        table.add_row(*map(Text, row), style="dim" if found.problem else None)
    console = PlainConsole()
    console.print(table)
    for found, how in shown:
        if how:
            console.print(Text(f"{'✓' if how.uses else '–'} {found.path}: {how.reason.sentence}"))
        elif found.problem:
            console.print(Text(f"! {found.problem.sentence}", style="yellow"))
    if others := len(told) - len(shown):
        console.print(Text(f"Pythons without PyTorch: {others}.", style="dim"))
    return DONE


def _is(found: Engine, chosen: str) -> bool:
    return found.path == chosen or (found.own and chosen == OWN)


def _row(found: Engine, how: EngineFit | None, chosen: bool) -> dict[str, object]:
    """One engine for machines: what it is, and `fits` with the sentence why."""
    why = found.problem or (how.reason if how else None)
    row = {name: getattr(found, name) for name in ("place", "kind", "python", "torch", "cuda", "architectures")}
    fits = None if how is None else how.uses
    return row | {"chosen": chosen, "works": found.problem is None, "fits": fits, "why": why}


def _use(options: argparse.Namespace) -> int:
    try:
        engine = None if options.engine == OWN else engine_paths.resolve_engine_path(options.engine)
        found = engine_search.ask_engine(engine) if engine else None
        chosen_engine.write_choice(engine)
    except EngineError as error:
        return refuse(f"engine use: {error}")
    except OSError as error:
        complain(f"rigdyno: the choice could not be stored: {error}")
        return UNWRITTEN
    told = f"{found.path}: PyTorch {found.torch}, Python {found.python}" if found else "this program's own engine"
    print(f"From now on checks use {told}.")
    return DONE


def _check(options: argparse.Namespace) -> int:
    """One line for each thing that holds or breaks; what breaks the engine ends it."""
    console = PlainConsole()
    try:
        if options.engine is None:
            engine = chosen_engine.read_choice()
        else:
            engine = None if options.engine == OWN else engine_paths.resolve_engine_path(options.engine)
    except EngineError as error:
        return refuse(f"engine check: {error}")
    good = True
    for holds, sentence in _findings(engine, console):
        sign, style = {True: ("✓", None), False: ("✗", "red"), None: ("!", "yellow")}[holds]
        said = Text(f"{sign} {sentence}", style=style or "")
        console.print(said, soft_wrap=True)  # a command in it stays in one piece
        good = good and holds is not False
    return DONE if good else NOTHING


def _findings(engine: Path | None, console: Console) -> Iterator[tuple[bool | None, str]]:
    """What holds (True), what breaks it (False), and what only a GPU lacks (None)."""
    name = engine_paths.engine_label(engine)
    machine = inspect()
    try:
        if engine and engine.is_dir():
            yield True, _whole(engine, console)
        session = WorkerSession(
            engine_start.launch_settings(WorkerCommand(threads=threads(Plan(), machine)), engine), time.perf_counter
        )
    except EngineError as error:
        yield False, str(error)
        return
    except OSError as error:
        yield False, f"{name} cannot be started: {error.strerror}."
        return
    try:
        begin = time.perf_counter()
        torch = session.start()
        yield True, f"{name} starts: Python {torch.python}, ready after {time.perf_counter() - begin:.1f} s."
        built = f"CUDA {torch.cuda}, with code for {' '.join(torch.architectures)}" if torch.cuda else "the CPU"
        yield True, f"Its PyTorch is {torch.version}, built for {built}."
        yield from _trained(session, torch)
    except SessionError as error:
        yield False, f"{name} does not work: {words.sentence(error.failure.code, {'detail': error.failure.detail})}"
        return
    finally:
        session.close()
    yield from _gpus(machine, torch)


def _whole(pack: Path, console: Console) -> str:
    """Read all of a pack. Raises EngineError."""
    told = packs.read_manifest(pack)
    total, done = sum(file.size for file in told.files), 0
    with console.status("") as status:

        def count(size: int) -> None:
            nonlocal done
            done += size
            status.update(f"Reading its files: {done / max(1, total):.0%}")

        if trouble := packs.pack_problem(pack, told, count):
            raise EngineError(trouble)
    return f"Its {len(told.files):,} files ({words.size(total)}) are as they were installed."


def _trained(session: WorkerSession, torch: Torch) -> Iterator[tuple[bool | None, str]]:
    for device in torch.devices:
        if not device.usable:
            yield None, f"{device.name} cannot train: {device.problem}."
            continue
        plan = Plan(device=device.id, threads=session.engine.threads, seconds=SECONDS)
        run = session.run(Request("train", plan, QUICK), lambda _: None)
        if run.failure:
            yield False, _broken(device.name, run.failure)
            return
        found = rate(run)
        speed = f", at some {words.figure(found.median)} images/s in a moment's trial" if found else ""
        yield True, f"{device.name} trains, in {', '.join(device.precisions)}{speed}."


def _broken(device: str, failure: Failure) -> str:
    return f"{device} does not train: {words.sentence(failure.code, {'detail': failure.detail})}"


def _gpus(machine: Machine, torch: Torch) -> Iterator[tuple[bool | None, str]]:
    """Whether this torch can use each GPU here, and what stands against it."""
    for chain in usability_chains(replace(machine, torch=torch)):
        if chain.broken_link:
            yield None, chain.broken_link.sentence
        elif chain.device:
            told = assess_fit(torch.version, torch.cuda, torch.architectures, machine.gpus, torch_builds())
            yield True, f"{chain.name} is its {chain.device}. {told.reason.sentence}"
