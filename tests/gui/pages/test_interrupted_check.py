"""After a crash: the window offers what the interrupted check had measured, keeps it, or does not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from rigdyno.core.check.journal import Begun, Head, Journal
from rigdyno.core.records.plan import CheckPlan, Plan, Request
from rigdyno.core.store.history import History
from rigdyno.gui.shell.main_window import CHECK, EXPLORE

from tests.gui.builders import WINDOWS, shown

pytestmark = pytest.mark.faults


@pytest.fixture
def crashed(home, machine):
    """Two programs that died while they measured."""
    plan = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=60))
    for number in (1, 2):
        journal = Journal(Head(1, f"id{number}", f"2026-11-2{number}T05:00:00+00:00", "0.1.0"))
        for record in (machine, plan, Begun(0.0, Request("train", plan.train), "ACTIVE"), *WINDOWS):
            journal.write(record)
        journal.close(stored=False)
    return home


def test_without_a_crash_nothing_is_offered(window, home):
    window.check_page.interrupted.look()
    assert not window.check_page.interrupted.isVisible()


def test_an_interrupted_check_is_kept_or_discarded(window, qtbot, crashed):
    card = window.check_page.interrupted
    window.check_page.interrupted.look()
    assert "The check of 11/21/26" in shown(card).replace("\u202f", " ")
    window.settings.choose("language", "es")
    qtbot.waitUntil(lambda: "La prueba del 21/11/26" in shown(window.check_page.interrupted))
    card = window.check_page.interrupted
    qtbot.mouseClick(card.discard, Qt.MouseButton.LeftButton)
    assert "22/11/26" in shown(card)
    assert window.page == CHECK
    qtbot.mouseClick(card.keep, Qt.MouseButton.LeftButton)
    assert not card.isVisibleTo(window.check_page)
    assert window.page == EXPLORE
    assert [(e.id, e.status, e.rate) for e in History(crashed).entries()] == [("id2", "partial", pytest.approx(1024))]


def test_what_cannot_be_kept_stays_and_is_told(window, qtbot, crashed):
    (crashed / "results.sqlite").write_bytes(b"no database" * 100)
    card = window.check_page.interrupted
    card.look()
    qtbot.mouseClick(card.keep, Qt.MouseButton.LeftButton)
    assert "damaged" in shown(card)
    (crashed / "results.sqlite").unlink()
    card.look()
    qtbot.mouseClick(card.keep, Qt.MouseButton.LeftButton)
    assert len(History(crashed).entries()) == 1
