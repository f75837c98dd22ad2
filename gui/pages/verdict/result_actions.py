"""What can be done with a result: keep it as a file, copy it as text, carry it away as a code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QPushButton, QWidget

from ....core.records.result import Result
from ....core.report.result_text import summary
from ...widgets.flow_layout import Flow
from ...widgets.parts import label
from ...words import text

PAGES = (".html", ".htm", ".pdf", ".md")
"""Endings of a name that say what a report becomes."""


class Actions(QWidget):
    """A row of buttons, and beside them what came of the last one."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self._result = result
        self.save = QPushButton(self.tr("Save …"))
        self.save.setToolTip(self.tr("Everything that was measured, as a JSON file"))
        self.save.clicked.connect(self._ask)
        self.report = QPushButton(self.tr("Report …"))
        self.report.setToolTip(self.tr("One page with the charts, to read, send or print"))
        self.report.clicked.connect(self._ask_report)
        self.copy = QPushButton(self.tr("Copy as text"))
        self.copy.clicked.connect(self._copy)
        self.code = QPushButton(self.tr("QR code"))
        self.code.setToolTip(self.tr("Take the verdict with you on a phone, from a machine that lets no file out"))
        self.code.clicked.connect(self._show_code)
        self.said = label("", "dim", wrap=True)
        buttons = QWidget()
        line = Flow(buttons, spacing=8)
        for button in (self.save, self.report, self.copy, self.code):
            line.addWidget(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(buttons, 3)
        row.addWidget(self.said, 2)

    def write(self, path: Path) -> None:
        """Save there, and say so; or say why not."""
        from ....core.store import result_files

        self._tried(path, lambda: result_files.write(self._result, path))

    def write_report(self, path: Path) -> None:
        """Write a report there, a page for a browser where the name does not say otherwise; and say what came of it."""
        from ....core.report import report_file  # with its template and the tables of hardware
        from ....core.store.data_folder import write_whole

        kind = path.suffix.lower()
        if kind == ".pdf":
            from ...charts.report_pdf import write

            self._tried(path, lambda: write(self._result, path, text.words))
        else:
            language = QLocale().name().partition("_")[0]
            made = (
                report_file.markdown(self._result, text.words)
                if kind == ".md"
                else report_file.html(self._result, text.words, language)
            )
            self._tried(path, lambda: write_whole(path, made.encode()))

    def _tried(self, path: Path, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            self.said.setText(self.tr("Not saved: {why}").format(why=error.strerror or error))
        else:
            self.said.setText(self.tr("Saved as {path}").format(path=path))

    def _ask(self) -> None:
        if path := self._chosen(self.tr("Save the result"), (".json",), "JSON (*.json)"):
            self.write(path)

    def _ask_report(self) -> None:
        kinds = (self.tr("Page for a browser (*.html)"), "PDF (*.pdf)", "Markdown (*.md)")
        if path := self._chosen(self.tr("Save the report"), PAGES, *kinds):
            self.write_report(path)

    def _chosen(self, title: str, known: tuple[str, ...], *kinds: str) -> Path | None:
        """Where to write. The chosen kind ends the name, unless that ends in a `known` one; the dialog has not asked
        about a file of the longer name, so that is done here. None where there is nowhere to write."""
        from ....core.store.result_files import file_name  # with msgspec, which a start has no use for

        proposed = file_name(self._result, known[0])
        named, kind = QFileDialog.getSaveFileName(self, title, proposed, ";;".join(kinds))
        path = Path(named)
        if not named or path.suffix.lower() in known:
            return path if named else None
        path = path.with_name(path.name + ((kind or kinds[0]).rpartition("*")[2].rstrip(")")))
        return path if not path.exists() or self._replaces(path) else None

    def _replaces(self, path: Path) -> bool:
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        told = self.tr("{path} is there already. Replace it?").format(path=path)
        return QMessageBox.question(self, self.tr("Replace the file?"), told, yes | no, no) == yes

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(summary(self._result, text.words))
        self.said.setText(self.tr("Copied."))

    def _show_code(self) -> None:
        from ...charts.qr_dialog import CodeDialog  # with segno, which a start has no use for

        self.dialog = CodeDialog(self._result, self)
        self.dialog.open()
