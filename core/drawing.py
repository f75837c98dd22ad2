"""A chart as SVG: the same picture in the window, in a browser and on paper. SVG Tiny, which Qt reads."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from . import ticks
from .chart import NEUTRAL, Axis, Bars, Chart, Curves, Line, Mark, Moments, Stacks, told

LETTER = 0.56
"""Mean width of a letter of a sans-serif font, in its size. The engine has no fonts to ask."""
HEIGHT = 0.52
"""Of curves, in their width; between `LEAST` and `MOST` pixels."""
LEAST, MOST = 210, 300
DASHES = "6 4"
Taken = list[tuple[float, float, float]]
"""Left, right and base line of each name that is written already."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours (anything that SVG takes), and the font's family and its size in pixels."""

    text: str
    dim: str
    line: str
    surface: str
    neutral: str
    curves: tuple[str, ...]
    font: str = "sans-serif"
    size: float = 13.0

    def shade(self, colour: int) -> str:
        """Of a device, by its place."""
        return self.neutral if colour == NEUTRAL else self.curves[colour % len(self.curves)]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is drawn, and the value in words."""

    x: float
    y: float
    text: str


@dataclass(slots=True)
class Drawing:
    """A picture that grows from top to bottom, `width` wide; `spots` are for who points at something."""

    width: float
    look: Look
    number: Callable[[str], str]
    height: float = 0.0
    spots: list[Spot] = field(default_factory=list)
    root: Xml.Element = field(default_factory=lambda: Xml.Element("svg"))

    def svg(self) -> str:
        """The picture as text, to be put into a page or a file."""
        size = {"width": _short(self.width), "height": _short(self.height)}
        self.root.attrib |= size | {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {size['width']} {size['height']}",
            "font-family": self.look.font,
            "font-size": _short(self.look.size),
            "role": "img",
        }
        return Xml.tostring(self.root, encoding="unicode")

    def add(self, tag: str, **attributes: float | str) -> Xml.Element:
        """One element; `_` in a name stands for `-`."""
        written = {k.replace("_", "-"): v if isinstance(v, str) else _short(v) for k, v in attributes.items()}
        return Xml.SubElement(self.root, tag, written)

    def write(self, x: float, y: float, text: str, fill: str = "", **attributes: str) -> None:
        """Text from its base line on; what no XML may hold is left out."""
        element = self.add("text", x=x, y=y, fill=fill or self.look.text, **attributes)
        element.text = "".join(c for c in text if c.isprintable())

    def wide(self, text: str) -> float:
        """About how wide a text is."""
        return len(text) * LETTER * self.look.size


def draw(chart: Chart, width: float, look: Look, number: Callable[[str], str] = str) -> Drawing:
    """Draw a chart `width` pixels wide, as high as it needs. `number` turns 1,234.5 into what the language writes."""
    on = Drawing(width, look, number)
    title = Xml.SubElement(on.root, "title")
    title.text = "".join(c for c in told(chart) if c.isprintable() or c == "\n")
    if isinstance(chart, Curves):
        _curves(on, chart)
    elif isinstance(chart, Bars):
        _bars(on, chart)
    elif isinstance(chart, Stacks):
        _stacks(on, chart)
    else:
        _moments(on, chart)
    return on


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to pixels along one side."""

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: ticks.Ticks

    def at(self, value: float) -> float:
        place = math.log10(value) if self.log else value
        return self.start + (place - self.low) / (self.high - self.low) * (self.end - self.start)

    def seen(self) -> Iterator[tuple[float, str]]:
        """Each tick's pixel and what is written there."""
        for value, text in self.ticks:
            yield self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), text


def _scale(values: Sequence[float], axis: Axis, start: float, end: float) -> _Scale:
    most = max(2, int(abs(end - start) / 60))
    if axis.log:
        low, high, marks = ticks.decades(min(values), max(values))
        return _Scale(low, high, start, end, True, marks)
    top = ticks.ceiling(max(values) * 1.02)
    marks = [(axis.low + v, ticks.number(axis.low + v)) for v, _ in ticks.linear(top - axis.low, most)]
    return _Scale(axis.low, top, start, end, False, marks)


def _curves(on: Drawing, chart: Curves) -> None:
    size = on.look.size
    top = _legend(on, chart.lines) + size
    left, right, foot = 3.6 * size, on.width - size, 3.4 * size
    on.height = top + min(MOST, max(LEAST, HEIGHT * on.width)) + foot
    bottom = on.height - foot
    points = [p for line in chart.lines for p in line.points]
    x = _scale([p[0] for p in points] + [m.value for m in chart.marks if m.upright], chart.x, left, right)
    y = _scale([p[1] for p in points] + [m.value for m in chart.marks if not m.upright], chart.y, bottom, top)
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


def _mark(on: Drawing, mark: Mark, x: _Scale, y: _Scale) -> None:
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


def _line(
    on: Drawing, line: Line, chart: Curves, x: _Scale, y: _Scale, taken: list[tuple[float, float, float]]
) -> None:
    shade = on.look.shade(line.colour)
    places = [(x.at(a), y.at(b)) for a, b in line.points]
    if not line.labels:
        dash = {"stroke_dasharray": DASHES} if line.dashed else {}
        path = " ".join(f"{_short(a)},{_short(b)}" for a, b in places)
        on.add("polyline", points=path, fill="none", stroke=shade, stroke_width=2.0, **dash)
    if line.bare:
        return
    for number, ((a, b), (px, py)) in enumerate(zip(line.points, places, strict=True)):
        _spot(on, line.colour, px, py, shade)
        name = line.labels[number] if line.labels else ""
        said = f"{chart.x.caption}: {on.number(f'{a:,.4g}')}\n{chart.y.caption}: {on.number(f'{b:,.4g}')}"
        on.spots.append(Spot(px, py, "\n".join(filter(None, (line.name, name, said)))))
        if name:
            _beside(on, px, py, name, taken, x.end)


def _spot(on: Drawing, colour: int, x: float, y: float, shade: str) -> None:
    """A shape for each device: colour is never all that tells them apart."""
    shape, r = colour % 3, 4.0
    if shape == 0:
        on.add("circle", cx=x, cy=y, r=r, fill=shade)
    elif shape == 1:
        on.add("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, fill=shade)
    else:
        corners = f"{_short(x)},{_short(y - 5)} {_short(x + 5)},{_short(y + 4)} {_short(x - 5)},{_short(y + 4)}"
        on.add("polygon", points=corners, fill=shade)


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
            _spot(on, line.colour, x + 9, y - 0.35 * size, shade)
        if not line.labels:
            on.add("line", x1=x, x2=x + 18, y1=y - 0.35 * size, y2=y - 0.35 * size, stroke=shade, stroke_width=2.0)
        on.write(x + 24, y, name)
        x += taken + 18
    return y


def _bars(on: Drawing, chart: Bars) -> None:
    size = on.look.size
    row, thick = 3.1 * size, 1.0 * size
    room = max((on.wide(bar.text) for bar in chart.bars), default=0.0) + size
    values = [bar.value for bar in chart.bars if bar.value is not None]
    low = [min(values) / 2] if chart.axis.log else []
    scale = _scale(values + low, chart.axis, 0.0, max(on.width / 3, on.width - room))
    foot = len(chart.bars) * row
    on.height = foot + 3.2 * size
    for at, text in scale.seen():
        on.add("line", x1=at, x2=at, y1=0, y2=foot, stroke=on.look.line)
        anchor = "start" if at < size else "middle"
        on.write(at, foot + 1.2 * size, on.number(text), on.look.dim, text_anchor=anchor)
    on.write(0, foot + 2.8 * size, chart.axis.caption, on.look.dim)
    for number, bar in enumerate(chart.bars):
        top = number * row
        bold = {"font_weight": "bold"} if bar.colour != NEUTRAL else {}
        on.write(0, top + 1.1 * size, _cut(bar.name, on), **bold)
        end = scale.at(bar.value) if bar.value is not None else 0.0
        on.add("rect", x=0, y=top + 1.5 * size, width=max(end, 0.0), height=thick, rx=2, fill=on.look.shade(bar.colour))
        on.write(end + 0.5 * size, top + 2.35 * size, bar.text, "" if bold else on.look.dim, **bold)
        on.spots.append(Spot(end, top + 2 * size, f"{bar.name}: {bar.text}"))


def _stacks(on: Drawing, chart: Stacks) -> None:
    """Parts carry numbers, and a list under the stack says which is which: no colour has to be told from another."""
    size, y = on.look.size, 0.0
    for stack in chart.stacks:
        on.write(0, y + size, _cut(stack.name, on), font_weight="bold")
        y += 1.6 * size
        x = 0.0
        for number, part in enumerate(stack.parts):
            wide = part.share * on.width
            shade = on.look.curves[number % len(on.look.curves)]
            on.add("rect", x=x, y=y, width=max(wide - 1, 0.5), height=2 * size, fill=shade)
            if wide > 0.8 * size:
                on.write(x + wide / 2, y + 3.1 * size, str(number + 1), text_anchor="middle", font_weight="bold")
            on.spots.append(Spot(x + wide / 2, y + size, f"{part.name}: {part.text}"))
            x += wide
        y += 4.9 * size
        columns = max(1, int(on.width // (max(on.wide(f"0  {p.name}: {p.text}") for p in stack.parts) + size)))
        for number, part in enumerate(stack.parts):
            left = (number % columns) * on.width / columns
            line = y + (number // columns) * 1.6 * size
            on.write(left, line, f"{number + 1}", font_weight="bold")
            on.write(left + 1.3 * size, line, f"{part.name}: {part.text}")
        y += -(-len(stack.parts) // columns) * 1.6 * size + 0.4 * size
    on.height = y


def _moments(on: Drawing, chart: Moments) -> None:
    size, y = on.look.size, 0.0
    rail, left, last = 3.8 * size, 5 * size, 0.0
    for moment in chart.moments:
        lines = textwrap.wrap(moment.text, max(12, int((on.width - left) / (LETTER * size))))
        middle = y + 0.75 * size
        on.write(0, y + 1.1 * size, moment.year, font_weight="bold")
        if last:
            on.add("line", x1=rail, x2=rail, y1=last + 6, y2=middle - 6, stroke=on.look.line, stroke_width=2.0)
        _spot(on, 0, rail, middle, on.look.shade(0 if moment.here else NEUTRAL))
        for number, line in enumerate(lines):
            on.write(left, y + (1.1 + 1.4 * number) * size, line, **({"font_weight": "bold"} if moment.here else {}))
        last = middle
        y += (1.4 * len(lines) + 0.9) * size
    on.height = y


def _cut(text: str, on: Drawing) -> str:
    """A name that would run out of the picture ends in an ellipsis; who points at it sees all."""
    most = int(on.width / (LETTER * on.look.size))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
