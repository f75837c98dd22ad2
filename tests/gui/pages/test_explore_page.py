"""The Explore page: empty, busy, failed and full; and the report that shows the same charts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from rigdyno.core.check.updates import Concluded
from rigdyno.core.records.events import Failure, Timing, Window
from rigdyno.core.records.machine import Reading
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Result, Run
from rigdyno.core.report.chart import Axis, Curves, Line
from rigdyno.core.store.history import History
from rigdyno.core.words.phrases.claims import CLAIMS
from rigdyno.core.words.writer import english
from rigdyno.gui.charts import report_pdf
from rigdyno.gui.charts.chart_view import ChartView
from rigdyno.gui.pages.explore import ExplorePage
from rigdyno.gui.pages.verdict.result_actions import ResultActions
from rigdyno.gui.shell.main_window import CHECK, EXPLORE, VERDICT
from rigdyno.gui.words import language

from tests.gui.builders import shown

WAYS = tuple(
    Timing(1.0, "matmul", (1.0,), flops, "flop", way) for way, flops in (("one-at-a-time", 3e7), ("all-cores", 6e10))
)
SWEEP = tuple(Window(i, 4 * b / r, 4, 4 * b, b, 1.0, warm=False) for i, (b, r) in enumerate({1: 200, 64: 500}.items()))


def run(task: str, **what) -> Run:
    return Run(task, Plan(), Rules(), 0.0, 9.0, "converged", "ACTIVE", **what)


@pytest.fixture
def explored(judged) -> Result:
    """The verdict's result with two of the claims measured."""
    return replace(judged, runs=(*judged.runs, run("matmul", timings=WAYS), run("sweep", windows=SWEEP)))


@pytest.fixture
def page(qtbot, dressed):
    made = ExplorePage()
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(qtbot, page, result, until="Ferrari or truck") -> None:
    """Show a result and wait until it has been laid out."""
    page.show_result(result)
    qtbot.waitUntil(lambda: until in shown(page))


def charts(page) -> dict[str, ChartView]:
    return {c.accessibleName(): c for c in page.findChildren(ChartView) if c.isVisibleTo(page)}


def test_empty_it_tells_every_claim_and_how_to_measure_it(page, qtbot):
    qtbot.waitUntil(lambda: "Not measured yet." in shown(page))
    text = shown(page)
    assert "Nothing was measured yet" in text
    assert all(title in text and lesson in text for title, lesson in CLAIMS.values())
    assert set(page.measures) == {"all", *CLAIMS}
    qtbot.waitUntil(lambda: page.measures["ferrari"].height() > 10)
    with qtbot.waitSignal(page.check_requested) as asked:
        qtbot.mouseClick(page.measures["ferrari"], Qt.MouseButton.LeftButton)
    assert asked.args[0].steps == ("sweep",)


def test_full_it_shows_what_was_measured_and_offers_the_rest(page, explored, qtbot):
    show(qtbot, page, explored, "2,000 times as fast")
    assert {"Ferrari or truck", "All at once"} <= set(charts(page))
    assert "Where the time goes" not in charts(page)
    assert "ferrari" not in page.measures
    assert "stages" in page.measures


def test_busy_it_asks_for_no_second_check(page, explored):
    page.set_running(True)
    page.show_result(explored)
    assert not any(button.isEnabled() for button in page.measures.values())
    page.set_running(False)
    assert all(button.isEnabled() for button in page.measures.values())


def test_failed_it_says_why(page, explored, qtbot):
    failed = run("stages", failure=Failure("out-of-memory", "7 GB"))
    told = "There was not enough memory for this run. 7 GB"
    show(qtbot, page, replace(explored, runs=(*explored.runs, failed)), told)


def test_an_experiment_by_itself_fills_a_gap_of_the_same_computer_alone(page, explored, machine, qtbot):
    page.show_result(explored)
    alone = replace(explored, id="other", verdict=None, runs=(run("sweep", windows=SWEEP),))
    show(qtbot, page, alone)
    assert {"Ferrari or truck", "All at once"} <= set(charts(page)), "the product is the earlier result's"
    elsewhere = replace(machine, readings={})
    show(qtbot, page, replace(alone, id="third", machine=elsewhere))
    qtbot.waitUntil(lambda: "Ferrari or truck" in charts(page))
    assert "All at once" not in charts(page)


def test_a_chart_of_another_result_says_of_which(page, explored, qtbot):
    page.show_result(replace(explored, created="2026-01-02T12:00:00+00:00"))
    assert "another result" not in shown(page)
    show(qtbot, page, replace(explored, id="other", verdict=None, runs=(run("sweep", windows=SWEEP),)))
    qtbot.waitUntil(lambda: "another result of this computer: 1/2/26" in shown(page))
    said = [line for line in shown(page).splitlines() if "another result" in line]
    assert len(said) == 1, "the product's; the sweep is the shown result's own"


def test_two_computers_that_look_the_same_are_not_mixed_where_their_names_differ(page, explored, qtbot):
    alone = replace(explored, id="other", verdict=None, runs=(run("sweep", windows=SWEEP),))
    page.show_result(explored, name="PC 1")
    page.show_result(alone, name="PC 2")
    qtbot.waitUntil(lambda: "Ferrari or truck" in charts(page))
    assert "All at once" not in charts(page)


def test_another_model_is_another_computer(page, explored, machine, qtbot):
    page.show_result(explored)
    other = replace(machine, readings=machine.readings | {"host.model": Reading("Tower 2", "invented")})
    page.show_result(replace(explored, id="other", machine=other, runs=(run("sweep", windows=SWEEP),)))
    qtbot.waitUntil(lambda: "Ferrari or truck" in charts(page))
    assert "All at once" not in charts(page)


def test_a_chart_says_its_values_to_who_points_and_to_who_cannot_see(page, explored, qtbot):
    show(qtbot, page, explored)
    chart = charts(page)["All at once"]
    assert "60 GFLOP/s" in chart.accessibleDescription()
    qtbot.waitUntil(lambda: chart.width() > 300)
    spot = next(s for s in chart._drawn(chart.width()).spots if "60 GFLOP/s" in s.text)
    where = QPoint(round(spot.x), round(spot.y))
    assert chart.value_at(QPointF(where)) == spot.text
    QApplication.sendEvent(chart, QHelpEvent(QHelpEvent.Type.ToolTip, where, chart.mapToGlobal(where)))
    assert QToolTip.text() == spot.text
    assert chart.value_at(QPointF(where + QPoint(0, 400))) == ""


def test_the_window_explores_what_was_stored(window, explored, home, qtbot):
    History(home).store(explored)
    window.show_page(EXPLORE)
    qtbot.waitUntil(lambda: "All at once" in charts(window.explore_page))


def test_a_store_that_cannot_be_read_is_told(window, home, qtbot):
    (home / "results.sqlite").write_bytes(b"no database" * 100)
    window.show_page(EXPLORE)
    qtbot.waitUntil(lambda: "cannot be read" in shown(window.explore_page))


def test_who_asked_for_an_experiment_sees_it(window, explored, qtbot, monkeypatch):
    monkeypatch.setattr(window.bridge, "start", lambda *_: None)
    window.show_page(EXPLORE)
    qtbot.mouseClick(window.explore_page.measures["ferrari"], Qt.MouseButton.LeftButton)
    assert window.page == CHECK
    window.bridge.updated.emit(Concluded(explored))
    qtbot.waitUntil(lambda: window.page == EXPLORE)
    window.start(window.verdict_page and explored.plan)
    window.bridge.updated.emit(Concluded(explored))
    qtbot.waitUntil(lambda: window.page in (VERDICT, EXPLORE))
    window.check_page.end()


@pytest.mark.parametrize(
    ("name", "begins"), [("a.html", b"<!doctype html>"), ("b.pdf", b"%PDF"), ("c.md", b"# Scenario")]
)
def test_the_window_writes_reports(qtbot, dressed, explored, tmp_path, name, begins):
    actions = ResultActions(explored)
    qtbot.addWidget(actions)
    actions.write_report(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert str(tmp_path / name) in actions.said.text()
    actions.write_report(tmp_path / "missing" / name)
    assert actions.said.text().startswith("Not saved: No such file")


def test_a_pdf_holds_a_drawing_for_each_chart(qtbot, dressed, explored, judged, tmp_path):
    report_pdf.write(explored, tmp_path / "full.pdf", english)
    report_pdf.write(judged, tmp_path / "less.pdf", english)
    sizes = {name: (tmp_path / name).stat().st_size for name in ("full.pdf", "less.pdf")}
    assert sizes["full.pdf"] > sizes["less.pdf"] + 2000


def test_a_window_that_stays_open_does_not_keep_every_check(page, explored):
    for number in range(5):
        page.show_result(replace(explored, id=f"id{number}"))
        page.show_result(replace(explored, id=f"short{number}", runs=(run("train"),)))
    assert [r.id for r in page.results] == ["short4", "id4"]


def test_a_screen_reader_hears_the_marks_of_the_language(qtbot, dressed, settings):
    language.speak("es", settings)
    chart = ChartView(Curves(Axis("x"), Axis("y"), (Line("one", ((1, 0.5), (64, 1234.0))),)), "name")
    qtbot.addWidget(chart)
    assert chart.accessibleDescription().endswith("one: 1: 0,5; 64: 1.234")
