"""Results side by side: a column for each, how far it differs from the first, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from ....core.analysis.comparison import ComparisonRow, Difference, Figure, comparison_rows, unfair_reasons
from ....core.records.result import Result
from ....core.store.history_entries import label_of
from ....core.words.language import _
from ....core.words.phrases.comparison import NOISE
from ...widgets.containers import card
from ...widgets.labels import ElidedLabel, label
from ...words import text

SHORT = 48
"""Most characters of a name inside a sentence."""


class SideBySide(QWidget):
    """A table of the results' differences; the others are compared with the first.

    `names` are the user's names of the results, empty where one has none.
    """

    def __init__(self, results: Sequence[Result], names: Sequence[str]) -> None:
        super().__init__()
        called = [name or label_of(result) for result, name in zip(results, names, strict=True)]
        short = [name if len(name) <= SHORT else f"{name[: SHORT - 1]}…" for name in called]
        if len(set(short)) < len(short):
            called, short = ([f"{n}) {name}" for n, name in enumerate(names, 1)] for names in (called, short))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        doubts = unfair_reasons(results, short)
        if doubts:
            title = label(_("Not quite a fair comparison"), "headline")
            column.addWidget(card(title, *(label(text.sentence(d), wrap=True) for d in doubts), role="warning"))
        column.addWidget(self._table(comparison_rows(results), called))
        note = _("= within the noise: the ranges of both overlap.  ▲ more and ▼ less: beyond it.")
        column.addWidget(label(note, "small", wrap=True))

    def _table(self, found: Sequence[ComparisonRow], called: Sequence[str]) -> QFrame:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(0, 2)
        for number, name in enumerate(called, 1):
            grid.addWidget(ElidedLabel(name, "overline", most=3), 0, number)
            grid.setColumnStretch(number, 1)
        for line, row in enumerate(found, 1):
            grid.addWidget(label(text.words.row(row.code, row.numbers), wrap=True), line, 0, Qt.AlignmentFlag.AlignTop)
            for number, figure in enumerate(row.figures):
                grid.addWidget(self._cell(row, figure, row.difference(number)), line, number + 1)
        return card(inner)

    def _cell(self, row: ComparisonRow, figure: Figure | None, difference: Difference | None) -> QWidget:
        cell = QWidget()
        stack = QVBoxLayout(cell)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(1)
        stack.setAlignment(Qt.AlignmentFlag.AlignTop)
        stack.addWidget(label(_value(row, figure)))
        if difference:
            told = label(_difference(difference), _role(difference))
            told.setToolTip(_(NOISE[difference.noise]))
            stack.addWidget(told)
        return cell


def _value(row: ComparisonRow, figure: Figure | None) -> str:
    if figure is None:
        return "—"
    return text.words.duration(figure.value) if row.is_duration else text.words.figure(figure.value)


def _difference(difference: Difference) -> str:
    """The difference in percent, with a sign for readers who do not see its colour."""
    percent = text.words.write(difference.percent, "+,.1f")
    if difference.noise == "within":
        return f"= {percent} %"
    if difference.noise == "unknown":
        return f"{percent} % ?"
    return f"{'▲' if difference.percent > 0 else '▼'} {percent} %"


def _role(difference: Difference) -> str:
    if difference.noise != "beyond":
        return "dim"
    return "good" if difference.better else "bad"
