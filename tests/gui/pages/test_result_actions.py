"""What can be done with a result: saved, copied, and read from its code by another program."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox
from rigdyno.core.report.qr_text import MOST, compact, intact
from rigdyno.core.store import result_files
from rigdyno.gui.pages.verdict.price_card import PriceCard
from rigdyno.gui.pages.verdict.qr_dialog import QrCode
from rigdyno.gui.pages.verdict.result_actions import ResultActions
from rigdyno.gui.shell import app
from rigdyno.gui.words import language

LARGEST = 20


@pytest.fixture
def actions(qtbot, dressed, judged):
    made = ResultActions(judged)
    qtbot.addWidget(made)
    made.show()
    return made


def read(image: QImage) -> str:
    """What a second library sees in a picture."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    (found,) = zxingcpp.read_barcodes(rows[:, : grey.width()])
    return found.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_code_is_read_by_another_library(actions, qtbot, settings, qapp, judged, scheme):
    settings.choose("scheme", scheme)
    app.dress(qapp, app.scheme(qapp, settings))
    qtbot.mouseClick(actions.code, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(actions.dialog.isVisible)
    assert read(actions.dialog.grab().toImage()) == compact(judged)
    assert intact(actions.dialog.text)
    actions.dialog.close()


def test_the_longest_text_fits_a_code_of_the_promised_size(dressed, qtbot):
    code = QrCode("x" * MOST)
    qtbot.addWidget(code)
    assert code.code.version <= LARGEST
    assert code.code.error == "M"


def test_a_copy_is_on_the_clipboard(actions, qtbot):
    qtbot.mouseClick(actions.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("# Scenario 1 of 4")
    assert actions.said.text() == "Copied."


def test_what_is_saved_can_be_read_again(actions, judged, tmp_path):
    path = tmp_path / "Prüfung 1.json"
    actions.write(path)
    assert result_files.read(path) == judged
    assert str(path) in actions.said.text()


def test_what_cannot_be_saved_is_told(actions, tmp_path):
    actions.write(tmp_path / "missing" / "out.json")
    assert actions.said.text().startswith("Not saved: No such file")


@pytest.mark.parametrize(
    ("named", "kind", "written", "begins"),
    [
        ("PC v1.2", "PDF (*.pdf)", "PC v1.2.pdf", b"%PDF"),
        ("noext", "Page for a browser (*.html)", "noext.html", b"<!doctype html>"),
        ("noext", "", "noext.html", b"<!doctype html>"),
        ("named.MD", "PDF (*.pdf)", "named.MD", b"# Scenario"),
    ],
)
def test_the_chosen_kind_decides_unless_the_name_does(
    actions, qtbot, tmp_path, monkeypatch, named, kind, written, begins
):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / named), kind))
    qtbot.mouseClick(actions.report, Qt.MouseButton.LeftButton)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [written]
    assert (tmp_path / written).read_bytes().startswith(begins)


def test_a_file_that_the_dialog_did_not_ask_about_is_asked_about(actions, qtbot, judged, tmp_path, monkeypatch):
    path, asked, answers = tmp_path / "PC v1.2.json", [], QMessageBox.StandardButton
    path.write_text("a letter")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "PC v1.2"), "JSON (*.json)"))
    for answer, kept in ((answers.No, True), (answers.Yes, False)):
        monkeypatch.setattr(QMessageBox, "question", lambda *told, answer=answer: asked.append(told[2]) or answer)
        qtbot.mouseClick(actions.save, Qt.MouseButton.LeftButton)
        assert (path.read_text() == "a letter") is kept
    assert asked == [f"{path} is there already. Replace it?"] * 2
    assert result_files.read(path) == judged


def test_a_price_out_of_range_is_told_with_the_marks_of_the_language(qtbot, dressed, settings, judged):
    language.speak("es", settings)
    price = PriceCard(judged)
    qtbot.addWidget(price)
    price.fields["price"].setValue(1000)
    price.fields["watts"].setValue(-1.5)
    assert "-1,5 no se permite; se permite de 0 a 1.000.000." in price.said.text()


def test_a_price_is_set_against_renting(qtbot, dressed, judged):
    price = PriceCard(judged)
    qtbot.addWidget(price)
    assert "Type the price" in price.said.text()
    price.fields["price"].setValue(1000)
    assert "Electricity is left out" in price.said.text(), "no sensor told the watts"
    price.fields["watts"].setValue(-1)
    assert price.said.text() == "Watts while it trains: -1 is not allowed; allowed is 0 to 1,000,000."
    price.fields["watts"].setValue(90)
    price.fields["price"].setValue(99_999_999_999)
    assert price.fields["price"].text() == "99999999999"
    assert "99,999,999,999 is not allowed" in price.said.text()
    price.fields["price"].setValue(1000)
    said = price.said.text().splitlines()
    assert said[0] == "An hour of training costs 0.50 dollars here, over 4 years.", "1000 / (4 x 52 x 10) + 0.09 x 0.25"
    assert any("dollars here" in line for line in said[1:])
