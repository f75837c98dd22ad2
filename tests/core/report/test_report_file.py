"""The report: whole, by itself, and harmless whatever a machine calls itself."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rigdyno.core.cli import command_line
from rigdyno.core.cli.exit_codes import BAD_ARGUMENTS, DONE, NOTHING, UNWRITTEN
from rigdyno.core.records.machine import Reading
from rigdyno.core.reference import scenarios
from rigdyno.core.report import report_file
from rigdyno.core.report.result_text import summary
from rigdyno.core.store import result_files
from rigdyno.core.words.writer import Words, english

from tests.core.report.test_claims import ALL, result

EMPTY = {"meta", "br", "img", "line", "circle", "rect", "polygon", "polyline"}


class Nesting(HTMLParser):
    """Every tag that is opened is closed, in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.outside += [v for k, v in attrs if k in ("src", "href", "xlink:href") and v]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, _attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(text: str) -> Nesting:
    found = Nesting()
    found.feed(text)
    assert found.open == []
    return found


def test_a_page_has_the_verdict_the_jobs_and_the_charts():
    there = result(*ALL, gpus=1)
    page = report_file.html(there, english)
    found = parsed(page)
    assert f"Scenario {there.verdict.scenario} of 4" in page
    assert found.seen.count("svg") == len(list(report_file.explored(there, english))) >= 8
    assert all(english.job(f.job) in page for f in there.verdict.forecasts)
    assert 'name="viewport"' in page, "a phone shows it at its own width"


def test_a_page_loads_nothing():
    page = report_file.html(result(*ALL, gpus=1), english)
    assert parsed(page).outside == []
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "@import" not in page
    assert set(re.findall(r"https?://[^\"' ]+", page)) == {"http://www.w3.org/2000/svg"}, "a name, not an address"


def test_what_a_machine_calls_itself_is_never_markup():
    evil = '</svg><script>alert("x")</script>&<img src=x onerror=y>'
    there = result(*ALL, gpus=1)
    readings = there.machine.readings | {"cpu.model": Reading(evil, "test")}
    there = replace(there, machine=replace(there.machine, readings=readings))
    found = parsed(report_file.html(there, english))
    assert not {"script", "img"} & set(found.seen)
    written = report_file.markdown(there, english)
    assert parsed(written).seen == []
    assert "&lt;script&gt;" in written
    assert evil in summary(there, english), "what is copied as text is read as it is"


def test_a_result_without_a_verdict_is_a_page_too():
    there = replace(result(*ALL), verdict=None)
    page = report_file.html(there, english)
    parsed(page)
    assert "No verdict" in page
    assert 'class="scale"' not in page


def test_markdown_holds_the_charts_values():
    text = report_file.markdown(result(*ALL, gpus=1), english)
    assert text.startswith("# Scenario")
    assert "### Ferrari or truck" in text
    assert "1: 200; 8: 400; 64: 500" in text


def test_the_page_says_its_language():
    words = Words(lambda text: text.replace("Scenario", "Escenario"), marks=lambda: (",", "."))
    page = report_file.html(result(*ALL), words, "es")
    assert '<html lang="es">' in page
    assert "Escenario" in page


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "a result.json"
    result_files.write(result(*ALL), path)
    return path


@pytest.mark.parametrize("kind", ["html", "md"])
def test_the_terminal_writes_the_same(home, stored, tmp_path, kind):
    made = tmp_path / f"Bericht ü.{kind}"
    assert command_line.main(["report", str(stored), "-o", str(made)]) == DONE
    write = report_file.html if kind == "html" else report_file.markdown
    judged = result_files.judged(result_files.read(stored), scenarios.load_rules())
    assert made.read_text(encoding="utf-8") == write(judged, english)


def test_what_cannot_be_reported_is_told(home, stored, tmp_path, capsys):
    assert command_line.main(["report", str(stored), "-o", str(tmp_path / "x.doc")]) == BAD_ARGUMENTS
    assert ".html, .md, .pdf" in capsys.readouterr().err
    assert command_line.main(["report", str(stored), "-o", str(tmp_path / "no" / "x.md")]) == UNWRITTEN
    assert "No such file" in capsys.readouterr().err
    assert command_line.main(["report", "-o", str(tmp_path / "x.md")]) == NOTHING
    assert "rigdyno check" in capsys.readouterr().err
    assert command_line.main(["report", str(tmp_path / "none.json"), "-o", str(tmp_path / "x.md")]) == BAD_ARGUMENTS
    assert "none.json" in capsys.readouterr().err
    assert command_line.main(["report", str(stored), "-o", str(tmp_path / "x.pdf")]) == BAD_ARGUMENTS, "without Qt"
    assert "write .html" in capsys.readouterr().err
    assert not list(tmp_path.glob("x.*"))
