"""A terminal on which nothing acts but the program itself."""

from __future__ import annotations

from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.measure import Measurement
from rich.segment import Segment

from ..words.safe_text import neutral


class Neutral(RenderHook):
    """Before a console, so that what is printed there is neutral: styles are the program's, letters anybody's."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Each of them behind a pane."""
        return [_Pane(each) for each in renderables]


class _Pane:
    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._inner, options):
            yield segment if segment.control else Segment(neutral(segment.text), segment.style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._inner)


class PlainConsole(Console):
    """One of rich's with that before it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, **options)  # a name in brackets is a name
        self.push_render_hook(Neutral())
