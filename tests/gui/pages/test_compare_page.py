"""The Compare page: empty, failed, busy and full; rename, note, delete, undo, files in and out, side by side."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from rigdyno.core.check.updates import Concluded
from rigdyno.core.store import result_files
from rigdyno.core.store.history import History
from rigdyno.gui.pages.compare.history_model import COMPUTER, NAME, NOTE, RATE, SCENARIO, WHEN
from rigdyno.gui.pages.compare.page import ComparePage
from rigdyno.gui.shell.main_window import COMPARE, EXPLORE

from tests.gui.builders import shown


@pytest.fixture
def stored(home, judged):
    """Three results: the first of another version, the last one partial."""
    home.mkdir(parents=True, exist_ok=True)
    history = History(home)
    for number, (version, status) in enumerate((("0.0.9", "complete"), ("0.1.0", "complete"), ("0.1.0", "partial"))):
        created = f"2026-11-2{number}T05:00:00+00:00"
        history.store(replace(judged, id=f"id{number}", created=created, rigdyno=version, status=status))
    return history


@pytest.fixture
def page(qtbot, dressed, home):
    made = ComparePage()
    qtbot.addWidget(made)
    made.resize(1200, 700)
    return made


def open_page(page, qtbot) -> None:
    page.show()
    qtbot.waitExposed(page)


def cells(page, column: int) -> list[str]:
    model = page.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def select(page, *rows: int) -> None:
    page.table.clearSelection()
    selection = page.table.selectionModel()
    for row in rows:
        index = page.table.model().index(row, 0)
        selection.select(index, selection.SelectionFlag.Select | selection.SelectionFlag.Rows)


def test_empty_it_says_how_to_begin(page, qtbot, home):
    home.mkdir(parents=True, exist_ok=True)
    open_page(page, qtbot)
    assert "Nothing to compare yet" in shown(page)
    assert not page.table.isVisible()


def test_a_store_that_cannot_be_read_is_told_and_tried_again(page, qtbot, home):
    home.mkdir(parents=True, exist_ok=True)
    (home / "results.sqlite").write_bytes(b"no database" * 100)
    open_page(page, qtbot)
    assert "cannot be read" in page.said.text()
    (home / "results.sqlite").unlink()
    qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    assert "Nothing to compare yet" in shown(page)
    assert not page.again.isVisible()


def test_a_damaged_store_is_set_aside_and_a_new_one_begun(page, qtbot, home):
    home.mkdir(parents=True, exist_ok=True)
    (home / "results.sqlite").write_bytes(b"no database" * 100)
    open_page(page, qtbot)
    assert str(home / "results.sqlite") in page.said.text()
    qtbot.mouseClick(page.aside, Qt.MouseButton.LeftButton)
    (aside,) = home.glob("results.damaged-*.sqlite")
    assert aside.read_bytes() == b"no database" * 100
    assert page.said.text() == f"The damaged results are kept as {aside}."
    assert "Nothing to compare yet" in shown(page)
    assert not page.aside.isVisible()


def test_a_folder_that_cannot_be_made_is_told_without_a_number(page, qtbot, tmp_path, monkeypatch):
    home = tmp_path / "taken"
    home.write_text("in the way")
    monkeypatch.setenv("RIGDYNO_HOME", str(home))
    open_page(page, qtbot)
    assert "Errno" not in page.said.text()
    assert str(home) in page.said.text()
    assert not page.aside.isVisible(), "that would not help"


@pytest.mark.parametrize("act", ["open", "compare", "rename"])
def test_what_another_program_has_deleted_is_told_and_goes(page, qtbot, stored, act):
    open_page(page, qtbot)
    stored.delete(["id1"])
    select(page, *((1,) if act == "open" else (0, 1)))
    if act == "rename":
        assert not page.table.model().setData(page.table.model().index(1, NAME), "mine")
    else:
        qtbot.mouseClick(getattr(page, act), Qt.MouseButton.LeftButton)
    assert page.said.text() == "This result is no longer stored: another program has deleted it."
    assert len(cells(page, NAME)) == 2


def test_a_filter_that_matches_nothing_says_so(page, qtbot, stored):
    open_page(page, qtbot)
    page.filter.setText("nobody")
    assert page.nothing.isVisible()
    page.filter.clear()
    assert not page.nothing.isVisible()


def test_side_by_side_follows_a_rename(page, qtbot, stored):
    open_page(page, qtbot)
    select(page, 0, 1)
    qtbot.mouseClick(page.compare, Qt.MouseButton.LeftButton)
    assert "the laptop" not in shown(page.beside)
    page.table.model().setData(page.table.model().index(0, NAME), "the laptop")
    assert "the laptop" in shown(page.beside)
    assert "The laptop did not run to its end" in shown(page.beside)


def test_codes_are_words_in_every_language(page, qtbot, stored, judged):
    stored.store(replace(judged, id="id9", plan=replace(judged.plan, preset="full")))
    open_page(page, qtbot)
    select(page, 0, 2)
    qtbot.mouseClick(page.compare, Qt.MouseButton.LeftButton)
    assert "2) Test 9000 is of a quick check, 1) Test 9000 of a full check." in shown(page.beside)


def test_full_it_lists_sorts_and_filters(page, qtbot, stored):
    stored.rename("id1", "Zoë's laptop")
    open_page(page, qtbot)
    assert cells(page, COMPUTER) == ["Test 9000"] * 3
    assert cells(page, SCENARIO) == ["1"] * 3
    assert cells(page, RATE) == ["1,024"] * 3
    assert [page.table.entries.entry(r).id for r in range(3)] == ["id2", "id1", "id0"], "the latest first"
    page.table.sortByColumn(WHEN, Qt.SortOrder.AscendingOrder)
    select(page, 0)
    assert [e.id for e in page.table.chosen()] == ["id0"]
    page.filter.setText("zoë")
    assert cells(page, NAME) == ["Zoë's laptop"]
    page.filter.clear()
    assert len(cells(page, NAME)) == 3


def test_what_is_selected_stays_so_while_it_is_shown(page, qtbot, stored):
    stored.rename("id1", "mine")
    open_page(page, qtbot)
    select(page, 0, 1)
    page.table.sortByColumn(WHEN, Qt.SortOrder.AscendingOrder)
    assert [e.id for e in page.table.chosen()] == ["id1", "id2"]
    page.reload()
    assert [e.id for e in page.table.chosen()] == ["id1", "id2"]
    assert page.compare.isEnabled()
    page.filter.setText("mine")
    assert [e.id for e in page.table.chosen()] == ["id1"]
    assert page.open.isEnabled()
    page.filter.setText("nobody")
    assert not page.open.isEnabled()


def test_the_row_with_the_keyboard_stays_when_rows_move(page, qtbot, stored):
    open_page(page, qtbot)
    page.table.setCurrentIndex(page.table.model().index(0, NOTE))
    page.table.sortByColumn(WHEN, Qt.SortOrder.AscendingOrder)
    current = page.table.currentIndex()
    assert (current.row(), current.column()) == (2, NOTE)


def test_names_and_notes_are_edited_in_place_and_kept(page, qtbot, stored):
    open_page(page, qtbot)
    for column, value in ((NAME, "the shop's"), (NOTE, "lid closed")):
        index = page.table.model().index(0, column)
        page.table.setCurrentIndex(index)
        page.table.edit(index)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not page.table or page.table.state().value != 0)
        editor = page.table.indexWidget(index) or page.table.findChild(type(page.filter))
        editor.setText(value)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda column=column, value=value: value in cells(page, column))
    (entry,) = (e for e in stored.entries() if e.id == "id2")
    assert (entry.name, entry.note) == ("the shop's", "lid closed")


def test_deleted_and_brought_back(page, qtbot, stored):
    open_page(page, qtbot)
    before = stored.entries()
    select(page, 0, 2)
    qtbot.mouseClick(page.delete, Qt.MouseButton.LeftButton)
    assert [e.id for e in stored.entries()] == ["id1"]
    assert "Deleted: 2" in page.said.text()
    assert page.undo.isVisible()
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    assert stored.entries() == before
    assert len(cells(page, NAME)) == 3


def test_every_deletion_of_the_session_can_be_brought_back_the_latest_first(window, qtbot, stored, judged, tmp_path):
    window.show_page(COMPARE)
    file = tmp_path / "other.json"
    result_files.write(replace(judged, id="elsewhere"), file)
    for _ in range(2):
        select(window.compare_page, 0)
        qtbot.mouseClick(window.compare_page.delete, Qt.MouseButton.LeftButton)
    window.compare_page.add_files([file])
    window.show_page(EXPLORE)
    window.settings.choose("language", "es")
    before = window.compare_page
    qtbot.waitUntil(lambda: window.compare_page is not before)
    window.show_page(COMPARE)
    page = window.compare_page
    qtbot.waitUntil(page.isVisible)
    index = page.table.model().index(0, NAME)
    assert page.table.model().setData(index, "renamed")
    for back in ({"id0", "id1", "elsewhere"}, {"id0", "id1", "id2", "elsewhere"}):
        assert page.undo.isVisible()
        qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
        assert {e.id for e in stored.entries()} == back
    assert not page.undo.isVisible()


def test_what_could_not_be_brought_back_still_can_be(page, qtbot, stored):
    open_page(page, qtbot)
    select(page, 0)
    qtbot.mouseClick(page.delete, Qt.MouseButton.LeftButton)
    kept = stored.path.read_bytes()
    stored.path.write_bytes(b"no database" * 100)
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    assert "cannot be read" in page.said.text()
    stored.path.write_bytes(kept)
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    assert len(stored.entries()) == 3


@pytest.mark.parametrize(("key", "modifier"), [("D", "ControlModifier"), ("Delete", "NoModifier")])
def test_keys_delete_in_the_table_and_nowhere_else(page, qtbot, stored, key, modifier):
    open_page(page, qtbot)
    page.activateWindow()
    select(page, 0)
    press = (getattr(Qt.Key, f"Key_{key}"), getattr(Qt.KeyboardModifier, modifier))
    page.filter.setFocus()
    qtbot.waitUntil(page.filter.hasFocus)
    qtbot.keyClick(page.filter, *press)
    assert len(stored.entries()) == 3
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    qtbot.keyClick(page.table, *press)
    qtbot.waitUntil(lambda: [e.id for e in stored.entries()] == ["id1", "id0"])
    page.filter.setFocus()
    qtbot.waitUntil(page.filter.hasFocus)
    qtbot.keyClick(page.filter, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(stored.entries()) == 2, "that undoes what was typed"
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(stored.entries()) == 3)


def test_return_in_the_table_opens(page, qtbot, stored):
    open_page(page, qtbot)
    page.activateWindow()
    select(page, 1)
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.args[0].id == "id1"


def test_only_what_makes_sense_is_offered(page, qtbot, stored):
    open_page(page, qtbot)
    states = {}
    for rows in ((), (0,), (0, 1)):
        select(page, *rows)
        states[len(rows)] = tuple(b.isEnabled() for b in (page.open, page.compare, page.save, page.delete))
    assert states == {0: (False,) * 4, 1: (True, False, True, True), 2: (False, True, True, True)}


def test_busy_it_opens_nothing_over_a_check(page, qtbot, stored):
    open_page(page, qtbot)
    select(page, 0)
    page.set_running(True)
    assert not page.open.isEnabled()
    assert page.delete.isEnabled()
    page.set_running(False)
    assert page.open.isEnabled()


def test_files_are_dropped_and_a_bad_one_is_named(page, qtbot, stored, judged, tmp_path):
    open_page(page, qtbot)
    good, bad = tmp_path / "gut ü.json", tmp_path / "bad.json"
    result_files.write(replace(judged, id="elsewhere"), good)
    bad.write_text('{"format": 1, "id": 3}')
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (good, bad)])
    where = QPointF(QPoint(10, 10))
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, buttons, keys))
    assert "elsewhere" in {e.id for e in stored.entries()}
    assert len(stored.entries()) == 4
    assert "Added: 1" in page.said.text()
    assert "bad.json: Not a Rigdyno result" in page.said.text()


def test_what_is_exported_comes_back_the_same(page, qtbot, stored, tmp_path):
    open_page(page, qtbot)
    select(page, 0, 1, 2)
    page.export(tmp_path)
    files = sorted(tmp_path.glob("*.json"))
    assert len(files) == 3
    assert {result_files.read(path).id for path in files} == {"id0", "id1", "id2"}
    files[1].unlink()
    files[0].write_text("mine")
    page.export(tmp_path)
    assert page.said.text() == (
        f"Saved in {tmp_path}: 1\nAlready there and left unchanged: {files[2].name}, {files[0].name}"
    )
    assert files[0].read_text() == "mine"
    assert result_files.read(files[1]).id == "id1"


def test_side_by_side_says_what_differs_and_what_is_unfair(page, qtbot, stored):
    open_page(page, qtbot)
    select(page, 1, 2)
    qtbot.mouseClick(page.compare, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Not quite a fair comparison" in shown(page))
    text = shown(page.beside)
    assert "was measured by Rigdyno 0.0.9" in text
    assert "= +0.0 %" in text
    assert "Small network on the CPU, images/s" in text
    assert "1) Test 9000" in text, "two of one computer are told apart"
    page.resize(600, 330)
    qtbot.mouseClick(page.compare, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._area.verticalScrollBar().value() > 100), "it comes into view"


def test_a_damaged_result_is_told_and_the_rest_stays(page, qtbot, stored):
    database = sqlite3.connect(stored.path)
    with database:
        database.execute("UPDATE bodies SET body = substr(body, 1, 100) WHERE id = 'id1'")
    database.close()
    open_page(page, qtbot)
    select(page, 1)
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    assert "Not a Rigdyno result" in page.said.text()
    assert len(cells(page, NAME)) == 3


def test_what_could_not_be_stored_is_said_of_that_result_alone(window, qtbot, judged):
    window.bridge.updated.emit(Concluded(judged, "the disk is full"))
    assert "could not be stored" in shown(window.verdict_page)
    window.open(replace(judged, id="older"))
    window.rebuild()
    assert "could not be stored" not in shown(window.verdict_page)


def test_an_opened_result_is_on_the_other_pages(window, qtbot, stored):
    window.show_page(COMPARE)
    page = window.compare_page
    select(page, 1)
    qtbot.mouseClick(page.open, Qt.MouseButton.LeftButton)
    assert window.page == EXPLORE, "by the rules of today it has too little for a verdict"
    assert window.explore_page.result.id == "id1"


def test_a_file_that_a_file_manager_opens_is_shown_beside_the_others(window, home, judged, tmp_path, qtbot):
    file = tmp_path / "of a friend.json"
    file.write_bytes(result_files.to_json(replace(judged, id="theirs")))
    window.add_files([file])
    assert window.page == COMPARE
    assert [entry.id for entry in History(home).entries()] == ["theirs"]
