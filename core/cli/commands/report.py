"""`rigdyno report`: a result as one file for a browser, a printer or a text editor."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ...records.result import Result
from ...report import report_file
from ...store import result_lookup
from ...store.data_folder import write_whole
from ...words.writer import Words, english
from ..exit_codes import DONE, NOTHING, UNWRITTEN, complain, refuse
from . import market

PdfWriter = Callable[[Result, Path, Words], None]
"""Writes a PDF, or raises OSError. The engine has no fonts: who has them brings it along."""
KINDS = (".html", ".md", ".pdf")


def register(add: Callable[..., argparse.ArgumentParser], pdf: PdfWriter | None) -> None:
    """Add the command to the parser."""
    one = add("report", _report, "write a result as one file: .html, .pdf or .md")
    about = f"{result_lookup.NAMED} (default: the latest stored check)"
    one.add_argument("result", nargs="?", metavar="RESULT", help=about)
    one.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="its name says what it becomes")
    one.set_defaults(pdf=pdf)


def _report(options: argparse.Namespace) -> int:
    path: Path = options.output
    kind = path.suffix.lower()
    if kind not in KINDS:
        return refuse(f"-o: {path} ends in none of {', '.join(KINDS)}")
    try:
        result = market.named(options)
    except ValueError as error:
        return refuse(str(error))
    if result is None:
        print(f"rigdyno: {market.NO_RESULT}", file=sys.stderr)
        return NOTHING
    try:
        if kind == ".pdf":
            if options.pdf is None:
                return refuse("-o: a PDF needs Qt's libraries, which are not here; write .html, which prints as well")
            options.pdf(result, path, english)
        else:
            made = report_file.html(result, english) if kind == ".html" else report_file.markdown(result, english)
            write_whole(path, made.encode())
    except OSError as error:
        complain(f"rigdyno: -o: {path} could not be written: {error.strerror or error}")
        return UNWRITTEN
    return DONE
