"""Tables with a header: CSV, also with semicolons and decimal commas, and TSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from ...words.language import _
from .columns import Row, is_known
from .training_log import TrainingLogError, quoted

DELIMITERS = ("\t", ";", ",")
NAME = re.compile(r"[^\W\d][^\n]{0,79}")
"""What a column may be called: it begins with a letter, and is no sentence."""
DECIMAL_COMMA = re.compile(r"\d+,\d+")


def delimiter(text: str) -> str | None:
    """What separates the cells of a table; None for a text that begins with no header."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    for sign in DELIMITERS:
        names = [name for cell in first.split(sign) if (name := cell.strip(" \"'\ufeff"))]
        if len(names) < 2 or not all(NAME.fullmatch(name) for name in names):
            continue
        if is_known(names) or "epoch" in names:  # keras writes tables without steps and times
            return sign
    return None


def table_rows(text: str, sign: str) -> Iterator[Row]:
    """The rows of a table, each with the number of its line. Raises TrainingLogError."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=sign)
    names: list[str] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            told = _("line {number}: it is no row of a table ({why})")
            raise TrainingLogError(told.format(number=reader.line_num, why=error)) from error
        if cells is None:
            return
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if not names:
            names = cells
        elif cells != names:  # a training that goes on writes the header again
            if len(cells) > len(names):
                told = _("line {number}: it has {count} cells, and the header {columns} (it begins with {begin})")
                told = told.format(
                    number=reader.line_num, count=len(cells), columns=len(names), begin=quoted(sign.join(cells))
                )
                raise TrainingLogError(told)
            if sign == ";":
                cells = [cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell for cell in cells]
            yield reader.line_num, {name: cell for name, cell in zip(names, cells, strict=False) if cell}
