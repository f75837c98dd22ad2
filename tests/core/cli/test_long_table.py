"""A long table looks as rich's: aligned, folded where the terminal is narrow, and with nothing in it that acts."""

from __future__ import annotations

import io

from rich.text import Text
from rigdyno.core.cli.console import PlainConsole
from rigdyno.core.cli.long_table import LongTable
from rigdyno.core.cli.result_tables import plain

HEADS, RIGHT = ("id", "name", "images/s"), ("images/s",)
ROWS = (("a1", "Zoë's laptop", "1,024"), ("b2", "", "–"), ("c3", "東京 4090", "7"), ("d4", "[bold]two\nlines", "12"))


def printed(renderable, width: int) -> str:
    told = io.StringIO()
    PlainConsole(file=told, width=width).print(renderable)
    return told.getvalue()


def long_table(rows=ROWS) -> LongTable:
    made = LongTable(HEADS, RIGHT, folded=("name",))
    for row in rows:
        made.add_row(row)
    return made


def test_it_looks_as_the_other_tables():
    table = plain("")
    for head in HEADS:
        table.add_column(head, justify="right" if head in RIGHT else "left")
    for row in ROWS:
        table.add_row(*map(Text, row))
    lines = [line.rstrip() for line in printed(table, 60).splitlines()]
    assert [line.rstrip() for line in printed(long_table(), 60).splitlines()] == lines


def test_a_narrow_terminal_folds_the_long_column_and_loses_no_letter():
    name = "AMD Ryzen Threadripper PRO 7995WX"
    lines = printed(long_table([("a1b2c3d4", name, "1,024")]), 34).splitlines()
    assert all(len(line) <= 34 for line in lines)
    assert "a1b2c3d4" in lines[3]
    assert "1,024" in lines[3]
    assert "".join(line[11:24].replace(" ", "") for line in lines[3:]) == name.replace(" ", "")


def test_no_cell_steers_the_terminal():
    assert "\x1b" not in printed(long_table([("a1", "\x1b[2J\x1b]0;owned\x07", "1")]), 60)
