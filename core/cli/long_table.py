"""A table of thousands of rows for a terminal. It looks as rich's tables do, which take ten times as long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from ..words.safe_text import neutral

GAP, NEW_LINE = "  ", Segment.line()
LEAST_FOLDED, LEAST = 8, 4
"""Terminal cells that a column keeps in a narrow terminal: one that may be folded, and any."""


class LongTable:
    """A renderable of rich. The columns named in `right` are aligned to the right; where the terminal is too narrow,
    those in `folded` become narrower first.
    """

    def __init__(self, heads: Sequence[str], right: Sequence[str], folded: Sequence[str]) -> None:
        self._heads = heads
        self._right = [head in right for head in heads]
        self._folded = [number for number, head in enumerate(heads) if head in folded]
        self._rows: list[tuple[list[str], Style | None]] = []

    def add_row(self, cells: Iterable[str], dim: bool = False) -> None:
        """Add a row: a text for each column."""
        self._rows.append(([neutral(cell) for cell in cells], Style(dim=True) if dim else None))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        widths = self._widths(options.max_width - 2 - len(GAP) * (len(self._heads) - 1))
        yield NEW_LINE
        yield from _segments(self._lines(console, self._heads, widths), Style(bold=True))
        yield from _segments([" " + "─" * (sum(widths) + len(GAP) * (len(widths) - 1)) + " "], None)
        for cells, style in self._rows:
            yield from _segments(self._lines(console, cells, widths), style)
        yield NEW_LINE

    def _widths(self, room: int) -> list[int]:
        """Each column as wide as its longest text; where that is more than `room`, the widest are made narrower."""
        columns = zip(self._heads, *(cells for cells, _ in self._rows), strict=True)
        widths = [max(cell_len(line) for text in set(column) for line in text.split("\n")) for column in columns]
        for numbers, least in ((self._folded, LEAST_FOLDED), (range(len(widths)), LEAST)):
            while sum(widths) > room and (most := max(widths[n] for n in numbers)) > least:
                widths[next(n for n in numbers if widths[n] == most)] -= 1
        return widths

    def _lines(self, console: Console, cells: Sequence[str], widths: Sequence[int]) -> list[str]:
        """The lines of one row: more than one where a text does not fit its column."""
        columns = [_fold(console, *column) for column in zip(cells, widths, self._right, strict=True)]
        count = max(map(len, columns))
        if count > 1:
            blanks = ((" " * width,) * count for width in widths)
            columns = [(column + blank)[:count] for column, blank in zip(columns, blanks, strict=True)]
        return [f" {GAP.join(parts)} " for parts in zip(*columns, strict=True)]


def _segments(lines: Iterable[str], style: Style | None) -> Iterator[Segment]:
    for line in lines:
        yield Segment(line, style)
        yield NEW_LINE


@lru_cache(maxsize=4096)
def _fold(console: Console, text: str, width: int, right: bool) -> tuple[str, ...]:
    """A text as lines of exactly this width."""
    if text.isprintable() and cell_len(text) <= width:
        lines = [text]
    else:
        lines = [line.plain.rstrip() for line in Text(text).wrap(console, width, overflow="fold")]
    if right:
        return tuple(" " * (width - cell_len(line)) + line for line in lines)
    return tuple(set_cell_size(line, width) for line in lines)
