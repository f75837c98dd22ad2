"""The Explore page: the claims of the article behind this program, each measured on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...core.check.step_durations import whole
from ...core.records.plan import CheckPlan
from ...core.records.result import Result
from ...core.words.phrases.claims import CLAIMS as TOLD
from ..widgets.parts import Columns, Elided, card, clear, label, scroll
from ..words import text

if TYPE_CHECKING:
    from ...core.report.claims import Claim
    from ...core.report.claims.claim_finding import Found

WIDE = 330
"""Least width of a chart, and of the words beside it."""


LASTING = ("cpu.model", "cpu.physical_cores", "memory.total", "host.model", "host.kind", "host.virtual")
"""Readings that a computer keeps from one check to the next."""


class ExplorePage(QWidget):
    """A card for each claim; one that was not measured offers to do just that."""

    check_requested = Signal(object)
    """A CheckPlan that measures what is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._results: list[Result] = []
        self._names: dict[str, str] = {}
        """What the user calls a result, by its id."""
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

    @property
    def names(self) -> dict[str, str]:
        """The user's names of the results that have one, by their ids."""
        return dict(self._names)

    def show_result(self, result: Result | None, trouble: str = "", name: str = "") -> None:
        """Show a result; those before stay behind it where they are of the same computer.

        `name` is the user's: two results whose names differ may be of two computers that look the same. Without a
        result, say how to get one; `trouble` says why the stored ones cannot be read.
        """
        if result:
            if name:
                self._names[result.id] = name
            others = [r for r in self._results if r.id != result.id and self._alike(r, result)]
            self._results = list(_worth([result, *others]))
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
        from ...core.report.claims import CLAIMS  # with the tables of hardware

        self._stale = False
        clear(self._column)
        self.measures = {}
        self._column.addWidget(self._head())
        for claim in CLAIMS:
            found = next(((f, r) for r in self._results if (f := claim.find(r, text.words))), None)
            self._column.addWidget(self._measured(claim, *found) if found else self._missing(claim))
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
            line, action = label(told, "dim", wrap=True), self.tr("Start a full check")
        else:
            line = Elided(f"{_date(self.result)}  ·  {text.device(self.result.machine, 'cpu')}", "dim", most=2)
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

    def _alike(self, one: Result, other: Result) -> bool:
        """Whether two results are of the same computer, as far as anybody told."""
        names = {self._names[r.id] for r in (one, other) if r.id in self._names}
        return len(names) < 2 and _computer(one) == _computer(other)

    def _measured(self, claim: Claim, found: Found, result: Result) -> QFrame:
        """The chart, and beside it what it teaches, what was measured, and in which result where that is another."""
        from ..charts.chart_view import ChartView

        title, lesson = map(text.words.translate, TOLD[claim.code])
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(label(lesson, "dim", wrap=True))
        for reason in found.reasons:
            column.addWidget(label(text.sentence(reason), wrap=True))
        if result is not self.result:
            earlier = self.tr("These numbers are from another result of this computer: {date}.")
            column.addWidget(label(earlier.format(date=_date(result)), "warn", wrap=True))
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
        from ..live_plots.live_plots import LivePlots

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


def _worth(results: list[Result]) -> Iterator[Result]:
    """Those with a run of a kind that none before them has: a chart shows the first result that has its numbers, and a
    window that stays open for weeks must not keep every check's."""
    told: set[tuple[str, str, str, bool]] = set()
    for number, result in enumerate(results):
        kinds = {(r.task, r.plan.model, r.plan.device, r.failure is None) for r in result.runs}
        if not number or kinds - told:
            yield result
        told |= kinds


def _date(result: Result) -> str:
    when = QDateTime.fromString(result.created, Qt.DateFormat.ISODate).toLocalTime()
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def _computer(result: Result) -> tuple[object, ...]:
    """What tells one computer from another, as far as a result knows."""
    machine = result.machine
    return *map(machine.value, LASTING), *(gpu.uuid for gpu in machine.gpus)
