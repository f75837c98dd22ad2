"""`rigdyno report`: a result as one file for a browser, a printer or a text editor."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ...records.result import Result
from ...report import report_file
from ...store.data_folder import write_whole
from ...words.language import _, spoken_language
from ...words.writer import Words, spoken
from ..exit_codes import DONE, NOTHING, UNWRITTEN, complain, refuse
from . import market

PdfWriter = Callable[[Result, Path, Words], None]
"""Writes a PDF, or raises OSError. The engine has no fonts: who has them brings it along."""
KINDS = (".html", ".md", ".pdf")


def register(add: Callable[..., argparse.ArgumentParser], pdf: PdfWriter | None) -> None:
    """Add the command to the parser."""
    one = add("report", _report, _("write a result as one file: .html, .pdf or .md"))
    one.add_argument("result", nargs="?", metavar="RESULT", help=market.result_or_latest())
    about = _("the end of its name says which format it gets")
    one.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=about)
    one.set_defaults(pdf=pdf)


def _report(options: argparse.Namespace) -> int:
    path: Path = options.output
    kind = path.suffix.lower()
    if kind not in KINDS:
        return refuse(_("-o: {path} ends in none of {kinds}").format(path=path, kinds=", ".join(KINDS)))
    try:
        result = market.named(options)
    except ValueError as error:
        return refuse(str(error))
    if result is None:
        print(f"rigdyno: {_(market.NO_RESULT)}", file=sys.stderr)
        return NOTHING
    try:
        if kind == ".pdf":
            if options.pdf is None:
                told = _("-o: a PDF needs Qt's libraries, which are not here; write .html, which prints as well")
                return refuse(told)
            options.pdf(result, path, spoken)
        else:
            html = kind == ".html"
            made = report_file.html(result, spoken, spoken_language()) if html else report_file.markdown(result, spoken)
            write_whole(path, made.encode())
    except OSError as error:
        told = _("{option}: {path} could not be written: {why}")
        complain("rigdyno: " + told.format(option="-o", path=path, why=error.strerror or error))
        return UNWRITTEN
    return DONE
