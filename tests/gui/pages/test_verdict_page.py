"""The Verdict page shows what a result says, and says what it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from rigdyno.core.records.events import Failure
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.words.phrases.names import SCENARIOS
from rigdyno.core.words.writer import reason
from rigdyno.gui.charts.scenario_scale import ScenarioScale
from rigdyno.gui.charts.time_bar import TimeBar
from rigdyno.gui.charts.trust_grade import TrustGrade
from rigdyno.gui.pages.verdict.forecast_table import ForecastTable
from rigdyno.gui.pages.verdict.page import VerdictPage
from rigdyno.gui.words import text

from tests.gui.builders import NONE, RUN


@pytest.fixture
def result(judged):
    return judged


@pytest.fixture
def page(qtbot, dressed):
    made = VerdictPage()
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


def shown(page) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def render(qtbot, page, result, unsaved="", until="Scenario 1 of 4") -> str:
    """Show a result and wait until it has been laid out; returns all that can be read."""
    page.show_result(result, unsaved)
    qtbot.waitUntil(lambda: until in shown(page))
    return shown(page)


def one(page, kind):
    (found,) = [w for w in page.findChildren(kind) if w.isVisible()]
    return found


def test_an_empty_page_invites(page, qtbot):
    assert "No verdict yet" in shown(page)
    button = one(page, QPushButton)
    with qtbot.waitSignal(page.check_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_scenario_evidence_margin_and_trust(page, result, qtbot):
    words = render(qtbot, page, result)
    assert SCENARIOS[1][0] in words
    assert SCENARIOS[1][1] in words
    assert "Scenario 1 of 4" in words
    assert one(page, ScenarioScale).scenario == 1
    assert one(page, TrustGrade).grade == "C"
    assert "3,262 images/s" in words
    assert result.verdict.margin.sentence in words
    assert "ran on its battery" in words
    assert "No verdict yet" not in words


def test_variables_for_other_programs_are_small_and_can_be_copied(page, result, qtbot):
    hint = reason("variables", variables="MALLOC_TOP_PAD_=1 OMP_NUM_THREADS=2")
    render(qtbot, page, replace(result, verdict=replace(result.verdict, reasons=(*result.verdict.reasons, hint))))
    (line,) = [w for w in page.findChildren(QLabel) if "MALLOC_TOP_PAD_=1 OMP_NUM_THREADS=2" in w.text()]
    assert line.property("role") == "small"
    assert line.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


def test_every_forecast_has_its_range_limit_and_answer(page, result, qtbot):
    words = render(qtbot, page, result)
    assert len([b for b in page.findChildren(TimeBar) if b.isVisible()]) == 5
    for expected in ("12 – 24 s", "~ 3.6 – 6.1 hours", "10 min", "yes", "no: too slow", "perhaps (60 %)", "no: memory"):
        assert expected in words, expected
    assert text.answer(NONE) == ("no", "bad")
    assert "Test 9000" in words, "the device by its name"


def test_a_narrow_window_leaves_out_the_bars(page, result, qtbot):
    render(qtbot, page, result)
    page.resize(560, 400)
    qtbot.waitUntil(lambda: not any(b.isVisible() for b in page.findChildren(TimeBar)))
    qtbot.waitUntil(lambda: page._area.horizontalScrollBar().maximum() == 0)  # nothing is to the right of the window


def test_a_partial_result_says_so(page, result, qtbot):
    words = render(qtbot, page, replace(result, status="partial"))
    assert "You stopped this check" in words
    assert SCENARIOS[1][0] in words


def test_a_failed_run_is_told_with_its_reason(page, result, qtbot):
    broken = replace(RUN, failure=Failure("died", "signal 9"), stop="failed")
    words = render(qtbot, page, replace(result, status="partial", runs=(broken,)))
    assert "signal 9" in words
    assert "kept as a partial result" in words


def test_without_a_verdict_the_numbers_and_another_try(page, result, qtbot):
    stopped = replace(result, status="partial", verdict=None)
    words = render(qtbot, page, stopped, "disk full", "No verdict from this check")
    assert "1,024 images/s" in words
    assert "disk full" in words
    assert one(page, QPushButton).isEnabled()
    render(qtbot, page, replace(result, status="nothing", verdict=None, runs=()), until="Nothing could be measured")


def test_a_training_of_ones_own_leaves_the_last_verdict_alone(page, result, qtbot):
    render(qtbot, page, result)
    assert SCENARIOS[1][0] in render(qtbot, page, replace(result, plan=CheckPlan("custom", ("train",)), verdict=None))


def test_busy_it_asks_for_no_second_check(page, qtbot):
    button = page.invitation.button
    page.set_running(True)
    assert not button.isEnabled()
    assert "running" in button.toolTip()
    page.set_running(False)
    assert button.isEnabled()


def test_the_jobs_are_sorted_by_their_headings(page, result, qtbot):
    render(qtbot, page, result)
    table = page.findChild(ForecastTable)

    def jobs() -> list[str]:
        return [cells[1].text() for cells in table._cells[1:]]

    first = jobs()
    qtbot.waitUntil(lambda: table.heads[1].height() > 5)
    qtbot.mouseClick(table.heads[1], Qt.MouseButton.LeftButton)
    assert jobs() == sorted(first)
    qtbot.keyClick(table.heads[1], Qt.Key.Key_Space)
    assert jobs() == sorted(first, reverse=True), "the keyboard can, and the other way round"
    qtbot.waitUntil(lambda: table.heads[4].height() > 5)
    qtbot.mouseClick(table.heads[4], Qt.MouseButton.LeftButton)
    times = [f.seconds for f in table._forecasts]
    assert times[:-1] == sorted(times[:-1])
    assert times[-1] is None, "what has no time comes last"
    assert "▲" in table.heads[4].text()
    assert "Sort by" in table.heads[4].accessibleName()
