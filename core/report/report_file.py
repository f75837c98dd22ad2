"""A result as one file for a browser, a printer or a text editor: nothing is loaded from elsewhere, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from ..records.result import Result
from ..words.phrases.claims import CLAIMS as TOLD
from ..words.safe_text import neutral
from ..words.writer import Words
from . import result_text
from .chart import Chart, told
from .chart_svg import draw
from .claims import CLAIMS
from .svg_picture import Look

WIDTH = 560.0
"""Pixels of a chart: on a phone its letters shrink to two thirds, and are still read."""
INK = Look(
    text="var(--text)",
    dim="var(--dim)",
    line="var(--line)",
    surface="var(--surface)",
    neutral="var(--neutral)",
    curves=("var(--first)", "var(--second)", "var(--third)", "var(--fourth)"),
)
"""Colours that the style sheet sets, light and dark, on screen and on paper."""


@dataclass(frozen=True, slots=True)
class Explored:
    """One claim: its title, what it teaches, its chart, and what was measured."""

    title: str
    lesson: str
    chart: Chart
    sentences: list[str]


def explored(result: Result, words: Words) -> Iterator[Explored]:
    """The claims that a result has something for."""
    for claim in CLAIMS:
        if found := claim.find(result, words):
            title, lesson = map(words.translate, TOLD[claim.code])
            sentences = [words.sentence(r.code, r.numbers) for r in found.reasons]
            yield Explored(title, lesson, found.chart, sentences)


def html(result: Result, words: Words, language: str = "en") -> str:
    """One page, which a phone shows and a printer prints."""

    def figure(chart: Chart) -> Markup:
        return Markup(draw(chart, WIDTH, INK, words.marked).svg())

    return page(result, words, figure, language)


def page(
    result: Result, words: Words, figure: Callable[[Chart], Markup], language: str = "en", plain: bool = False
) -> str:
    """The page with each chart as `figure` writes it; `plain` leaves the style to who lays it out."""
    title, under = result_text.heading(result, words)
    verdict = result.verdict
    made: str = _template().render(
        language=language,
        plain=plain,
        title=title,
        under=under,
        scenario=verdict.scenario if verdict else None,
        names=[words.scenario(number)[0] for number in (1, 2, 3, 4)],
        grade=verdict.trust if verdict else "",
        machine_title=words.title("machine"),
        machine=result_text.machine(result, words),
        problems=result_text.problems(result, words),
        table_title=words.title("forecasts"),
        table=result_text.table(verdict, words) if verdict else [],
        sections=result_text.sections(result, words),
        explored_title=words.title("explored"),
        explored=list(explored(result, words)),
        figure=figure,
        foot=words.title("made-by", version=result.rigdyno, date=result.created, id=result.id),
    )
    return neutral(made)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((files("rigdyno.resources") / "report.html").read_text(encoding="utf-8"))


def markdown(result: Result, words: Words) -> str:
    """The summary, then the claims with the values of their charts."""
    lines = [result_text.summary(result, words, _quoted)]
    known = list(explored(result, words))
    if known:
        lines.append(f"## {words.title('explored')}\n")
    for one in known:
        lines += [f"### {one.title}\n", f"{one.lesson}\n", *(f"- {_quoted(s)}" for s in one.sentences)]
        lines += [*(f"  - {_quoted(line)}" for line in told(one.chart, words.marked).splitlines()), ""]
    return neutral("\n".join(lines))


def _quoted(text: str) -> str:
    """What a machine calls itself is neither a tag nor a table's border, and stays on its line."""
    return escape(" ".join(text.split("\n")), quote=False).replace("|", "\\|")
