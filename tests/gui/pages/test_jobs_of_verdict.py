"""The Verdict page answers for the wanted job first, and has a table of all jobs whose rows can be measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from rigdyno.core.analysis.jobs.job_estimate import JobEstimate, job_estimates
from rigdyno.core.check import step_durations
from rigdyno.core.check.job_plans import job_alone, job_first
from rigdyno.core.check.updates import Concluded, MachineSeen
from rigdyno.core.records.events import DepthTiming, Failure, Timing
from rigdyno.core.records.experiment_events.boosting import NO_LIBRARY, BoostingTiming
from rigdyno.core.records.machine import Reading
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.reference.job_catalogue import job, load_catalogue
from rigdyno.core.reference.scenarios import load_rules
from rigdyno.core.store import result_files
from rigdyno.core.words.phrases.names import JOBS
from rigdyno.gui.charts.memory_bar import MemoryBar
from rigdyno.gui.pages.verdict import job_rows, shown_results
from rigdyno.gui.pages.verdict.job_rows import JobRow
from rigdyno.gui.pages.verdict.jobs_model import FITS, JOB, KNOWN, MEMORY, TIME
from rigdyno.gui.shell.main_window import CHECK, VERDICT
from rigdyno.gui.theme.palette import LIGHT

from tests.gui import builders
from tests.gui.builders import GIB, counted, job_result, shown

CHECKED = Path(__file__).parents[2] / "results" / "full_check.json"
LORA, BERT, TABLE = job("llama-8b-lora"), job("bert-classification"), job("mlp-table")
WRITES = job("llama-8b-generate")


def guessed_rows(result, others) -> list[JobRow]:
    """A wide guess for each job that trains a network, and what the other results have measured."""

    def known(each) -> tuple[JobEstimate, ...]:
        measured = (r for r in others if r.plan.train.workload == each.workload)
        if found := next((job_estimates(r) for r in measured), None):
            return tuple(found)
        if each.trees:
            return ()
        half = each.deadline_s / 2
        return (JobEstimate("cpu", "guess", 1.0, half, half / 3, 3 * half, counted(1, 0, 6 * GIB), True),)

    return [JobRow(each, known(each)) for each in load_catalogue()]


@pytest.fixture(autouse=True)
def guesses(monkeypatch):
    monkeypatch.setattr(shown_results, "job_rows", guessed_rows)


@pytest.fixture
def page(verdict_page):
    return verdict_page


@pytest.fixture
def table(page, judged):
    """The table of a page that shows a whole check."""
    page.show_result(judged)
    return page.jobs.table


def render(qtbot, page, result, unsaved="", until="samples/s") -> list[str]:
    """Show a result that the page has an answer from, and wait until it is laid out; returns the lines on the page."""
    assert page.show_result(result, unsaved)
    qtbot.waitUntil(lambda: until in shown(page))
    return shown(page).splitlines()


def cell(table, name: str, column: int) -> str:
    return table.jobs.index(table.jobs.find(name), column).data()


def told(table) -> list[str]:
    return [table.jobs.row(number).job.name for number in range(table.jobs.rowCount())]


# --- the wanted job


def test_the_wanted_job_is_answered_before_the_scenario(page, qtbot, machine, judged):
    wanted = job_result(machine, BERT, rate=100)
    plan = job_first(judged.plan, BERT.workload, BERT.work)
    lines = render(qtbot, page, replace(judged, plan=plan, runs=(*wanted.runs, *judged.runs)))
    assert lines[0] == "What you want to train"
    assert lines[1].startswith("Yes: classifying sentences with BERT-base takes ")
    assert "Test 9000  ·  measured  ·  100 samples/s" in lines
    assert "4.0 GiB of 8.0 GiB of memory: fits" in lines
    assert any("Scenario 1 of 4" in line for line in lines)


def test_memory_is_told_part_by_part_to_eyes_and_ears(page, qtbot, machine):
    render(qtbot, page, job_result(machine, BERT))
    for part in ("weights 2.0 GiB", "gradients 512 MiB", "optimiser 1.0 GiB", "activations 512 MiB"):
        assert part in shown(page)
    bar = page.findChild(MemoryBar)
    assert bar.accessibleName().startswith("Libraries and other programs 256 MiB, weights 2.0 GiB")
    picture = bar.grab().toImage()
    drawn = {QColor(picture.pixel(x, 12)).name() for x in range(picture.width())}
    assert {*LIGHT.curves, LIGHT.total, LIGHT.sunken} <= drawn


def test_what_does_not_fit_says_what_would_and_shows_where_memory_ends(page, qtbot, machine):
    lines = render(qtbot, page, job_result(machine, LORA, rate=0.1, peak=20 * GIB, fitting="four-bit"))
    assert lines[1] == "No: LoRA of Llama 3.1 8B needs 20.0 GiB of memory, and the CPU has 8.0 GiB."
    assert "→ It fits with frozen weights of 4 bits: 5.0 GiB, 1.3 times as long." in lines
    assert not any("would make it fit" in line or "No change" in line for line in lines)
    picture = page.findChild(MemoryBar).grab().toImage()
    top = {QColor(picture.pixel(x, 1)).name() for x in range(picture.width())}
    assert LIGHT.bad in top


def test_a_model_that_writes_shows_its_first_token_its_rate_and_its_keys(page, qtbot, machine):
    parts = [("prompt", 2, 0.2), ("prompt", 4, 0.4), ("token", 2, 0.02), ("token", 4, 0.04)]
    timed = tuple(DepthTiming(1.0, n, 32, 1, 640, 0.0, (s,) * 3, what) for what, n, s in parts)
    alone = job_result(machine, WRITES)
    count = replace(counted(1, 640, 4 * GIB), gradients=0, optimizer=0, cache=GIB)
    memory, written = alone.runs
    runs = replace(memory, memory=(count,)), replace(written, task="generation", windows=(), depths=timed)
    lines = render(qtbot, page, replace(alone, runs=runs), until="tokens/s")
    assert "Test 9000  ·  extrapolated from a part of it  ·  3.12 tokens/s" in lines
    assert any(line.startswith("The first token comes after 2.8 to 3.7 s") for line in lines)
    assert any(line.startswith("That is PyTorch's speed with weights of 4 bits") for line in lines)
    assert "keys and values 1.0 GiB" in shown(page)


def test_a_job_alone_has_its_answer_and_an_invitation(page, qtbot, machine):
    lines = render(qtbot, page, job_result(machine, BERT), "disk full")
    assert "BERT-base takes" in lines[1]
    assert any("disk full" in line for line in lines)
    assert page.jobs is None
    with qtbot.waitSignal(page.check_requested):
        page.invitation.button.click()


def test_what_was_stopped_before_it_told_anything_leaves_the_page_alone(page, judged, machine):
    page.show_result(judged)
    before = shown(page)
    assert not page.show_result(replace(job_result(machine, BERT), status="partial", runs=()))
    assert shown(page) == before


def test_a_changed_job_is_none_of_the_catalogue(page, machine):
    changed = job_alone(replace(BERT.workload, batch=7), BERT.work)
    assert not page.show_result(job_result(machine, BERT, plan=changed))


# --- the table


def test_all_jobs_stand_in_the_table(table):
    assert told(table) == [each.name for each in load_catalogue()]
    assert cell(table, "bert-classification", KNOWN) == "guess"
    assert cell(table, "bert-classification", MEMORY) == "6.0 GiB"
    assert cell(table, "bert-classification", FITS) == "fits"
    assert "–" in cell(table, "bert-classification", TIME)
    assert cell(table, "boosting-airline", TIME) == "—"


def test_a_text_and_a_family_narrow_the_table_down(page, table, qtbot):
    qtbot.keyClicks(page.jobs.filter, "lora")
    assert set(told(table)) >= {"llama-8b-lora", "sdxl-lora"}
    page.jobs.family.set_value("generators")
    assert "sdxl-lora" in told(table)
    assert "llama-8b-lora" not in told(table)
    page.jobs.filter.setText("no such job")
    assert told(table) == []
    qtbot.waitUntil(lambda: "Nothing matches the filter." in shown(page))
    page.jobs.filter.clear()
    assert {job(name).family for name in told(table)} == {"generators"}


def test_headings_and_a_choice_sort_it(page, table):
    page.jobs.sorting.set_value(str(TIME))
    times = [table.jobs.row(n).best.seconds for n in range(table.jobs.rowCount() - 1)]
    assert times == sorted(times)
    assert told(table)[-1] == "boosting-airline", "what has no time comes last"
    table.sortByColumn(JOB, Qt.SortOrder.AscendingOrder)
    assert page.jobs.sorting.value() == str(JOB)
    titles = [table.jobs.row(n).title.casefold() for n in range(table.jobs.rowCount())]
    assert titles == sorted(titles)
    page.jobs.sorting.setCurrentIndex(0)
    assert told(table) == [each.name for each in load_catalogue()]


def test_the_keyboard_chooses_a_job_and_measures_it(page, table, qtbot):
    assert not page.jobs.measure.isEnabled()
    table.setFocus()
    table.setCurrentIndex(table.jobs.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    chosen = load_catalogue()[1]
    assert table.row.job == chosen
    assert page.jobs.measure.accessibleDescription() == table.row.title
    qtbot.waitUntil(lambda: "GiB of memory: fits" in shown(page.jobs.answer))
    with qtbot.waitSignal(page.measure_requested) as asked:
        qtbot.keyClick(page.jobs.measure, Qt.Key.Key_Space)
    assert asked.args == [job_alone(chosen.workload, chosen.work)]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_of_the_scenarios_that_is_too_much_has_a_way_out(page, table, qtbot, name):
    table.select(name)
    qtbot.waitUntil(lambda: "would be good" in shown(page.jobs.answer))
    ways = ("The cheapest way out that is known", "It takes a GPU with")
    in_time = name in ("mlp-table", "resnet50-finetune")
    assert any(way in shown(page.jobs.answer) for way in ways) is not in_time


def test_a_measurement_replaces_its_row_and_leaves_the_rest_as_it_was(page, table, qtbot, machine):
    page.jobs.family.set_value("text")
    table.select("bert-classification")
    page.jobs.measure.click()
    render(qtbot, page, job_result(machine, BERT, rate=100), until="100 samples/s")
    assert page.jobs.table is table, "not built anew"
    assert cell(table, "bert-classification", KNOWN) == "measured"
    assert cell(table, "distilbert-classification", KNOWN) == "guess"
    assert table.row.job == BERT
    assert page.wanted is None, "only what was asked for on the Check page comes first"


def test_boosted_trees_are_measured_by_the_button_on_the_processor_alone(page, table, qtbot, machine):
    assert cell(table, "boosting-airline", KNOWN) == "—"
    table.select("boosting-airline")
    with qtbot.waitSignal(page.measure_requested) as asked:
        page.jobs.measure.click()
    (plan,) = asked.args
    assert (plan.steps, plan.devices) == (("boosting",), ("cpu",))
    told = BoostingTiming(1.0, "lightgbm", "4.6.0", 1_000_000, 100, (20.0, 21.0), GIB)
    trained = builders.run("boosting", plan.train, boosted=(told,))
    render(qtbot, page, replace(job_result(machine, BERT), plan=plan, runs=(trained,)), until="lightgbm 4.6.0")
    assert cell(table, "boosting-airline", KNOWN) == "measured"
    lines = shown(page.jobs.answer).splitlines()
    assert "It runs on the processor: a GPU is not needed." in lines
    assert any("lightgbm 4.6.0" in line and "rows/s" in line for line in lines)
    assert not any("activations" in line for line in lines)


def test_without_a_library_for_trees_the_row_says_which_to_install(page, table, qtbot, machine):
    table.select("boosting-airline")
    page.jobs.measure.click()
    plan = job_alone(job("boosting-airline").workload, job("boosting-airline").work)
    failed = builders.run("boosting", plan.train, failure=Failure(NO_LIBRARY, "lightgbm"))
    known = replace(machine, readings=machine.readings | {"cpu.physical_cores": Reading(4, "invented")})
    page.set_here(known)
    told = replace(job_result(known, BERT), plan=plan, runs=(failed,), status="nothing")
    render(qtbot, page, told, until="pip install lightgbm")


def test_a_job_of_another_computer_does_not_mix_with_these(page, table, qtbot, machine):
    other = replace(machine, readings=machine.readings | {"cpu.model": Reading("Else 1", "invented")})
    render(qtbot, page, job_result(other, BERT), until="Else 1")
    assert "Scenario 1 of 4" not in shown(page)


def test_what_cannot_be_measured_says_why(page, table, machine, judged):
    table.select("resnet50-imagenet-day")
    assert not page.jobs.measure.isEnabled()
    assert "several accelerators" in page.jobs.measure.toolTip()
    table.select("bert-classification")
    assert page.jobs.measure.isEnabled()
    page.set_running(True)
    assert page.jobs.measure.toolTip() == "A check is running."
    page.set_running(False)
    page.set_here(replace(machine, readings=machine.readings | {"cpu.model": Reading("Else 1", "invented")}))
    assert page.jobs.measure.toolTip() == "This result is of another computer."


def test_a_narrow_window_has_the_columns_that_matter(page, table, qtbot):
    page.resize(560, 400)
    qtbot.waitUntil(lambda: table.isColumnHidden(KNOWN))
    assert not table.isColumnHidden(TIME)
    assert not table.isColumnHidden(FITS)
    qtbot.waitUntil(lambda: page._area.horizontalScrollBar().maximum() == 0)


def test_guesses_come_from_the_rates_of_the_check(page, monkeypatch, qtbot):
    monkeypatch.setattr(shown_results, "job_rows", job_rows.job_rows)
    page.show_result(result_files.judged(result_files.read(CHECKED), load_rules()))
    table = page.jobs.table
    assert cell(table, "bert-classification", KNOWN) == "guess"
    assert "–" in cell(table, "bert-classification", TIME)
    assert cell(table, "resnet18-small-images", KNOWN) == "measured"
    assert cell(table, "flux-lora", FITS) == "does not fit"
    table.select("flux-lora")
    qtbot.waitUntil(lambda: "Measuring it tells what would make it fit." in shown(page.jobs.answer))


def test_a_job_on_photos_tells_what_sets_its_pace(page, qtbot, machine):
    photos = job("convnext-t-training")
    made = job_result(machine, photos, rate=10.0)
    loaded = builders.run("loading", made.plan.train, timings=(Timing(0.0, "loading", (0.4,) * 8, 8, "sample", "2"),))
    lines = render(qtbot, page, replace(made, runs=(*made.runs, loaded)), until="sets the pace")
    assert any("takes 33 % of the time of the same cores, and num_workers=1 suffices." in line for line in lines)
    assert any("came from the computer's memory" in line for line in lines)


# --- in the whole window


def test_jobs_are_still_there_in_another_language(window, qtbot, machine, judged):
    for update in (MachineSeen(machine), Concluded(judged), Concluded(job_result(machine, BERT))):
        window.bridge.updated.emit(update)
    assert window.page == VERDICT
    window.settings.choose("language", "es")
    qtbot.waitUntil(lambda: "Escenario 1 de 4" in shown(window.verdict_page))
    assert "BERT-base" in shown(window.verdict_page.wanted)
    assert window.verdict_page.jobs.measure.toolTip() != "This result is of another computer."


def test_a_real_job_is_measured_from_the_table(window, qtbot, hasty, monkeypatch):
    """mlp-table, through the engine: its guess becomes a measurement."""
    monkeypatch.setattr(step_durations, "FULL", step_durations.QUICK)
    with qtbot.waitSignal(window.bridge.updated, check_params_cb=lambda u: u.machine.torch is not None) as seen:
        window.bridge.inspect()
    window.bridge.updated.emit(Concluded(builders.judged(seen.args[0].machine)))
    table, measure = window.verdict_page.jobs.table, window.verdict_page.jobs.measure
    table.select("mlp-table")
    with qtbot.waitSignal(window.bridge.running_changed, check_params_cb=lambda on: not on):
        qtbot.keyClick(measure, Qt.Key.Key_Space)
        assert window.page == CHECK
    assert window.page == VERDICT
    assert cell(table, "mlp-table", KNOWN) == "measured"
    assert cell(table, "mlp-table", FITS) == "fits"
    assert window.focusWidget() is table, "the keyboard goes on where it was"
    qtbot.waitUntil(lambda: "samples/s" in shown(window.verdict_page.jobs.answer))


@pytest.mark.slow
def test_a_real_job_comes_first_in_a_quick_check(window, qtbot, hasty):
    plan = job_first(CheckPlan(steps=("train", "jobs")), TABLE.workload, TABLE.work)
    with qtbot.waitSignal(window.bridge.running_changed, check_params_cb=lambda on: not on):
        window.start(plan)
    assert window.page == VERDICT
    qtbot.waitUntil(lambda: "samples/s" in shown(window.verdict_page))
    lines = shown(window.verdict_page).splitlines()
    assert lines[0] == "What you want to train"
    assert "a small network on a table of 100,000 rows" in lines[1]
