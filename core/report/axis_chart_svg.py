"""Lines over two axes, drawn: ticks, marks, a key, and names beside spots."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..words.number_format import digits
from . import axis_ticks
from .chart import Axis, Curves, Line, Mark
from .svg_picture import DASHES, Drawing, Spot, short, spot

HEIGHT = 0.52
"""Of curves, in their width; between `LEAST` and `MOST` pixels."""
LEAST, MOST = 210, 300
Taken = list[tuple[float, float, float]]
"""Left, right and base line of each name that is written already."""


def curves(on: Drawing, chart: Curves) -> None:
    size = on.look.size
    top = _legend(on, chart.lines) + size
    left, right, foot = 3.6 * size, on.width - size, 3.4 * size
    on.height = top + min(MOST, max(LEAST, HEIGHT * on.width)) + foot
    bottom = on.height - foot
    points = [p for line in chart.lines for p in line.points]
    x = scale([p[0] for p in points] + [m.value for m in chart.marks if m.upright], chart.x, left, right)
    y = scale([p[1] for p in points] + [m.value for m in chart.marks if not m.upright], chart.y, bottom, top)
    for at, text in y.seen():
        on.add("line", x1=left, x2=right, y1=at, y2=at, stroke=on.look.line)
        on.write(left - 0.5 * size, at + 0.35 * size, on.number(text), on.look.dim, text_anchor="end")
    for at, text in x.seen():
        on.add("line", x1=at, x2=at, y1=top, y2=bottom, stroke=on.look.line, stroke_opacity="0.5")
        on.write(at, bottom + 1.4 * size, on.number(text), on.look.dim, text_anchor="middle")
    on.write(right, bottom + 2.9 * size, chart.x.caption, on.look.dim, text_anchor="end")
    on.write(0, bottom + 2.9 * size, f"↑ {chart.y.caption}", on.look.dim)
    for mark in chart.marks:
        _mark(on, mark, x, y)
    taken: Taken = []
    for line in chart.lines:
        _line(on, line, chart, x, y, taken)


def _mark(on: Drawing, mark: Mark, x: Scale, y: Scale) -> None:
    size = on.look.size
    if mark.upright:
        at = x.at(mark.value)
        on.add("line", x1=at, x2=at, y1=y.end, y2=y.start, stroke=on.look.dim, stroke_dasharray=DASHES)
        left = at + on.wide(mark.text) + size > x.end
        on.write(
            at + (-0.5 if left else 0.5) * size, y.start - 0.7 * size, mark.text, text_anchor="end" if left else "start"
        )
    else:
        at = y.at(mark.value)
        on.add("line", x1=x.start, x2=x.end, y1=at, y2=at, stroke=on.look.dim, stroke_dasharray=DASHES)
        on.write(x.start + 0.5 * size, at - 0.4 * size, mark.text)


def _line(on: Drawing, line: Line, chart: Curves, x: Scale, y: Scale, taken: list[tuple[float, float, float]]) -> None:
    shade = on.look.shade(line.colour)
    places = [(x.at(a), y.at(b)) for a, b in line.points]
    if not line.labels:
        dash = {"stroke_dasharray": DASHES} if line.dashed else {}
        path = " ".join(f"{short(a)},{short(b)}" for a, b in places)
        on.add("polyline", points=path, fill="none", stroke=shade, stroke_width=2.0, **dash)
    if line.bare:
        return
    for number, ((a, b), (px, py)) in enumerate(zip(line.points, places, strict=True)):
        spot(on, line.colour, px, py, shade)
        name = line.labels[number] if line.labels else ""
        across, up = (on.number(f"{value:{digits(value)}}") for value in (a, b))
        said = f"{chart.x.caption}: {across}\n{chart.y.caption}: {up}"
        on.spots.append(Spot(px, py, "\n".join(filter(None, (line.name, name, said)))))
        if name:
            _beside(on, px, py, name, taken, x.end)


def _beside(on: Drawing, x: float, y: float, name: str, taken: Taken, end: float) -> None:
    """A name at its spot, on the first side where it meets neither another name nor the edge."""
    size, wide = on.look.size, on.wide(name)
    sides = ((8.0, 0.35), (-8.0 - wide, 0.35), (-wide / 2, -0.8), (-wide / 2, 1.5), (8.0, 1.4), (8.0, -0.7))
    for dx, dy in sides:
        left, line = x + dx, y + dy * size
        free = all(abs(line - other) > 1.1 * size or left > b or left + wide < a for a, b, other in taken)
        if (free and left > 0 and left + wide < end) or (dx, dy) == sides[-1]:
            taken.append((left, left + wide, line))
            on.write(left, line, name)
            return


def _legend(on: Drawing, lines: Sequence[Line]) -> float:
    """Each name once, with its stroke; returns where the legend ends."""
    size = on.look.size
    x, y = 0.0, size
    for name, line in {line.name: line for line in reversed(lines) if not line.dashed}.items():
        taken = 30 + on.wide(name)
        if x and x + taken > on.width:
            x, y = 0.0, y + 1.5 * size
        shade = on.look.shade(line.colour)
        if line.labels or not line.bare:
            spot(on, line.colour, x + 9, y - 0.35 * size, shade)
        if not line.labels:
            on.add("line", x1=x, x2=x + 18, y1=y - 0.35 * size, y2=y - 0.35 * size, stroke=shade, stroke_width=2.0)
        on.write(x + 24, y, name)
        x += taken + 18
    return y


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels along one side."""

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: axis_ticks.Ticks

    def at(self, value: float) -> float:
        place = math.log10(value) if self.log else value
        return self.start + (place - self.low) / (self.high - self.low) * (self.end - self.start)

    def seen(self) -> Iterator[tuple[float, str]]:
        """Each tick's pixel and what is written there."""
        for value, text in self.ticks:
            yield self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), text


def scale(values: Sequence[float], axis: Axis, start: float, end: float) -> Scale:
    most = max(2, int(abs(end - start) / 60))
    if axis.log:
        low, high, marks = axis_ticks.decades(min(values), max(values))
        return Scale(low, high, start, end, True, marks)
    top = axis_ticks.ceiling(max(values) * 1.02)
    marks = [(axis.low + v, axis_ticks.number(axis.low + v)) for v, _ in axis_ticks.linear(top - axis.low, most)]
    return Scale(axis.low, top, start, end, False, marks)
