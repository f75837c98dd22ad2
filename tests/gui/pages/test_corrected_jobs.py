"""The Verdict page corrects jobs by the user's own trainings, and says so; the scenario stays as it was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_estimate import JobEstimate
from rigdyno.core.analysis.same_computer import computer_digest
from rigdyno.core.records.calibration import Calibration
from rigdyno.core.reference.job_catalogue import job, load_catalogue
from rigdyno.core.store.calibrations import FILE, keep
from rigdyno.gui.pages.verdict import shown_results
from rigdyno.gui.pages.verdict.job_rows import JobRow
from rigdyno.gui.pages.verdict.jobs_model import KNOWN, TIME
from rigdyno.gui.words import language

from tests.gui.builders import job_result, shown

BERT = job("bert-classification")
SENTENCE = "The speed is corrected by 0.5, from your own training of 1,200 steps on 2026-11-28."


def guessed_rows(result, others) -> list[JobRow]:
    """A guess for each job, as a result without products of matrices has none."""
    known = JobEstimate("cpu", "guess", 1.0, 3600.0, 1800.0, 7200.0, None, None)
    return [JobRow(each, (known,)) for each in load_catalogue()]


@pytest.fixture
def page(verdict_page, monkeypatch):
    monkeypatch.setattr(shown_results, "job_rows", guessed_rows)
    return verdict_page


@pytest.fixture
def trained(home, machine):
    """A training of a classifier of texts that was half as fast as its forecast."""
    digest = computer_digest(machine, "cpu")
    return keep(Calibration("text", "cpu", digest, BERT.name, "2026-11-28", 1200, 5.0, 0.5, "log"))


def cell(page, name: str, column: int) -> str:
    jobs = page.jobs.table.jobs
    return jobs.index(jobs.find(name), column).data()


def test_the_answer_of_a_job_is_corrected_and_says_so(page, qtbot, machine, trained):
    assert page.show_result(job_result(machine, BERT, rate=100))
    qtbot.waitUntil(lambda: SENTENCE in shown(page))
    assert "50 samples/s" in shown(page)


def test_without_a_training_nothing_is_said(page, qtbot, machine):
    assert page.show_result(job_result(machine, BERT, rate=100))
    qtbot.waitUntil(lambda: "100 samples/s" in shown(page))
    assert "corrected" not in shown(page)


def test_in_the_table_the_family_is_marked_and_its_answer_says_it(page, qtbot, judged, trained):
    page.show_result(judged)
    assert (cell(page, BERT.name, KNOWN), cell(page, BERT.name, TIME)) == ("guess × 0.5", "1.0 – 4.0 hours")
    assert cell(page, "resnet50-finetune", KNOWN) == "guess"
    page.jobs.table.select(BERT.name)
    qtbot.waitUntil(lambda: SENTENCE in shown(page.jobs.answer))


def test_a_training_that_is_told_later_corrects_the_next_row(page, qtbot, judged, machine, request):
    page.show_result(judged)
    assert cell(page, BERT.name, KNOWN) == "guess"
    request.getfixturevalue("trained")
    page.jobs.table.select("mlp-table")
    page.jobs.measure.click()
    page.show_result(job_result(machine, job("mlp-table")))
    assert cell(page, BERT.name, KNOWN) == "guess × 0.5"


def test_the_verdict_is_not_corrected(page, qtbot, judged, trained):
    verdict = judged.verdict
    page.show_result(judged)
    assert judged.verdict == verdict
    assert "on 2026-11-28" not in shown(page)


def test_another_computer_is_not_corrected(page, qtbot, judged, machine, trained):
    other = replace(machine, readings={k: v for k, v in machine.readings.items() if k != "cpu.model"})
    page.show_result(replace(judged, machine=other))
    assert cell(page, BERT.name, KNOWN) == "guess"


def test_a_file_that_cannot_be_read_is_told(page, qtbot, judged, home, trained):
    (home / FILE).write_text("{")
    page.show_result(judged)
    qtbot.waitUntil(lambda: "your trainings cannot be read" in shown(page))
    assert cell(page, BERT.name, KNOWN) == "guess"


def test_in_spanish(page, qtbot, machine, trained, settings):
    language.speak("es", settings)
    page.show_result(job_result(machine, BERT, rate=100))
    qtbot.waitUntil(
        lambda: "según su propio entrenamiento de 1.200 pasos del 2026-11-28" in shown(page), timeout=20_000
    )
