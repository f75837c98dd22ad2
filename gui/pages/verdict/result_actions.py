"""Buttons for a result: save it, write a report, copy it as text, show it as a QR code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QPushButton, QWidget

from ....core.records.result import Result
from ....core.report.result_text import summary
from ....core.words.language import _, spoken_language
from ...widgets.flow_layout import FlowLayout
from ...widgets.labels import label
from ...words import text

PAGES = (".html", ".htm", ".pdf", ".md")
"""File extensions that choose the form of a report."""


class ResultActions(QWidget):
    """A row of buttons, and beside them what the last one did."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self._result = result
        self.save = QPushButton(_("Save …"))
        self.save.setToolTip(_("Everything that was measured, as a JSON file"))
        self.save.clicked.connect(self._ask)
        self.report = QPushButton(_("Report …"))
        self.report.setToolTip(_("One page with the charts, to read, send or print"))
        self.report.clicked.connect(self._ask_report)
        self.copy = QPushButton(_("Copy as text"))
        self.copy.clicked.connect(self._copy)
        self.code = QPushButton(_("QR code"))
        self.code.setToolTip(_("Take the verdict with you on a phone, from a machine that lets no file out"))
        self.code.clicked.connect(self._show_code)
        self.said = label("", "dim", wrap=True)
        buttons = QWidget()
        line = FlowLayout(buttons, spacing=8)
        for button in (self.save, self.report, self.copy, self.code):
            line.addWidget(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(buttons, 3)
        row.addWidget(self.said, 2)

    def write(self, path: Path) -> None:
        """Save the result as JSON and say so, or why it was not possible."""
        from ....core.store import result_files

        self._report(path, lambda: result_files.write(self._result, path))

    def write_report(self, path: Path) -> None:
        """Write a report and say so, or why it was not possible; HTML where the extension names no other form."""
        from ....core.report import report_file  # imports the template and the tables of hardware
        from ....core.store.data_folder import write_whole

        kind = path.suffix.lower()
        if kind == ".pdf":
            from ...charts.report_pdf import write

            self._report(path, lambda: write(self._result, path, text.words))
        else:
            made = (
                report_file.markdown(self._result, text.words)
                if kind == ".md"
                else report_file.html(self._result, text.words, spoken_language())
            )
            self._report(path, lambda: write_whole(path, made.encode()))

    def _report(self, path: Path, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            self.said.setText(_("Not saved: {why}").format(why=error.strerror or error))
        else:
            self.said.setText(_("Saved as {path}").format(path=path))

    def _ask(self) -> None:
        if path := self._chosen(_("Save the result"), (".json",), "JSON (*.json)"):
            self.write(path)

    def _ask_report(self) -> None:
        kinds = (_("Page for a browser (*.html)"), "PDF (*.pdf)", "Markdown (*.md)")
        if path := self._chosen(_("Save the report"), PAGES, *kinds):
            self.write_report(path)

    def _chosen(self, title: str, known: tuple[str, ...], *kinds: str) -> Path | None:
        """Ask for a path; None where the user cancels.

        A name without one of the `known` extensions gets that of the chosen kind. The dialog has not asked whether to
        replace a file of that longer name, so this is done here.
        """
        from ....core.store.result_files import file_name  # imports msgspec, which a start does not need

        proposed = file_name(self._result, known[0])
        named, kind = QFileDialog.getSaveFileName(self, title, proposed, ";;".join(kinds))
        path = Path(named)
        if not named or path.suffix.lower() in known:
            return path if named else None
        path = path.with_name(path.name + ((kind or kinds[0]).rpartition("*")[2].rstrip(")")))
        return path if not path.exists() or self._may_replace(path) else None

    def _may_replace(self, path: Path) -> bool:
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        told = _("{path} is there already. Replace it?").format(path=path)
        return QMessageBox.question(self, _("Replace the file?"), told, yes | no, no) == yes

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(summary(self._result, text.words))
        self.said.setText(_("Copied."))

    def _show_code(self) -> None:
        from .qr_dialog import QrDialog  # imports segno, which a start does not need

        self.dialog = QrDialog(self._result, self)
        self.dialog.open()
