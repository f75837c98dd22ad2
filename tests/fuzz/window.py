"""The window's pages, laid out and painted without a screen, with whatever a result holds."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from rigdyno.core.check.updates import MachineSeen
from rigdyno.core.records.result import Result
from rigdyno.core.report.qr_text import compact
from rigdyno.core.words.writer import english
from rigdyno.gui.charts.report_pdf import write
from rigdyno.gui.pages.check.page import CheckPage
from rigdyno.gui.pages.compare.side_by_side import SideBySide
from rigdyno.gui.pages.explore import ExplorePage
from rigdyno.gui.pages.settings.page import Settings
from rigdyno.gui.pages.verdict.page import VerdictPage
from rigdyno.gui.pages.verdict.qr_dialog import QrCode
from rigdyno.gui.shell.app import prepare

SIZE = 1000, 700


class Window:
    """Call it with a result; it is shown in the pages that show one, and thrown away."""

    def __init__(self, folder: Path) -> None:
        known = QApplication.instance()
        self._app = known if isinstance(known, QApplication) else prepare(QApplication(sys.argv[:1]), Settings(None))
        self._folder = folder
        self._complaints: list[str] = []
        qInstallMessageHandler(lambda _kind, _where, told: self._complaints.append(told))
        tempfile.tempdir = str(folder)  # a PDF is made there

    def __call__(self, result: Result) -> None:
        verdict, explore, check = VerdictPage(), ExplorePage(), CheckPage(2)
        verdict.show_result(result)
        explore.show_result(result)
        check.handle(MachineSeen(result.machine))
        beside = SideBySide([result, result], ["", ""])
        for page in (verdict, explore, check, beside, QrCode(compact(result))):
            page.resize(*SIZE)
            page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            page.show()
            page.grab()
            self._are_plain(page)
            page.close()
            page.deleteLater()
        write(result, self._folder / "out.pdf", english)
        if told := [line for line in self._complaints if "does not support" not in line]:
            self._complaints.clear()
            raise AssertionError(f"Qt complains: {told[0]}")
        QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete: nobody runs the loop here

    def _are_plain(self, page: QWidget) -> None:
        for label in page.findChildren(QLabel):
            if label.textFormat() != Qt.TextFormat.PlainText and label.text():
                raise AssertionError(f"a label that takes markup: {label.text()[:80]!r}")
