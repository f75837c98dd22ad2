"""Bounds of the numbers in events: outside of them a number can only be an error."""

from __future__ import annotations

MIN_SECONDS, MAX_SECONDS, MAX_COUNT, MAX_WORK = 1e-9, 1e9, 10**15, 1e30
"""Bounds of durations (s), counts and work (operations or bytes). Real values lie far inside of them, and with values
inside of them no computation of the program overflows: events outside are refused.
"""


def is_duration(seconds: float) -> bool:
    """Whether this can be the duration of something."""
    return MIN_SECONDS <= seconds <= MAX_SECONDS
