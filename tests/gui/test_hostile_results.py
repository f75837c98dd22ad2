"""What a foreign file says in the window, in its PDF and in the names of files that it proposes."""

from __future__ import annotations

from pathlib import Path

import pytest
from markupsafe import Markup
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFileDialog, QLabel
from rigdyno.core.check.updates import MachineSeen
from rigdyno.core.report import report_file
from rigdyno.core.words.writer import english
from rigdyno.gui.bridge.history_access import Archive
from rigdyno.gui.charts.report_pdf import write
from rigdyno.gui.shell.main_window import CHECK, COMPARE, EXPLORE, VERDICT

from tests.core.store.test_hostile_files import MARKUP, acts, evil


@pytest.mark.parametrize("page", [CHECK, VERDICT, EXPLORE])
def test_no_label_takes_a_name_for_markup_or_lets_it_act(window, page):
    window.verdict_page.show_result(evil())
    window.explore_page.show_result(evil())
    window.bridge.updated.emit(MachineSeen(evil().machine))
    window.show_page(page)
    labels = window.findChildren(QLabel)
    assert any(MARKUP in label.text() for label in labels)
    for label in labels:
        assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
        assert not acts(label.text()), label.text()


def test_the_list_of_results_lets_no_name_act(window, home):
    from rigdyno.core.store.history import History

    History(home).store(evil())
    window.show_page(COMPARE)
    model = window.compare_page.table.model()
    cells = [model.index(0, column).data() for column in range(model.columnCount())]
    assert any(MARKUP in cell for cell in cells)
    assert not [cell for cell in cells if acts(cell)]


def test_names_are_no_markup_on_paper(dressed, tmp_path):
    document = QTextDocument()
    document.setHtml(report_file.page(evil(), english, lambda _chart: Markup("<p></p>"), plain=True))
    assert MARKUP in document.toPlainText()
    write(evil(), tmp_path / "out.pdf", english)
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_an_export_stays_in_its_folder(qapp, home, tmp_path):
    from rigdyno.core.store.history import History

    home.mkdir()
    History(home).store(evil())
    before = set(tmp_path.rglob("*"))
    (tmp_path / "out").mkdir()
    Archive().export(Archive().entries()[0], tmp_path / "out")
    made = set(tmp_path.rglob("*")) - before - {tmp_path / "out"}
    assert [path.parent for path in made] == [tmp_path / "out"]


def test_a_proposed_name_has_no_folder(window, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (asked.append(given[2]), ("", ""))[1])
    window.verdict_page.show_result(evil())
    window.verdict_page.result_actions.save.click()
    assert asked
    assert Path(asked[0]).name == asked[0]
