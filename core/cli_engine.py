"""`rigdyno engine`: which Pythons with torch are here, which one measures, and what is wrong with the others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from . import engines
from .exits import DONE, NOTHING, UNWRITTEN, refuse
from .look import look
from .model import Machine
from .session import SessionError
from .updates import MachineSeen, Update
from .usability import chains
from .words import english as words

OWN = "own"
"""What the engine that comes with this program is called on a command line."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("engine", _list, "the Pythons with PyTorch that can measure: list them, choose one, look at it")
    commands = one.add_subparsers(title="what to do (default: list)")
    each = commands.add_parser("list", help="every Python with PyTorch that was found here")
    each.set_defaults(run=_list)
    each = commands.add_parser("use", help="choose the one that measures from now on")
    each.add_argument("python", metavar="PATH", help=f"a Python, or the folder of an environment; or: {OWN}")
    each.set_defaults(run=_use)
    each = commands.add_parser("check", help="start the chosen one, and say whether it fits the GPUs here")
    each.set_defaults(run=_check)


def _list(_options: argparse.Namespace) -> int:
    table = Table(box=None, pad_edge=False)
    for name in ("", "engine", "Python", "PyTorch", "built for"):
        table.add_column(name, overflow="fold")
    chosen = engines.label(engines.chosen())
    troubles = []
    others = 0
    for found in engines.survey():
        if not found.torch and not found.own and found.path != chosen:
            others += 1
            continue
        built = " ".join((f"CUDA {found.cuda}" if found.cuda else "the CPU", *found.architectures))
        mark = "→" if found.path == chosen or (found.own and chosen == OWN) else ""
        name = f"{OWN} ({found.path})" if found.own else found.path
        row = (mark, name, found.python, found.torch or "none", built if found.torch else "")
        table.add_row(*map(Text, row), style="dim" if found.problem else None)
        troubles += [found.problem] if found.problem else []
    if getattr(sys, "frozen", False):
        table.add_row("→" if chosen == OWN else "", OWN, "", "in this program", "the CPU")
    console = Console()
    console.print(table)
    for trouble in troubles:
        console.print(Text(f"! {trouble}", style="yellow"))
    if others:
        console.print(Text(f"Pythons without PyTorch: {others}.", style="dim"))
    return DONE


def _use(options: argparse.Namespace) -> int:
    try:
        python = None if options.python == OWN else engines.locate(options.python)
        found = engines.ask(python) if python else None
        engines.choose(python)
    except engines.EngineError as error:
        return refuse(f"engine use: {error}")
    except OSError as error:
        print(f"rigdyno: the choice could not be stored: {error}", file=sys.stderr)
        return UNWRITTEN
    told = f"{found.path}: PyTorch {found.torch}, Python {found.python}" if found else "this program's own engine"
    print(f"From now on checks use {told}.")
    return DONE


def _check(_options: argparse.Namespace) -> int:
    seen = Machine({})

    def listen(update: Update) -> None:
        nonlocal seen
        seen = update.machine if isinstance(update, MachineSeen) else seen

    try:
        look(listen)
    except SessionError as error:
        print(f"No engine works: {error}", file=sys.stderr)
        return NOTHING
    torch = seen.torch
    if torch is None:
        return NOTHING
    console = Console()
    used = seen.readings["torch.engine"]
    if used.reason:
        console.print(Text(f"! {words.sentence('hint-engine', {'why': used.reason})}", style="yellow"))
    built = f"CUDA {torch.cuda}" if torch.cuda else "the CPU"
    console.print(Text(f"{used.value}: PyTorch {torch.version}, Python {torch.python}, built for {built}"))
    for device in torch.devices:
        state = ", ".join(device.precisions) if device.usable else f"not usable: {device.problem}"
        console.print(Text(f"  {device.id}  {device.name}: {state}"))
    for chain in chains(seen):
        said = f"! {chain.broken.sentence}" if chain.broken else f"{chain.name}: trains as {chain.device}"
        console.print(Text(said), soft_wrap=True)  # a command in it stays in one piece
    return DONE
