"""A chart as SVG: the same picture in the window, in a browser and on paper."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from xml.etree import ElementTree as Xml

from ..words.safe_text import for_xml
from .axis_chart_svg import curves, scale
from .chart import NEUTRAL, Bars, Chart, Curves, Moments, Stacks, told
from .svg_picture import LETTER, Drawing, Look, Spot, spot


def draw(chart: Chart, width: float, look: Look, number: Callable[[str], str] = str) -> Drawing:
    """Draw a chart `width` pixels wide, as high as it needs. `number` turns 1,234.5 into what the language writes."""
    on = Drawing(width, look, number)
    title = Xml.SubElement(on.root, "title")
    title.text = "\n".join(map(for_xml, told(chart, number).split("\n")))
    if isinstance(chart, Curves):
        curves(on, chart)
    elif isinstance(chart, Bars):
        _bars(on, chart)
    elif isinstance(chart, Stacks):
        _stacks(on, chart)
    else:
        _moments(on, chart)
    return on


def _bars(on: Drawing, chart: Bars) -> None:
    size = on.look.size
    row, thick = 3.1 * size, 1.0 * size
    room = max((on.wide(bar.text) for bar in chart.bars), default=0.0) + size
    values = [bar.value for bar in chart.bars if bar.value is not None]
    low = [min(values) / 2] if chart.axis.log else []
    along = scale(values + low, chart.axis, 0.0, max(on.width / 3, on.width - room))
    foot = len(chart.bars) * row
    on.height = foot + 3.2 * size
    for at, text in along.seen():
        on.add("line", x1=at, x2=at, y1=0, y2=foot, stroke=on.look.line)
        anchor = "start" if at < size else "middle"
        on.write(at, foot + 1.2 * size, on.number(text), on.look.dim, text_anchor=anchor)
    on.write(0, foot + 2.8 * size, chart.axis.caption, on.look.dim)
    for number, bar in enumerate(chart.bars):
        top = number * row
        bold = {"font_weight": "bold"} if bar.colour != NEUTRAL else {}
        on.write(0, top + 1.1 * size, _cut(bar.name, on), **bold)
        end = along.at(bar.value) if bar.value is not None else 0.0
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
        spot(on, 0, rail, middle, on.look.shade(0 if moment.here else NEUTRAL))
        for number, line in enumerate(lines):
            on.write(left, y + (1.1 + 1.4 * number) * size, line, **({"font_weight": "bold"} if moment.here else {}))
        last = middle
        y += (1.4 * len(lines) + 0.9) * size
    on.height = y


def _cut(text: str, on: Drawing) -> str:
    """A name that would run out of the picture ends in an ellipsis; who points at it sees all."""
    most = int(on.width / (LETTER * on.look.size))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
