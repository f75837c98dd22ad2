"""Steps, seconds and rates as logs write them: plain numbers, 1:02:03, or dates."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from ...words.language import _
from .training_log import TrainingLogError, quoted

MOST_STEPS = 10**12
MOST_SECONDS = 1e11
"""From here on a time is one in milliseconds since 1970."""
MOST_MILLISECONDS = 1e14
MOST_RATE = 1e12
CLOCK = re.compile(r"(?:(\d{1,5}) days?, )?(?:(\d{1,6}):)?(\d{1,3}):(\d{2}(?:\.\d{1,9})?)")
"""1:02:03, 02:03, or as Python writes a timedelta: 1 day, 2:03:04.5."""
LONGEST = 40
"""Characters of a number or a date."""


def step_number(value: object, place: str) -> int | None:
    """A step; None where the cell is empty. Raises TrainingLogError."""
    found = _number(value)
    if found is None or math.isnan(found):
        return None
    if not (0 <= found <= MOST_STEPS and found == int(found)):
        raise _wrong(place, _("the step"), value, _("a whole number from 0 to 10^12"))
    return int(found)


def seconds(value: object, place: str, unit: float = 1.0) -> tuple[float, bool] | None:
    """A time in seconds, and whether it is a date, then since 1970; None where the cell is empty.

    `unit`: seconds of what a plain number counts. Raises TrainingLogError.
    """
    if isinstance(value, str) and (written := _written_time(value.strip())):
        return written
    found = _number(value)
    if found is None or math.isnan(found):
        return None
    if not 0 <= found <= MOST_MILLISECONDS:
        raise _wrong(place, _("the time"), value, _("seconds from 0 to 10^11, such as 12.5 or 1:02:03, or a date"))
    if found > MOST_SECONDS:
        return found / 1000, True
    return found * unit, unit == 1 and found > 1e9


def per_second(value: object, place: str) -> float | None:
    """A rate; None where the cell is empty. Raises TrainingLogError."""
    found = _number(value)
    if found is None or math.isnan(found):
        return None
    if not 0 <= found <= MOST_RATE:
        raise _wrong(place, _("the rate"), value, _("a number from 0 to 10^12"))
    return found or None  # nothing is done in the moment of a start


def _number(value: object) -> float | None:
    """A number; NaN where a log has none in its place. None for everything else, as other rows may have words there."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        value = value.strip().replace("_", "")
        if not value or len(value) > LONGEST or not _is_number(value):
            return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.inf if isinstance(value, int) else None


def _written_time(text: str) -> tuple[float, bool] | None:
    if len(text) > LONGEST:
        return None
    if found := CLOCK.fullmatch(text):
        days, hours, minutes, rest = found.groups()
        return 86_400.0 * int(days or 0) + 3600 * int(hours or 0) + 60 * int(minutes) + float(rest), False
    if "-" not in text[1:] or ":" not in text:
        return None
    try:
        when = datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return None
    if when.tzinfo is None:  # differences are the same in any zone
        when = when.replace(tzinfo=UTC)
    return max(0.0, when.timestamp()), True


def _is_number(text: str) -> bool:
    """Whether a cell holds a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _wrong(place: str, what: str, value: object, allowed: str) -> TrainingLogError:
    told = _("{place}: {what} is {value}; allowed is {allowed}")
    return TrainingLogError(told.format(place=place, what=what, value=quoted(value), allowed=allowed))
