"""The training options: core's ranges, core's sentences, and every field within reach of the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from rigdyno.core.analysis.plan_limits import FIELD_LIMITS, plan_problems
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.words.writer import english
from rigdyno.gui.pages.check.start_card import StartCard
from rigdyno.gui.widgets.input_fields import Choice, IntegerEdit, RealEdit
from rigdyno.gui.words import language


@pytest.fixture
def start(qtbot, dressed, machine):
    made = StartCard()
    qtbot.addWidget(made)
    made.set_machine(machine)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def custom(start):
    start.segments["custom"].click()
    return start


def replace_text(field, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


def test_a_buyer_sees_one_button(start):
    assert start.start.isVisible()
    assert start.start.isEnabled()
    assert not start.form.isVisible()
    assert start.plan() == CheckPlan()


def test_ranges_and_choices_come_from_the_table_of_limits(custom):
    for name, field in custom.form.inputs.items():
        limit = FIELD_LIMITS[name]
        if isinstance(field, Choice):
            assert tuple(field.itemData(i) for i in range(field.count())) == limit.choices
        else:
            assert (field.low, field.high) == (limit.low, limit.high)
        assert english.allowed(*limit.range) in custom.form.inputs[name].accessibleDescription()


def test_ranges_have_the_marks_of_the_language_as_the_fields_have(qtbot, dressed, settings):
    language.speak("es", settings)
    made = StartCard()
    qtbot.addWidget(made)
    made.form.set_custom(True)
    assert "de 0,5 a 86400" in made.form.inputs["seconds"].accessibleDescription()
    field = made.form.inputs["learning_rate"]
    field.setValue(20.5)
    assert field.text() == "20,5"
    assert "20,5 no se permite; se permite de 1e-08 a 10" in made.form.problems()["learning_rate"]


def test_the_form_starts_with_the_default_plan(custom):
    assert custom.form.plan() == Plan()
    assert not plan_problems(custom.form.plan())
    assert custom.plan() == CheckPlan("custom", ("train",), ("cpu",), Plan())


def test_a_bad_value_gets_its_sentence_and_stops_start(custom):
    replace_text(custom.form.inputs["depth"], "7")
    error = custom.form.errors["depth"]
    assert error.isVisible()
    assert "allowed at this image_size is 1 to 4" in error.text()
    assert not custom.start.isEnabled()
    replace_text(custom.form.inputs["depth"], "3")
    assert not error.isVisible()
    assert custom.start.isEnabled()


def test_a_value_out_of_range_can_be_typed_and_is_told_so(custom):
    replace_text(custom.form.inputs["batch"], "100000")
    assert custom.form.plan().batch == 100_000
    assert custom.form.errors["batch"].text() == "Batch: 100000 is not allowed; allowed is 1 to 65536."
    assert not custom.start.isEnabled()


def test_what_this_machine_cannot_do_is_told_too(custom):
    custom.form.inputs["threads"].setValue(64)
    assert "allowed is 0 to 4" in custom.form.errors["threads"].text()
    custom.form.inputs["threads"].setValue(0)
    custom.form.inputs["precision"].set_value("fp16")
    assert "fp32, bf16" in custom.form.errors["precision"].text()


def test_a_hidden_problem_is_told_beside_the_button(custom):
    custom.form.inputs["depth"].setValue(7)
    custom.options.setChecked(False)
    assert custom._problem.isVisible()
    assert custom._problem.text().startswith("Depth: 7")
    custom.choose("quick")
    assert custom.start.isEnabled(), "a check does not use the training options"


def test_no_device_is_a_problem_of_every_preset(start):
    start.form.devices["cpu"].setChecked(False)
    assert not start.start.isEnabled()
    assert "choose at least one" in start.form.problems()["device"]


def test_data_decides_which_fields_are_free(custom):
    fields = custom.form.inputs
    assert not fields["image_size"].isEnabled()
    fields["data"].set_value("synthetic")
    assert fields["image_size"].isEnabled()
    assert not custom.form.until.isEnabled()
    fields["image_size"].setValue(64)
    assert custom.form.plan().image_size == 64
    fields["data"].set_value("fashion-mnist")
    assert custom.form.plan().image_size == 28
    custom.form.until.set_value("epochs")
    assert custom.form.plan().epochs == 3
    fields["data"].set_value("synthetic")
    assert custom.form.plan().epochs == 0
    assert not custom.form.problems()


def test_learning_rates_are_typed_as_people_write_them(custom):
    for text, value in (("1e-4", 1e-4), ("0,01", 0.01), ("0.5", 0.5)):
        replace_text(custom.form.inputs["learning_rate"], text)
        assert custom.form.plan().learning_rate == pytest.approx(value)
    assert custom.form.inputs["learning_rate"].textFromValue(1e-4) == "0.0001"
    assert custom.form.inputs["learning_rate"].textFromValue(1e-8) == "1e-08"


def test_arrow_keys_stay_inside_the_range(custom):
    depth = custom.form.inputs["depth"]
    assert isinstance(depth, IntegerEdit)
    depth.setValue(8)
    QTest.keyClick(depth, Qt.Key.Key_Up)
    assert depth.value() == 8
    rate = custom.form.inputs["learning_rate"]
    assert isinstance(rate, RealEdit)
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert rate.value() == pytest.approx(0.002)


def test_every_control_has_a_name_and_the_keyboard_reaches_it(custom, qtbot):
    custom.form.inputs["data"].set_value("synthetic")  # frees the size of the images
    controls = {
        *custom.form.inputs.values(),
        *custom.form.devices.values(),
        *custom.segments.values(),
        custom.form.channels_last,
        custom.options,
        custom.start,
    }
    expected = {c for c in controls if c.isVisible() and c.isEnabled()}
    assert len(expected) >= len(controls) - 2
    for control in controls:
        assert control.accessibleName() or control.text(), control
    custom.activateWindow()
    custom.start.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is custom.start)
    reached = set()
    for _ in range(60):
        reached.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert not [c.accessibleName() or c.text() for c in expected - reached]


def test_a_soak_follows_a_quick_check(start):
    start.choose("soak")
    plan = start.plan()
    assert (plan.preset, plan.steps[-1], plan.soak_s) == ("quick", "soak", 600)


def test_a_preset_is_chosen_by_key_and_stays_chosen(start):
    for preset in ("full", "custom", "custom", "quick"):
        QTest.keyClick(start.segments[preset], Qt.Key.Key_Space)
        assert start.plan().preset == preset
        assert [name for name, segment in start.segments.items() if segment.isChecked()] == [preset]
