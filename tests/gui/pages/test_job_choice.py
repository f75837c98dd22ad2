"""The question "What do you want to train?" on the Check page: nothing special, or a job that is measured first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from rigdyno.core.analysis.jobs.job_of_result import is_measurable
from rigdyno.core.check.job_plans import job_alone
from rigdyno.core.check.updates import Concluded, MachineSeen, StepStarted, WorkerSaid
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.reference.job_catalogue import job, load_catalogue
from rigdyno.core.words.phrases.jobs import FAMILIES
from rigdyno.gui.pages.check.start_card import StartCard
from rigdyno.gui.shell.main_window import CHECK

from tests.gui.builders import WINDOWS, counted, shown


@pytest.fixture
def start(qtbot, dressed, machine):
    made = StartCard()
    qtbot.addWidget(made)
    made.set_machine(machine)
    made.resize(1000, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def names(choice) -> list[str]:
    return [choice.itemData(i) for i in range(choice.count())]


def want(start, name: str) -> None:
    start.job.family.set_value(job(name).family)
    start.job.jobs.set_value(name)


def test_nothing_special_is_asked_for_at_first(start):
    assert start.job.family.currentText() == "nothing special"
    assert not start.job.jobs.isVisible()
    assert not start.job.alone.isVisible()
    assert start.plan() == CheckPlan()


def test_a_family_offers_its_jobs_that_can_be_measured(start):
    assert names(start.job.family) == ["", *FAMILIES]
    offered = []
    for family in FAMILIES:
        start.job.family.set_value(family)
        assert {job(name).family for name in names(start.job.jobs)} == {family}
        offered += names(start.job.jobs)
    assert set(offered) == {each.name for each in load_catalogue() if is_measurable(each)}
    assert "boosting-airline" in offered


def test_the_chosen_job_is_measured_before_the_rest(start):
    want(start, "bert-classification")
    plan = start.plan()
    assert plan.preset == "quick"
    assert plan.steps == ("memory", "workload", *CheckPlan().steps)
    assert plan.train.workload == job("bert-classification").workload
    assert plan.samples == job("bert-classification").work
    start.job.family.set_value("")
    assert start.plan() == CheckPlan()


def test_the_chosen_job_is_told_with_its_sizes(start):
    want(start, "bert-classification")
    told = shown(start.job)
    assert f"{job('bert-classification').sequence} tokens a sample" in told
    assert "s a device at most" in told
    want(start, "llama-8b-generate")
    assert "512 tokens read, 128 written" in shown(start.job)


def test_trees_are_told_with_theirs(start):
    want(start, "boosting-airline")
    assert "1,000,000 rows, 8 columns, 100 trees" in shown(start.job)
    assert start.plan().steps == ("boosting", *CheckPlan().steps)


def test_the_keyboard_chooses_a_job_and_measures_it_alone(start, qtbot):
    start.job.family.setFocus()
    qtbot.keyClick(start.job.family, Qt.Key.Key_Down)
    start.job.jobs.setFocus()
    qtbot.keyClick(start.job.jobs, Qt.Key.Key_Down)
    chosen = job(start.job.jobs.value())
    assert chosen.name == names(start.job.jobs)[1]
    with qtbot.waitSignal(start.start_requested) as asked:
        qtbot.keyClick(start.job.alone, Qt.Key.Key_Space)
    assert asked.args == [job_alone(chosen.workload, chosen.work), None]


def test_a_training_of_ones_own_is_no_place_for_the_question(start):
    want(start, "bert-classification")
    start.segments["custom"].click()
    assert not start.job.isVisible()
    assert start.plan().steps == ("train",)
    start.segments["full"].click()
    assert start.job.isVisible()
    assert start.plan().steps[:2] == ("memory", "workload")


def test_what_stops_start_stops_the_job_too(start):
    want(start, "bert-classification")
    start.set_waiting("After the installation")
    assert not start.job.alone.isEnabled()
    assert start.job.alone.toolTip() == "After the installation"
    start.set_waiting("")
    assert start.job.alone.isEnabled()


def test_the_running_check_tells_the_job_what_it_needs_and_how_fast_it_is(window, qtbot, machine):
    chosen, panel = job("bert-classification"), window.check_page.run_panel
    window.bridge.updated.emit(MachineSeen(machine))
    window.check_page.begin(job_alone(chosen.workload, chosen.work))

    def hear(update, until) -> None:
        window.bridge.updated.emit(update)
        qtbot.waitUntil(until)

    hear(
        StepStarted(0.0, "memory", "cpu", 40.0, chosen.network), lambda: "the memory of the job" in panel.status.text()
    )
    assert "BERT-base" in panel.status.text()
    number = panel.speeds["cpu"].number
    hear(WorkerSaid("cpu", counted(1, 128, 3 * 2**30)), lambda: number.text == "needs 3.0 GiB")
    hear(WorkerSaid("cpu", counted(2, 128, 6 * 2**30)), lambda: True)
    hear(StepStarted(4.0, "workload", "cpu", 20.0, chosen.network), lambda: "steps of the job" in panel.status.text())
    assert number.text == "needs 3.0 GiB", "of the job as it is, until there is a rate"
    hear(WorkerSaid("cpu", WINDOWS[0]), lambda: number.text == "1,024 samples/s")
    window.check_page.end()


def test_the_chosen_job_is_still_chosen_in_another_language(window, qtbot, machine, judged):
    window.bridge.updated.emit(MachineSeen(machine))
    window.bridge.updated.emit(Concluded(judged))
    window.show_page(CHECK)
    want(window.check_page.start_card, "unet-2d")
    plan = window.check_page.start_card.plan()
    window.settings.choose("language", "es")
    qtbot.waitUntil(lambda: "¿Para qué basta este equipo?" in shown(window.check_page))
    assert window.check_page.start_card.plan() == plan
