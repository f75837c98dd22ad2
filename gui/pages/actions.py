"""What can be done with a result: keep it as a file, copy it as text, carry it away as a code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from ...core.model import Result
from ...core.summary import summary
from .. import text
from ..flow import Flow
from ..widgets import label


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
        from ...core import results

        self._tried(path, lambda: results.write(self._result, path))

    def write_report(self, path: Path) -> None:
        """Write a report there, a page for a browser where the name does not say otherwise; and say what came of it."""
        from ...core import report  # with its template and the tables of hardware
        from ...core.paths import write_whole

        kind = path.suffix.lower()
        if kind == ".pdf":
            from ..pdf import write

            self._tried(path, lambda: write(self._result, path, text.words))
        else:
            language = QLocale().name().partition("_")[0]
            made = (
                report.markdown(self._result, text.words)
                if kind == ".md"
                else report.html(self._result, text.words, language)
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
        proposed = f"rigdyno-{self._result.created[:10]}.json"
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the result"), proposed, "JSON (*.json)")
        if chosen:
            self.write(Path(chosen))

    def _ask_report(self) -> None:
        proposed = f"rigdyno-{self._result.created[:10]}.html"
        kinds = ";;".join((self.tr("Page for a browser (*.html)"), "PDF (*.pdf)", "Markdown (*.md)"))
        chosen, kind = QFileDialog.getSaveFileName(self, self.tr("Save the report"), proposed, kinds)
        if chosen:
            path = Path(chosen)
            self.write_report(path if path.suffix else path.with_suffix(kind.rpartition("*")[2].rstrip(")")))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(summary(self._result, text.words))
        self.said.setText(self.tr("Copied."))

    def _show_code(self) -> None:
        from ..qr import CodeDialog  # with segno, which a start has no use for

        self.dialog = CodeDialog(self._result, self)
        self.dialog.open()
