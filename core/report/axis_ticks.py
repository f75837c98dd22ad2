"""Where an axis begins and ends, and what is written on it: round numbers, as a person would choose them."""

from __future__ import annotations

import math
from collections.abc import Callable

Ticks = list[tuple[float, str]]
Marked = Callable[[str], str]
"""Turns 1,234.5 into what the reader's language writes."""
STEPS_OF_TIME = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400)
NOTHING = 1e-300
"""Below it, powers of ten are rounded to nought."""
SHORT_S, LONG_S = 300, 10_800
"""Times are written in plain seconds up to the one, and with hours from the other on."""


def ceiling(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten, from `value` on; 1 for next to nothing."""
    if value < NOTHING:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in (1, 1.5, 2, 3, 4, 5, 6, 8) if m * power >= value), 10 * power)


def linear(top: float, most: int, marked: Marked = str) -> Ticks:
    """Round values from 0 to `top`, `most` of them at most."""
    power = 10.0 ** math.floor(math.log10(top / most))
    step = next(s for m in (1, 2, 2.5, 5, 10, 20, 50, 100) if math.floor(top / (s := m * power) + 1e-9) < most)
    return [(i * step, number(i * step, marked)) for i in range(math.floor(top / step + 1e-9) + 1)]


def decades(low: float, high: float, marked: Marked = str) -> tuple[float, float, Ticks]:
    """The ends (as powers of ten) of a logarithmic axis that shows `low` to `high`, and its ticks."""
    bottom, top = math.log10(low / 1.3), math.log10(high * 1.6)
    factors = (1, 2, 5) if top - bottom < 1.7 else (1,)
    values = [f * 10.0**p for p in range(math.floor(bottom), math.ceil(top) + 1) for f in factors]
    return bottom, top, [(math.log10(v), number(v, marked)) for v in values if bottom <= math.log10(v) <= top]


def span(needed: float) -> float:
    """The end of a time axis that has to show `needed` seconds; grows in steps, so that the picture stays calm."""
    end = 15.0
    while end < needed:
        end *= 4 / 3
    return end


def times(end: float, start: float = 0.0) -> Ticks:
    """Times from `start` to `end` seconds."""
    length = end - start
    step = next((s for s in STEPS_OF_TIME if length / s <= 10), 86_400 * math.ceil(length / 864_000))
    first = math.ceil(start / step) * step
    return [(float(t), _time(t, step, end)) for t in range(first, int(end) + 1, step)]


def moment(t: float, marked: Marked = str) -> str:
    """A point of time as a stop watch shows it: 7.3 s, 2:05 min, 1:02:05 h."""
    if t < 60:
        return marked(f"{t:.1f}") + " s"
    minutes, seconds = divmod(int(t), 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}:{seconds:02} h" if hours else f"{minutes}:{seconds:02} min"


def number(value: float, marked: Marked = str) -> str:
    """10k rather than 10,000: an axis has little room."""
    for limit, unit in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return marked(f"{value / (1e6 if unit == 'M' else 1e3):g}") + unit
    return marked(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}")


def _time(seconds: int, step: int, end: float) -> str:
    if step >= 3600:
        return f"{seconds / 3600:g} h"
    if end > LONG_S:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}" + ("" if step >= 60 else f":{seconds % 60:02}") + " h"
    if step >= 60:
        return f"{seconds // 60} min"
    return f"{seconds} s" if end <= SHORT_S else f"{seconds // 60}:{seconds % 60:02} min"
