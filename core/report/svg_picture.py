"""A picture of lines and letters as SVG Tiny, which browsers, printers and Qt read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from ..words.safe_text import for_xml
from .chart import NEUTRAL

LETTER = 0.56
"""Mean width of a letter of a sans-serif font, in its size. The engine has no fonts to ask."""
DASHES = "6 4"


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
        size = {"width": short(self.width), "height": short(self.height)}
        self.root.attrib |= size | {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {size['width']} {size['height']}",
            "font-family": self.look.font,
            "font-size": short(self.look.size),
            "role": "img",
        }
        return Xml.tostring(self.root, encoding="unicode")

    def add(self, tag: str, **attributes: float | str) -> Xml.Element:
        """One element; `_` in a name stands for `-`."""
        written = {k.replace("_", "-"): v if isinstance(v, str) else short(v) for k, v in attributes.items()}
        return Xml.SubElement(self.root, tag, written)

    def write(self, x: float, y: float, text: str, fill: str = "", **attributes: str) -> None:
        """Text from its base line on; what no XML may hold is left out."""
        element = self.add("text", x=x, y=y, fill=fill or self.look.text, **attributes)
        element.text = for_xml(text)

    def wide(self, text: str) -> float:
        """About how wide a text is."""
        return len(text) * LETTER * self.look.size


def spot(on: Drawing, colour: int, x: float, y: float, shade: str) -> None:
    """A shape for each device: colour is never all that tells them apart."""
    shape, r = colour % 3, 4.0
    if shape == 0:
        on.add("circle", cx=x, cy=y, r=r, fill=shade)
    elif shape == 1:
        on.add("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, fill=shade)
    else:
        corners = f"{short(x)},{short(y - 5)} {short(x + 5)},{short(y + 4)} {short(x - 5)},{short(y + 4)}"
        on.add("polygon", points=corners, fill=shade)


def short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
