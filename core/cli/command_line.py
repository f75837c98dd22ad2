"""The terminal front end: the same check as the window's, for servers and scripts.

Exit codes: 0 done (a check: with a verdict); 2 bad arguments; 3 cancelled, what was measured is kept as a partial
result; 4 nothing could be measured, or too little to judge; 5 measured, but what came of it could not be written.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .. import __version__
from ..store.data_folder import NoDataFolderError
from ..words import language
from ..words.language import _
from . import argparse_messages
from .commands import calibrate, doctor, engine, history, job, market, measure, report, scaling, show
from .commands.absent_machines import plan, simulate
from .commands.report import PdfWriter
from .exit_codes import BAD_ARGUMENTS, CANCELLED, DONE, NOTHING, UNWRITTEN, refuse
from .safe_output import Outlet

__all__ = ["BAD_ARGUMENTS", "CANCELLED", "DONE", "NOTHING", "UNWRITTEN", "main"]
LANGUAGE = "--language"


def main(arguments: list[str] | None = None, pdf: PdfWriter | None = None) -> int:
    """Run one command; returns the exit code. `pdf` writes reports as PDF, where somebody can."""
    _ensure_home()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that lacks a sign shows another; it never stops a check
            stream.reconfigure(errors="replace")
    asked, others = _language(sys.argv[1:] if arguments is None else arguments)
    language.speak(asked if asked in language.codes() else language.wanted())
    argparse_messages.translate()
    if asked and asked not in language.codes():
        allowed = ", ".join(language.codes())
        told = _("{option}: {value} is not allowed; allowed is one of {choices}")
        return refuse(told.format(option=LANGUAGE, value=asked, choices=allowed))
    parser = _parser(pdf)
    options = parser.parse_args(others)
    if options.run is None:
        parser.print_help()
        return BAD_ARGUMENTS
    try:
        with Outlet.instead_of_stdout(alone=getattr(options, "json", None) is True) as outlet:
            code: int = options.run(options)
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
        return CANCELLED
    except NoDataFolderError as error:
        print(f"rigdyno: {error}", file=sys.stderr)
        return NOTHING
    if outlet.trouble:
        told = _("standard output could not be written: {why}").format(why=outlet.trouble)
        print(f"rigdyno: {told}", file=sys.stderr)
        return code or UNWRITTEN
    return code


def _ensure_home() -> None:
    """Give a user whom the system does not know, as in containers with an arbitrary user id, a home: /, as
    most container runtimes do.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.sep


def _language(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The language that `--language` names, and all other arguments; it may stand before or behind the command.

    It is looked for before the whole parser is made, which is given every text in the language.
    """
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    first.add_argument(LANGUAGE, default="")
    try:
        found, others = first.parse_known_args(arguments)
    except argparse.ArgumentError:  # no language behind it; the whole parser says so
        return "", list(arguments)
    return found.language, others


def _parser(pdf: PdfWriter | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rigdyno",
        description=_("Puts this computer on the dyno for deep learning. Without a command, the window opens."),
        epilog=_(
            "Exit codes: 0 done; 2 bad arguments; 3 cancelled, a partial result is kept; 4 too little measured; "
            "5 measured, but not written where you asked."
        ),
        allow_abbrev=False,  # `_language` knows its option by the whole name
    )
    about = _("show program's version number and exit")
    parser.add_argument("--version", action="version", version=f"rigdyno {__version__}", help=about)
    about = _("speak this language: {codes} (default: that of the system)").format(codes=", ".join(language.codes()))
    parser.add_argument(LANGUAGE, metavar="CODE", help=about)
    parser.set_defaults(run=None)
    add = _adder(parser.add_subparsers(title=_("commands")))
    measure.register(add)
    job.register(add)
    calibrate.register(add)
    show.register(add)
    measure.register_gpu(add)
    market.register(add)
    plan.register(add)
    simulate.register(add)
    engine.register(add)
    scaling.register(add, measure.conduct)
    history.register(add)
    report.register(add, pdf)
    doctor.register(add)
    show.register_schema(add)
    return parser


def _adder(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]:
    def add(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    return add
