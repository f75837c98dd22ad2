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

from ...analysis.engine_fit import OTHER_MAKERS, EngineFit, assess_fit
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
from ...session.worker_session import SessionError, WorkerSession
from ...words.language import _
from ...words.writer import spoken as words
from ..console import PlainConsole
from ..exit_codes import DONE, NOTHING, UNWRITTEN, complain, refuse
from . import engine_install

QUICK = Rules(window_s=0.1, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=1.0, min_windows=3, budget_s=5)
SECONDS = 1.0
"""Of training in `engine check`: enough to say that it trains, not how fast the computer is."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add(
        "engine",
        _list,
        _("the PyTorch installations that can measure: list them, choose one, check it, install one for CUDA"),
    )
    one.set_defaults(json=False)
    commands = one.add_subparsers(title=_("what to do (default: list)"))
    each = commands.add_parser("list", help=_("every engine that was found here and on sticks, and whether it fits"))
    each.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    each.set_defaults(run=_list)
    each = commands.add_parser("use", help=_("choose the one that measures from now on"))
    about = _("a Python, the folder of an environment, a pack; or: {own}").format(own=OWN)
    each.add_argument("engine", metavar="PATH", help=about)
    each.set_defaults(run=_use)
    each = commands.add_parser("check", help=_("start one, train with it, and say what works and what does not"))
    about = _("as for `use` (default: the chosen one; or: {own})").format(own=OWN)
    each.add_argument("engine", metavar="PATH", nargs="?", help=about)
    each.set_defaults(run=_check)
    engine_install.register(commands.add_parser)


def _list(options: argparse.Namespace) -> int:
    chosen, machine = engine_paths.engine_label(chosen_engine.read_choice()), inspect()
    gpus, makers = machine.gpus, {adapter.vendor for adapter in machine.adapters}
    told = [(found, None if found.problem else found.fit(gpus, makers)) for found in engine_search.ask_all_engines()]
    if options.json:
        rows = [_row(found, how, _is(found, chosen)) for found, how in told]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n")
        return DONE
    table = Table(box=None, pad_edge=False)
    for name in ("", _("engine"), "Python", "PyTorch", _("built for")):
        table.add_column(name, overflow="fold")
    shown = [(found, how) for found, how in told if found.torch or found.own or _is(found, chosen)]
    for found, _fit in shown:
        built = " ".join((_built_for(found), *found.architectures))
        name = {OWN: f"{OWN} ({found.path})", PACK: _("{path} (pack)").format(path=found.path)}.get(
            found.kind, found.path
        )
        mark = "→" if _is(found, chosen) else ""
        row = (mark, name, found.python, found.torch or _("none"), built if found.torch else "")
        table.add_row(*map(Text, row), style="dim" if found.problem else None)
    console = PlainConsole()
    console.print(table)
    for found, how in shown:
        if how:
            console.print(Text(f"{'✓' if how.uses else '–'} {found.path}: {words.reason(how.reason)}"))
        elif found.problem:
            console.print(Text(f"! {words.reason(found.problem)}", style="yellow"))
    if others := len(told) - len(shown):
        console.print(Text(_("Pythons without PyTorch: {count}.").format(count=others), style="dim"))
    return DONE


def _built_for(found: Engine) -> str:
    """CUDA and its version, the build for GPUs of another maker, or the CPU."""
    build = found.torch.partition("+")[2]
    other = build if build.startswith(tuple(OTHER_MAKERS)) else ""
    return f"CUDA {found.cuda}" if found.cuda else other or _("the CPU")


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
        return refuse(f"engine use: {words.reason(error.reason)}")
    except OSError as error:
        complain("rigdyno: " + _("the choice could not be stored: {why}").format(why=error))
        return UNWRITTEN
    own = _("this program's own engine")
    told = f"{found.path}: PyTorch {found.torch}, Python {found.python}" if found else own
    print(_("From now on checks use {engine}.").format(engine=told))
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
        return refuse(f"engine check: {words.reason(error.reason)}")
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
        yield False, words.reason(error.reason)
        return
    except OSError as error:
        yield False, _("{name} cannot be started: {why}.").format(name=name, why=error.strerror)
        return
    try:
        begin = time.perf_counter()
        torch = session.start()
        ready = words.write(time.perf_counter() - begin, ".1f")
        starts = _("{name} starts: Python {version}, ready after {seconds} s.")
        yield True, starts.format(name=name, version=torch.python, seconds=ready)
        cuda = _("CUDA {version}, with code for {architectures}")
        built = cuda.format(version=torch.cuda, architectures=" ".join(torch.architectures))
        whole = _("Its PyTorch is {version}, built for {built}.")
        yield True, whole.format(version=torch.version, built=built if torch.cuda else _("the CPU"))
        yield from _trained(session, torch)
    except SessionError as error:
        yield False, _("{name} does not work: {why}").format(name=name, why=_why(error.failure))
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
            status.update(_("Reading its files: {percent} %").format(percent=words.write(100 * done / max(1, total))))

        if trouble := packs.pack_problem(pack, told, count):
            raise EngineError(trouble)
    whole = _("All {count} files ({size}) are as they were installed.")
    return whole.format(count=words.write(len(told.files)), size=words.size(total))


def _trained(session: WorkerSession, torch: Torch) -> Iterator[tuple[bool | None, str]]:
    for device in torch.devices:
        if not device.usable:
            yield None, _("{device} cannot train: {why}.").format(device=device.name, why=device.problem)
            continue
        plan = Plan(device=device.id, threads=session.engine.threads, seconds=SECONDS)
        run = session.run(Request("train", plan, QUICK), lambda _: None)
        if run.failure:
            yield False, _broken(device.name, run.failure)
            return
        found = rate(run)
        trains = _("{device} trains, in {precisions}.")
        if found:
            trains = _("{device} trains, in {precisions}, at about {rate} images/s in a short trial.")
        rate_found = words.figure(found.median) if found else ""
        yield True, trains.format(device=device.name, precisions=", ".join(device.precisions), rate=rate_found)


def _broken(device: str, failure: Failure) -> str:
    return _("{device} does not train: {why}").format(device=device, why=_why(failure))


def _why(failure: Failure) -> str:
    return words.sentence(failure.code, {"detail": failure.detail})


def _gpus(machine: Machine, torch: Torch) -> Iterator[tuple[bool | None, str]]:
    """Whether this torch can use each GPU here, and what stands against it."""
    for chain in usability_chains(replace(machine, torch=torch)):
        if chain.broken_link:
            yield None, words.reason(chain.broken_link)
        elif chain.device:
            told = assess_fit(torch.version, torch.cuda, torch.architectures, machine.gpus, torch_builds())
            is_here = _("{name} is its {device}.").format(name=chain.name, device=chain.device)
            yield True, f"{is_here} {words.reason(told.reason)}"
