"""The Explore page: the claims of the article behind this program, each measured on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...core.claim_phrases import CLAIMS as TOLD
from ...core.model import CheckPlan, Result
from ...core.presets import whole
from .. import text
from ..widgets import Columns, card, clear, label, scroll

if TYPE_CHECKING:
    from ...core.claims import Claim
    from ...core.claims.found import Found

WIDE = 330
"""Least width of a chart, and of the words beside it."""


class ExplorePage(QWidget):
    """A card for each claim; one that was not measured offers to do just that."""

    check_requested = Signal(object)
    """A CheckPlan that measures what is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._results: list[Result] = []
        self._running, self._stale, self._trouble = False, True, ""
        self.measures: dict[str, QPushButton] = {}
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(20, 18, 20, 18)
        self._column.setSpacing(14)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self._area = scroll(content, "explore")
        around.addWidget(self._area)

    @property
    def result(self) -> Result | None:
        """The one that is shown first; others of the same computer fill its gaps."""
        return self._results[0] if self._results else None

    @property
    def results(self) -> list[Result]:
        """All that it draws from, the first one first."""
        return list(self._results)

    def show_result(self, result: Result | None, trouble: str = "") -> None:
        """Show a result; those before stay behind it where they are of the same computer.

        Without a result, say how to get one; `trouble` says why the stored ones cannot be read.
        """
        if result:
            others = [r for r in self._results if r.id != result.id and _computer(r) == _computer(result)]
            self._results = [result, *others]
        self._trouble, self._stale = trouble, True
        if self.isVisible():
            self._fill()

    def set_running(self, running: bool) -> None:
        """One check at a time: meanwhile no other can be asked for."""
        self._running = running
        for button in self.measures.values():
            button.setEnabled(not running)

    def showEvent(self, event: QShowEvent) -> None:
        """Fill it when it is looked at: a start, or a check, has no use for the tables of hardware."""
        super().showEvent(event)
        if self._stale:
            self._fill()

    def _fill(self) -> None:
        from ...core.claims import CLAIMS  # with the tables of hardware

        self._stale = False
        clear(self._column)
        self.measures = {}
        self._column.addWidget(self._head())
        for claim in CLAIMS:
            found = next((f for result in self._results if (f := claim.find(result, text.words))), None)
            self._column.addWidget(self._measured(claim, found) if found else self._missing(claim))
        if self.result and self.result.telemetry:
            self._column.addWidget(self._course(self.result))
        self._column.addStretch(1)
        self._area.verticalScrollBar().setValue(0)
        self.set_running(self._running)

    def _head(self) -> QFrame:
        title = label(text.title("explored"), "title", wrap=True)
        if self.result is None:
            told = self._trouble or self.tr(
                "Nothing was measured yet. A full check measures all of this in about five minutes."
            )
            line, action = label(self._trouble or told, "dim", wrap=True), self.tr("Start a full check")
        else:
            when = QDateTime.fromString(self.result.created, Qt.DateFormat.ISODate).toLocalTime()
            date = QLocale().toString(when, QLocale.FormatType.ShortFormat)
            line = label(f"{text.device(self.result.machine, 'cpu')}  ·  {date}", "dim", wrap=True)
            action = self.tr("Measure all of it")
        line.setAccessibleName(line.text())
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(title)
        words.addWidget(line)
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(self._button("all", action, whole("full")), 0, Qt.AlignmentFlag.AlignVCenter)
        return card(row, role="warning" if self._trouble else "card")

    def _measured(self, claim: Claim, found: Found) -> QFrame:
        """The chart, and beside it what it teaches and what was measured."""
        from ..chart_view import ChartView

        title, lesson = map(text.words.translate, TOLD[claim.code])
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(label(lesson, "dim", wrap=True))
        for reason in found.reasons:
            column.addWidget(label(text.sentence(reason), wrap=True))
        column.addStretch(1)
        beside = Columns(wide=WIDE, most=2, spacing=28)
        beside.fill([ChartView(found.chart, title), words])
        return card(label(title, "headline"), beside, spacing=12)

    def _missing(self, claim: Claim) -> QFrame:
        """What it is about, and a button that measures it."""
        title, lesson = map(text.words.translate, TOLD[claim.code])
        sentences = self._failures(claim.steps) or [self.tr("Not measured yet.")]
        button = self._button(claim.code, self.tr("Measure this"), CheckPlan("custom", claim.steps))
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        lines = (label(sentence, wrap=True) for sentence in sentences)
        return card(label(title, "headline"), label(lesson, "dim", wrap=True), *lines, row)

    def _course(self, result: Result) -> QFrame:
        """The whole check over time, as it was seen live."""
        from ..plots import LivePlots

        self.course = LivePlots()
        self.course.show_result(result)
        title, lesson = self.tr("The check, second by second"), self.tr("Drag to move, turn the wheel to look closer.")
        return card(label(title, "headline"), label(lesson, "dim", wrap=True), self.course)

    def _failures(self, steps: tuple[str, ...]) -> list[str]:
        """Why a claim is without its numbers, where somebody tried."""
        runs = [run for result in self._results[:1] for run in result.runs if run.task in steps]
        broken = [run.failure for run in runs if run.failure and run.failure.code != "cancelled"]
        return [text.failure(failure.code, failure.detail) for failure in broken]

    def _button(self, name: str, caption: str, plan: CheckPlan) -> QPushButton:
        button = QPushButton(caption)
        button.clicked.connect(lambda: self.check_requested.emit(plan))
        self.measures[name] = button
        return button


def _computer(result: Result) -> tuple[object, ...]:
    """What tells one computer from another, as far as a result knows."""
    machine = result.machine
    return machine.value("cpu.model"), machine.value("memory.total"), *(gpu.uuid for gpu in machine.gpus)
