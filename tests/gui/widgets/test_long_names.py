"""Names of any length and of any letters: cut short, whole in a tip that is never markup, and pushing nothing away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import Qt as Gui
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel
from rigdyno.core.check.updates import StepStarted
from rigdyno.core.records.machine import Reading
from rigdyno.core.store.history import History
from rigdyno.core.words.phrases.names import STEPS
from rigdyno.gui.pages.check.machine_cards import MachineCards
from rigdyno.gui.pages.check.run_panel import RunPanel
from rigdyno.gui.pages.compare.history_model import COMPUTER, NAME, NOTE, RATE
from rigdyno.gui.shell.main_window import COMPARE, EXPLORE, VERDICT
from rigdyno.gui.widgets.labels import ElidedLabel, Readout, tip

from tests.gui.layout import misfits

EVIL = "<h1>PC</h1> <img src='file:///etc/hostname'> & <b>co</b>"
LONG = "Zwölf" * 136
"""680 letters without a space."""


def read(shown: str) -> str:
    """What a reader of a tip sees."""
    if not Gui.mightBeRichText(shown):
        return shown
    document = QTextDocument()
    document.setHtml(shown)
    return document.toPlainText().replace("\u200b", "").replace("\u2028", "\n")


@pytest.fixture
def called(judged):
    """The result of a computer that calls itself so."""

    def make(name: str, **changes: str):
        readings = judged.machine.readings | {"cpu.model": Reading(name, name)}
        return replace(judged, machine=replace(judged.machine, readings=readings), **changes)

    return make


@pytest.mark.parametrize("text", [EVIL, LONG, "plain", "a < b & c", "&lt;b&gt;", "two\nlines <b>", EVIL * 9])
def test_a_tip_shows_the_very_letters(dressed, text):
    assert read(tip(text)) == text


def test_no_name_is_markup_in_a_tip(window, qtbot, called, home):
    store = History(home)
    store.store(called(EVIL))
    store.rename("id", EVIL)
    store.annotate("id", EVIL)
    window.show_page(COMPARE)
    model = window.compare_page.table.model()
    for column in (NAME, COMPUTER, NOTE):
        assert read(model.index(0, column).data(Qt.ItemDataRole.ToolTipRole)) == EVIL
    readout = Readout()
    qtbot.addWidget(readout)
    readout.show_text(EVIL)
    assert read(readout.toolTip()) == EVIL
    view = MachineCards()
    qtbot.addWidget(view)
    view.show_machine(called(EVIL).machine)
    tips = {read(label.toolTip()) for label in view.findChildren(QLabel) if "<h1>" in label.text()}
    assert tips == {EVIL}, "the source of a reading"


@pytest.mark.parametrize("page", [VERDICT, EXPLORE])
def test_a_long_name_leaves_a_page_as_wide_as_it_was(window, qtbot, called, page):
    window.resize(1000, 700)
    window.open(called(LONG))
    window.show_page(page)
    qtbot.waitUntil(lambda: bool(_elided(window)))
    qtbot.waitUntil(lambda: not misfits(window))
    assert any(LONG in read(label.toolTip()) for label in _elided(window))


def test_a_long_name_pushes_no_column_off_the_screen(window, qtbot, called, home):
    window.resize(1000, 700)
    for number in range(2):
        History(home).store(called(LONG, id=f"id{number}"))
        History(home).rename(f"id{number}", LONG)
    window.show_page(COMPARE)
    page = window.compare_page
    qtbot.waitUntil(page.table.isVisible)
    assert page.table.columnViewportPosition(RATE) + page.table.columnWidth(RATE) <= page.table.viewport().width()
    page.table.selectAll()
    qtbot.mouseClick(page.compare, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not misfits(window))
    right = page.beside.mapTo(window, page.beside.rect().bottomRight()).x()
    assert right <= window.width()
    assert len(_elided(window)) == 2


def test_lines_are_as_many_as_it_takes_and_no_more(qtbot, dressed):
    label = ElidedLabel(LONG, most=3)
    qtbot.addWidget(label)
    one = label.fontMetrics().lineSpacing()
    assert label.heightForWidth(200) == 3 * one + 1
    assert label.heightForWidth(100_000) == one + 1
    label.resize(200, 3 * one + 1)
    label.show()
    picture = label.grab(QRect(0, 2 * one, 200, one)).toImage()
    assert len({picture.pixel(x, y) for x in range(200) for y in range(one)}) > 1, "the third line is painted"


@pytest.mark.parametrize("step", STEPS)
def test_the_sentence_of_a_running_check_is_whole_on_the_smallest_screen(window, qtbot, judged, step, settings):
    settings.choose("language", "es")
    before = window.check_page
    qtbot.waitUntil(lambda: window.check_page is not before)
    window.resize(683, 384)
    window.check_page.begin(judged.plan)
    panel = window.check_page.findChild(RunPanel)
    panel.handle(StepStarted(0.0, step, "cpu", 20.0, "small-cnn"))
    panel._show()
    qtbot.waitUntil(lambda: panel.status.isVisible() and panel.status.height() >= panel.status.heightForWidth(1000))
    last = panel.status._lines(panel.status.width())[-1]
    assert panel.status.fontMetrics().horizontalAdvance(last) <= panel.status.width(), panel.status.text()
    window.check_page.end()


def _elided(window) -> list[ElidedLabel]:
    return [e for e in window.findChildren(ElidedLabel) if e.isVisibleTo(window) and e.width() < e.sizeHint().width()]
