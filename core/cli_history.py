"""The commands on what was measured before: `history` lists it, `compare` sets results side by side."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from . import results, scenarios
from .compare import Difference, Figure, Row, rows, unfair
from .compare_phrases import NOISE
from .exits import BAD_ARGUMENTS, DONE, refuse
from .history import History, label_of
from .model import Result
from .paths import data_folder
from .terminal_tables import plain
from .words import english as words


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands to the parser."""
    one = add("history", _history, "list what this computer has stored")
    one.add_argument("--json", action="store_true", help="as JSON on standard output")
    one = add("compare", _compare, "set two or more results side by side")
    one.add_argument(
        "results",
        nargs="+",
        metavar="RESULT",
        help="a file that --json wrote, or the beginning of an id in the history",
    )


def _history(options: argparse.Namespace) -> int:
    try:
        entries = History(data_folder()).entries()
    except (OSError, sqlite3.Error) as error:
        return refuse(f"the stored results cannot be read: {error}")
    if options.json:
        listed = [asdict(entry) for entry in entries]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(listed), indent=1).decode() + "\n")
        return DONE
    if not entries:
        print("Nothing is stored yet; run `rigdyno check`.")
        return DONE
    table = plain("")
    for column in ("id", "when", "name", "computer"):
        table.add_column(column, overflow="fold")
    for column in ("scenario", "trust", "images/s"):
        table.add_column(column, justify="right")
    table.add_column("note", overflow="fold")
    for e in entries:
        rate = f"{e.rate:,.0f}" if e.rate else "–"
        figures = (str(e.scenario or "–"), e.trust or "–", rate)
        cells = (e.id[:8], e.created[:16], e.name, e.computer, *figures, e.note)
        table.add_row(*map(Text, cells), style="dim" if e.status != "complete" else None)
    Console().print(table)
    return DONE


def _compare(options: argparse.Namespace) -> int:
    if len(options.results) < 2:
        return refuse("compare: name two or more results")
    found: list[Result] = []
    for named in options.results:
        try:
            found.append(_named(named))
        except (OSError, ValueError, sqlite3.Error) as error:
            print(f"rigdyno: {named}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
            return BAD_ARGUMENTS
    names = [f"{number}) {label_of(result)}" for number, result in enumerate(found, 1)]
    console = Console()
    table = plain("")
    table.add_column("", overflow="fold")
    for name, result in zip(names, found, strict=True):
        table.add_column(Text(f"{name}\n{result.created[:10]}"), justify="right", overflow="fold")
    for row in rows(found):
        table.add_row(Text(words.row(row.code, row.numbers)), *(Text(cell) for cell in _cells(row)))
    console.print(table)
    for doubt in unfair(found, names):
        console.print(Text(f"! {doubt.sentence}", style="yellow"))
    return DONE


def _named(name: str) -> Result:
    """The result in a file, or of the history. Raises OSError, sqlite3.Error, or ValueError with a sentence."""
    if Path(name).exists():
        result = results.read(Path(name))
    else:
        history = History(data_folder())
        ids = [entry.id for entry in history.entries() if entry.id.startswith(name)]
        if len(ids) != 1:
            told = f"{len(ids)} results of the history begin so" if ids else "neither a file nor an id of the history"
            raise ValueError(told)
        result = history.load(ids[0])
    return results.judged(result, scenarios.load())


def _cells(row: Row) -> Sequence[str]:
    cells = []
    for column, figure in enumerate(row.figures):
        written = _written(row, figure)
        difference = row.difference(column)
        cells.append(f"{written}\n{_said(difference)}" if difference else written)
    return cells


def _written(row: Row, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return words.duration(figure.value) if row.seconds else words.figure(figure.value)


def _said(difference: Difference) -> str:
    return f"{difference.percent:+.1f} %, {NOISE[difference.noise]}"
