"""What makes a long history fast and small, counted on a short one; `history_size.py` measures it on 10,000 results."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from rigdyno.core.cli import command_line
from rigdyno.core.store import result_files
from rigdyno.core.store.history import History

from . import history_size

SOURCE = Path(__file__).parents[1] / "results" / "full_check_by_earlier_version.json"
COUNT = 200


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    history_size.fill(folder, SOURCE, COUNT)
    return folder


def test_a_stored_result_takes_a_third_of_its_json(filled):
    whole = len(msgspec.json.encode(result_files.read(SOURCE)))
    assert history_size.bytes_a_result(filled) < 0.35 * whole


def test_the_copies_are_results(filled):
    history = History(filled)
    assert len(history.entries()) == COUNT
    assert all(history.load(entry.id).id == entry.id for entry in history.entries()[::40])


def test_the_command_lists_results_whose_bodies_cannot_be_read(filled, tmp_path, monkeypatch, capsys):
    (tmp_path / "results.sqlite").write_bytes((filled / "results.sqlite").read_bytes())
    with closing(sqlite3.connect(tmp_path / "results.sqlite")) as database, database:
        database.execute("DROP TABLE bodies")
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    assert command_line.main(["history"]) == 0
    assert capsys.readouterr().out.count("2026-") == COUNT


def test_the_page_asks_for_no_more_cells_where_there_are_more_rows(filled, tmp_path, qtbot, monkeypatch):
    from rigdyno.gui.pages.compare.history_model import HistoryModel
    from rigdyno.gui.pages.compare.page import ComparePage

    history_size.fill(tmp_path, SOURCE, COUNT // 2)
    asked: list[int] = []
    data = HistoryModel.data

    def counted(model, index, role=Qt.ItemDataRole.DisplayRole):
        asked[-1] += 1
        return data(model, index, role)

    monkeypatch.setattr(HistoryModel, "data", counted)
    for folder, count in ((tmp_path, COUNT // 2), (filled, COUNT)):
        monkeypatch.setenv("RIGDYNO_HOME", str(folder))
        asked.append(0)
        page = ComparePage()
        qtbot.addWidget(page)
        page.resize(*history_size.SIZE)
        page.show()
        qtbot.waitExposed(page)
        qtbot.wait(100)
        assert page.table.model().rowCount() == count
    fewer, more = asked
    assert 0 < more <= 1.1 * fewer
