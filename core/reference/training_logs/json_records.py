"""JSON: one document (the `trainer_state.json` of Hugging Face, or a list of records), or a record a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...words.language import _
from .columns import Row
from .training_log import TrainingLogError, quoted

HISTORY = "log_history"
"""Where `trainer_state.json` has its records."""


def document(text: str) -> list[Row] | None:
    """The records of a text that is one JSON document, each with its place from 1 on; None where it is none.

    Raises TrainingLogError for a document without records.
    """
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise TrainingLogError(_("it is nested too deeply to be read")) from error
    except ValueError:
        return None
    records: Any = whole.get(HISTORY, [whole]) if isinstance(whole, dict) else whole
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise TrainingLogError(_("it is JSON, and no list of records; allowed is a list, or log_history with one"))
    return [(number, record) for number, record in enumerate(records, 1)]


def complaint(text: str) -> str:
    """Where a text that begins as JSON is none."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        told = _("line {number}: it begins as JSON and is none ({why})")
        return told.format(number=error.lineno, why=quoted(error.msg))
    except (ValueError, RecursionError) as error:
        return _("it begins as JSON and is none ({why})").format(why=quoted(error))
    return ""


def is_lines(text: str) -> bool:
    """Whether the first line is a JSON record of its own."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _record(first) is not None


def line_rows(text: str) -> Iterator[Row]:
    """A record of each line. The last one may be cut short, as by the end of a training that was killed.

    Raises TrainingLogError for any other line that is no record.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for place, (number, line) in enumerate(lines, 1):
        record = _record(line)
        if record is not None:
            yield number, record
        elif place < len(lines):
            told = _("line {number}: {line} is no JSON record, as the first line is")
            raise TrainingLogError(told.format(number=number, line=quoted(line)))


def _record(line: str) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
