"""The commands that show what is known: `inspect` this computer, `judge` a stored result again, the `schema`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from ...check.inspection import look, look_at
from ...check.updates import Listener, MachineSeen
from ...records.machine import Machine
from ...session.worker_session import SessionError
from ...store import machine_folder, result_files, result_lookup
from ...store.machine_folder import MachineFolderError
from ...words.language import _
from .. import result_output, shared_options
from ..console import PlainConsole
from ..exit_codes import DONE, NOTHING, complain, refuse
from . import market

Add = Callable[..., argparse.ArgumentParser]


def register(add: Add) -> None:
    """Add `inspect` and `judge` to the parser."""
    one = add("inspect", _inspect, _("show what is in this computer, each value with its source"))
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    about = _("look at the computer that this folder holds, as `doctor --machine` wrote it, instead of this one")
    one.add_argument("--machine", metavar="FOLDER", type=Path, help=about)
    one = add("judge", _judge, _("judge a stored result again, by the rules of this version"))
    one.add_argument("result", metavar="RESULT", help=_(result_lookup.NAMED))
    about = _("the result with its new verdict as JSON on standard output")
    one.add_argument("--json", action="store_true", help=about)
    shared_options.tips(one)
    market.want_option(one)


def register_schema(add: Add) -> None:
    """Add `schema`, the last in the list of commands."""
    add("schema", _schema, _("print the JSON schema of a result file"))


def _inspect(options: argparse.Namespace) -> int:
    try:
        machine, failure = _recorded(options.machine) if options.machine else _this_computer()
    except MachineFolderError as error:
        return refuse(str(error))
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(machine), indent=1).decode() + "\n")
    else:
        result_output.show_machine(PlainConsole(), machine)
    if failure:
        complain(_("PyTorch did not answer: {why}").format(why=failure))
    return DONE


def _this_computer() -> tuple[Machine, str]:
    """(what is in this computer, why PyTorch did not answer)."""
    seen: list[MachineSeen] = []
    listener: Listener = lambda update: seen.append(update) if isinstance(update, MachineSeen) else None  # noqa: E731
    failure = ""
    try:
        look(listener)
    except SessionError as error:
        failure = str(error)
    return seen[-1].machine, failure


def _recorded(folder: Path) -> tuple[Machine, str]:
    """The same of a recorded one. Raises MachineFolderError."""
    computer = machine_folder.read(folder)
    return look_at(computer), computer.torch.failure


def _judge(options: argparse.Namespace) -> int:
    """A stored result under today's rules: what was measured stays, the verdict is made anew."""
    try:
        result = result_lookup.find(options.result)
    except result_lookup.NotFoundError as error:
        return refuse(str(error))
    if options.json:
        sys.stdout.write(result_files.to_json(result).decode())
    else:
        console = PlainConsole()
        result_output.show_result(console, result, options.tips)
        if options.want:
            market.show_want(console, result, options.want)
        if not result.verdict:
            print(_("Too little was measured to name a scenario."), file=sys.stderr)
    return DONE if result.verdict else NOTHING


def _schema(_options: argparse.Namespace) -> int:
    sys.stdout.write(result_files.schema().decode())
    return DONE
