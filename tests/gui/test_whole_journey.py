"""One user's whole journey by mouse and keyboard, with the real engine, the real dialogs and real files.

Under a real X server: RIGDYNO_TEST_SCREEN=xcb xvfb-run -a python -m pytest tests/gui/test_whole_journey.py
"""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QFileDialog, QLineEdit
from rigdyno.core.check.updates import Concluded, MachineSeen, WorkerSaid
from rigdyno.core.report.qr_text import intact
from rigdyno.core.store.history import History
from rigdyno.gui.shell.main_window import CHECK, VERDICT

from .builders import shown


class Typist(QObject):
    """Types a path into the next file dialog, as a user would; the dialog runs a loop of its own."""

    def __init__(self, qtbot, path: Path) -> None:
        super().__init__()
        self._qtbot, self._path = qtbot, path
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QFileDialog) and event.type() == QEvent.Type.Show:
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, lambda: self._type(watched))
        return False

    def _type(self, dialog: QFileDialog) -> None:
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(self._path))  # typed, a list of proposals pops up
        button = dialog.findChild(QDialogButtonBox).buttons()[0]
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def own_dialogs(qapp):
    """Qt's own dialogs, also on a desktop that brings others."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, True)
    yield
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, False)


def wait_update(qtbot, window, wanted, act) -> None:
    with qtbot.waitSignal(window.bridge.updated, check_params_cb=lambda u: isinstance(u, wanted)):
        act()


def turn_to(qtbot, window, number: int) -> None:
    """Ctrl and the number of a page, in a window that has the keyboard."""
    if not window.isActiveWindow():
        with qtbot.waitActive(window):
            window.activateWindow()

    def turned() -> bool:  # pages that were just made take keys once they are shown
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        return bool(window.page == number - 1)

    qtbot.waitUntil(turned)


def click(qtbot, widget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.mark.slow  # .ci/run walks it under a real X server
@pytest.mark.timeout(300)
def test_a_whole_journey(window, qtbot, hasty, home, tmp_path, own_dialogs):
    def on_page(page) -> bool:
        return window.page == page

    # look, start with Return, watch it live, cancel with Escape
    wait_update(qtbot, window, MachineSeen, window.bridge.inspect)
    with qtbot.waitActive(window):
        window.activateWindow()
        window.raise_()
    start = window.check_page.start_card.start
    qtbot.waitUntil(lambda: start.isEnabled())
    assert QApplication.focusWidget() is start, "Return is enough to begin"
    wait_update(qtbot, window, WorkerSaid, lambda: qtbot.keyClick(start, Qt.Key.Key_Space))
    assert window.bridge.running
    wait_update(qtbot, window, Concluded, lambda: qtbot.keyClick(window.check_page.run_panel.cancel, Qt.Key.Key_Escape))
    qtbot.waitUntil(lambda: not window.bridge.running)
    assert on_page(CHECK)
    qtbot.waitUntil(lambda: "You stopped this check" in shown(window.check_page))

    # start again with the mouse, to the verdict
    wait_update(qtbot, window, Concluded, lambda: click(qtbot, start))
    qtbot.waitUntil(lambda: not window.bridge.running)
    assert on_page(VERDICT)
    page = window.verdict_page
    qtbot.waitUntil(lambda: "of 4" in shown(page))

    # what do you want to train?
    page.jobs.table.setFocus()
    qtbot.keyClick(page.jobs.table, Qt.Key.Key_Down)
    answers = ("Yes", "Perhaps", "No")
    qtbot.waitUntil(lambda: any(line.startswith(answers) for line in shown(page.jobs.answer).splitlines()))

    # the QR code, read back as a phone would
    click(qtbot, page.result_actions.code)
    dialog = page.result_actions.dialog
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.code.width() > 100)
    picture = dialog.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    import numpy

    pixels = numpy.frombuffer(picture.constBits(), numpy.uint8).reshape(picture.height(), picture.bytesPerLine())
    (code,) = zxingcpp.read_barcodes(pixels[:, : picture.width()])
    assert intact(code.text)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())

    # report and result as files, through the real dialogs
    report, saved = tmp_path / "mein Bericht.html", tmp_path / "result.json"
    for path, button in ((report, page.result_actions.report), (saved, page.result_actions.save)):
        typist = Typist(qtbot, path)
        click(qtbot, button)
        assert path.exists(), typist
    assert report.read_bytes().startswith(b"<!doctype html>")

    # history: two results, one deleted and brought back, a file imported, two side by side
    turn_to(qtbot, window, 4)
    compare = window.compare_page
    assert compare.table.entries.rowCount() == 2
    qtbot.keyClick(compare.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    click(qtbot, compare.delete)
    assert History(home).entries() == []
    click(qtbot, compare.undo)
    assert len(History(home).entries()) == 2
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(saved.read_text().replace(History(home).entries()[0].id, "0" * 32))
    typist = Typist(qtbot, elsewhere)
    click(qtbot, compare.add)
    qtbot.waitUntil(lambda: compare.table.entries.rowCount() == 3)
    qtbot.keyClick(compare.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    click(qtbot, compare.compare)
    qtbot.waitUntil(lambda: "images/s" in shown(compare.beside))

    # the charts
    turn_to(qtbot, window, 3)
    qtbot.waitUntil(lambda: "Ferrari or truck" in shown(window.explore_page))

    # Spanish and dark, without a new start
    turn_to(qtbot, window, 5)
    scheme = window.settings_page.choices["scheme"]
    scheme.setFocus()
    qtbot.keyClick(scheme, Qt.Key.Key_End)
    assert scheme.value() == "dark"
    qtbot.waitUntil(lambda: window.palette().window().color().lightness() < 128)
    language = window.settings_page.choices["language"]
    language.setFocus()
    qtbot.keyClicks(language, "Espa")  # typing selects the entry, wherever it stands in the list
    assert language.value() == "es"
    qtbot.waitUntil(lambda: "Ajustes" in shown(window.settings_page))
    turn_to(qtbot, window, 2)
    qtbot.waitUntil(lambda: "de 4" in shown(window.verdict_page))
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
