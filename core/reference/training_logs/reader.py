"""Reads the log of a training, whichever of the known formats it has."""

from __future__ import annotations

import codecs
import re

from ...words.language import _
from . import json_records, tables
from .columns import Row, interpreted
from .text_lines import text_log
from .training_log import Clock, TrainingLog, TrainingLogError

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""PowerShell begins what a program prints into a file with one of these."""


def read_training_log(content: bytes, clock: Clock | None = None) -> TrainingLog:
    """The log in the content of a file. `clock`: what the user says that its seconds mean.

    Raises TrainingLogError, with the line that is at fault where there is one.
    """
    text = _text(content)
    begin = text.lstrip()[:1]
    if begin in ("{", "[") and (records := json_records.document(text)) is not None:
        return interpreted(records, _entry, clock)
    if begin == "{" and json_records.is_lines(text):
        return _table(list(json_records.line_rows(text)), clock)
    if re.match(r'\s*{\s*"', text):
        raise TrainingLogError(json_records.complaint(text))
    if sign := tables.delimiter(text):
        return _table(list(tables.table_rows(text, sign)), clock)
    return text_log(text, clock)


def _text(content: bytes) -> str:
    if content.startswith(UTF16):
        text = content.decode("utf-16", errors="replace")
    else:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    if "\0" in text:
        told = _("it is binary; allowed is text (TensorBoard's event files are not read: export their scalars as CSV)")
        raise TrainingLogError(told)
    if not text.strip():
        raise TrainingLogError(_("it is empty"))
    return text


def _table(rows: list[Row], clock: Clock | None) -> TrainingLog:
    if not rows:
        raise TrainingLogError(_("it has a header and no rows"))
    return interpreted(rows, lambda number: _("line {number}").format(number=number), clock)


def _entry(number: int) -> str:
    return _("entry {number}").format(number=number)
