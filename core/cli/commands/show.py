"""The commands that show what is known: `inspect` this computer, `judge` a stored result again, the `schema`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import msgspec

from ...check.inspection import look
from ...check.updates import Listener, MachineSeen
from ...session.worker_session import SessionError
from ...store import result_files, result_lookup
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
    console = PlainConsole()
    seen: list[MachineSeen] = []
    listener: Listener = lambda update: seen.append(update) if isinstance(update, MachineSeen) else None  # noqa: E731
    failure = ""
    try:
        look(listener)
    except SessionError as error:
        failure = _("PyTorch did not answer: {why}").format(why=error)
    machine = seen[-1].machine
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(machine), indent=1).decode() + "\n")
    else:
        result_output.show_machine(console, machine)
    if failure:
        complain(failure)
    return DONE


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
