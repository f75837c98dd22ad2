"""The commands on what was measured before: `history` lists it, `compare` sets results side by side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

import msgspec
from rich.text import Text

from ...analysis.comparison import ComparisonRow, Difference, Figure, comparison_rows, unfair_reasons
from ...check import interrupted_checks
from ...reference import scenarios
from ...store import result_lookup
from ...store.data_folder import data_folder
from ...store.history import History
from ...store.history_entries import label_of
from ...store.store_errors import TROUBLES
from ...words.language import _
from ...words.phrases.comparison import NOISE
from ...words.writer import spoken as words
from ..console import PlainConsole
from ..exit_codes import DONE, refuse
from ..long_table import LongTable
from ..result_tables import plain


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands to the parser."""
    one = add("history", _history, _("list what is stored here: measured by this computer, or imported"))
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    about = _("keep a damaged file of stored results under another name, and begin a new one")
    one.add_argument("--set-aside", action="store_true", help=about)
    about = _("keep what an interrupted check had measured, as a partial result (of this id; without one, of all)")
    one.add_argument("--recover", nargs="?", const="", metavar="ID", help=about)
    about = _("delete what an interrupted check had measured")
    one.add_argument("--discard", nargs="?", const="", metavar="ID", help=about)
    one = add("compare", _compare, _("set two or more results side by side"))
    one.add_argument("results", nargs="+", metavar="RESULT", help=_(result_lookup.NAMED))


def _history(options: argparse.Namespace) -> int:
    try:
        store = result_lookup.store()
    except result_lookup.NotFoundError as error:
        return refuse(str(error))
    try:
        if options.set_aside:
            return _set_aside(store)
        for wanted, act in ((options.recover, _recover), (options.discard, _discard)):
            if wanted is not None:
                return _settle(store, wanted, act)
        entries = store.entries()
    except TROUBLES as error:
        return refuse(result_lookup.advice(error, store))
    tell_leftovers()
    if options.json:
        listed = [asdict(entry) for entry in entries]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(listed), indent=1).decode() + "\n")
        return DONE
    if not entries:
        print(_("Nothing is stored yet; run `rigdyno check`."))
        return DONE
    texts, figures = (_("id"), _("when"), _("name"), _("computer")), (_("scenario"), _("trust"), _("images/s"))
    table = LongTable((*texts, *figures, _("note")), right=figures, folded=(*texts[2:], _("note")))
    for e in entries:
        rate = words.write(e.rate) if e.rate else "–"
        cells = (e.id[:8], e.created[:16], e.name, e.computer, str(e.scenario or "–"), e.trust or "–", rate, e.note)
        table.add_row(cells, dim=e.status != "complete")
    PlainConsole().print(table)
    return DONE


def tell_leftovers() -> None:
    """Say on stderr which checks were interrupted, and what to do about it. A folder that cannot be read has none."""
    try:
        found = interrupted_checks.interrupted_checks(data_folder())
    except OSError:
        return
    for left in found:
        print(words.sentence("leftover", {"when": left.head.created[:16].replace("T", " ")}), file=sys.stderr)
        name = left.head.id[:8]
        told = _("Keep it: rigdyno history --recover {id}; or not: rigdyno history --discard {id}")
        print(told.format(id=name), file=sys.stderr)


def _settle(store: History, wanted: str, act: Callable[[History, interrupted_checks.InterruptedCheck], str]) -> int:
    """Do this to the interrupted checks whose ids begin so."""
    found = [
        left for left in interrupted_checks.interrupted_checks(store.path.parent) if left.head.id.startswith(wanted)
    ]
    if not found:
        nothing = _("{id}: no interrupted check has this id") if wanted else _("no check was interrupted")
        return refuse(nothing.format(id=wanted))
    for left in found:
        print(act(store, left))
    return DONE


def _recover(store: History, left: interrupted_checks.InterruptedCheck) -> str:
    result = interrupted_checks.keep(left, store.path.parent, scenarios.load_rules())
    return _("Kept as the partial result {id}; see it: rigdyno judge {id}").format(id=result.id[:8])


def _discard(_store: History, left: interrupted_checks.InterruptedCheck) -> str:
    interrupted_checks.discard(left)
    return _("Deleted: {id}").format(id=left.head.id[:8])


def _set_aside(store: History) -> int:
    aside = store.set_aside()
    if aside is None:
        return refuse(_("--set-aside: {path} is not damaged; nothing was done").format(path=store.path))
    print(_("The damaged results are kept as {path}; the next check begins a new file.").format(path=aside))
    return DONE


def _compare(options: argparse.Namespace) -> int:
    if len(options.results) < 2:
        return refuse(_("compare: name two or more results"))
    try:
        found = [result_lookup.find(name) for name in options.results]
    except result_lookup.NotFoundError as error:
        return refuse(f"compare: {error}")
    names = [f"{number}) {label_of(result)}" for number, result in enumerate(found, 1)]
    console = PlainConsole()
    table = plain("")
    table.add_column("", overflow="fold")
    for name, result in zip(names, found, strict=True):
        table.add_column(Text(f"{name}\n{result.created[:10]}"), justify="right", overflow="fold")
    for row in comparison_rows(found):
        table.add_row(Text(words.row(row.code, row.numbers)), *(Text(cell) for cell in _cells(row)))
    console.print(table)
    for doubt in unfair_reasons(found, names):
        console.print(Text(f"! {words.reason(doubt)}", style="yellow"))
    return DONE


def _cells(row: ComparisonRow) -> Sequence[str]:
    cells = []
    for column, figure in enumerate(row.figures):
        written = _written(row, figure)
        difference = row.difference(column)
        cells.append(f"{written}\n{_said(difference)}" if difference else written)
    return cells


def _written(row: ComparisonRow, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return words.duration(figure.value) if row.is_duration else words.figure(figure.value)


def _said(difference: Difference) -> str:
    return f"{words.write(difference.percent, '+.1f')} %, {_(NOISE[difference.noise])}"
