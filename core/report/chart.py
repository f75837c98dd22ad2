"""What a chart shows, without how it is drawn: the window and the report make the same picture of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..words.number_format import digits

NEUTRAL = -1
"""The colour of what is no device of this machine."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What is counted along a side; `log` where equal distances are equal factors, else it begins at `low`."""

    caption: str
    log: bool = False
    low: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y) under a name; `colour` counts devices, the processor first.

    `labels`, where there are any, name the points one by one: they are then not joined.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    colour: int = 0
    labels: tuple[str, ...] = ()
    dashed: bool = False
    bare: bool = False
    """Without a spot on each point."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A value worth a line across the chart: along x (upright), or along y (lying)."""

    value: float
    text: str
    upright: bool = True


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines over two axes."""

    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `text` is its value with the unit. None is drawn as no bar at all, and `text` says why."""

    name: str
    value: float | None
    text: str
    colour: int = NEUTRAL


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from top to bottom over one axis."""

    axis: Axis
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole (0-1), with its share in words."""

    name: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A whole, cut into its parts."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stacks:
    """Wholes from top to bottom, each as long as the next: shares are compared, not sizes."""

    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened in a year."""

    year: str
    text: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Moments:
    """One after the other, from top to bottom."""

    moments: tuple[Moment, ...]


Chart = Curves | Bars | Stacks | Moments


def told(chart: Chart, marked: Callable[[str], str]) -> str:
    """The chart in words, for those who cannot see it: every value that it holds, a line each.

    `marked` turns 1,234.5 into what the language writes.
    """
    if isinstance(chart, Curves):
        lines = [f"{chart.x.caption} / {chart.y.caption}"]
        for line in chart.lines:
            names = line.labels or ("",) * len(line.points)
            pairs = (
                f"{n + ' ' if n else ''}{marked(format(x, digits(x)))}: {marked(format(y, digits(y)))}"
                for n, (x, y) in zip(names, line.points, strict=True)
            )
            lines.append(f"{line.name}: " + "; ".join(pairs))
        return "\n".join([*lines, *(m.text for m in chart.marks)])
    if isinstance(chart, Bars):
        return "\n".join([chart.axis.caption, *(f"{b.name}: {b.text}" for b in chart.bars)])
    if isinstance(chart, Stacks):
        return "\n".join(f"{s.name}: " + "; ".join(f"{p.name} {p.text}" for p in s.parts) for s in chart.stacks)
    return "\n".join(f"{m.year}: {m.text}" for m in chart.moments)
