"""The Explore page: the claims of the article behind this program, each measured on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...core.analysis.same_computer import is_same_computer
from ...core.check.step_durations import whole
from ...core.records.plan import CheckPlan
from ...core.records.result import Result
from ...core.words.language import _
from ...core.words.phrases.claims import CLAIMS as CLAIM_TEXTS
from ..widgets.containers import Columns, card, clear, scroll
from ..widgets.labels import ElidedLabel, label
from ..words import text

if TYPE_CHECKING:
    from ...core.report.claims import Claim
    from ...core.report.claims.claim_finding import Found

WIDE = 330
"""Least width of a chart and of the text beside it, in pixels."""


class ExplorePage(QWidget):
    """A card for each claim; a claim without measurements has a button that measures it."""

    check_requested = Signal(object)
    """Brings a CheckPlan that measures what is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._results: list[Result] = []
        self._names: dict[str, str] = {}
        """The user's names of results, by their ids."""
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
        """The result that is shown; others of the same computer fill its gaps. None without a result."""
        return self._results[0] if self._results else None

    @property
    def results(self) -> list[Result]:
        """All results that charts are drawn from, the shown one first."""
        return list(self._results)

    @property
    def names(self) -> dict[str, str]:
        """The user's names of results, by their ids."""
        return dict(self._names)

    def show_result(self, result: Result | None, trouble: str = "", name: str = "") -> None:
        """Show a result; earlier ones of the same computer stay, to fill its gaps.

        `name` is the user's name for it: results with different names may be of two computers of the same kind. Without
        a result the page says how to get one; `trouble` says why the stored ones cannot be read.
        """
        if result:
            if name:
                self._names[result.id] = name
            others = [r for r in self._results if r.id != result.id and self._alike(r, result)]
            self._results = list(_needed([result, *others]))
        self._trouble, self._stale = trouble, True
        if self.isVisible():
            self._fill()

    def set_running(self, running: bool) -> None:
        """Disable the buttons during a check."""
        self._running = running
        for button in self.measures.values():
            button.setEnabled(not running)

    def showEvent(self, event: QShowEvent) -> None:
        """Fill the page when it is first shown: until then the tables of hardware need not be read."""
        super().showEvent(event)
        if self._stale:
            self._fill()

    def _fill(self) -> None:
        from ...core.report.claims import CLAIMS  # imports the tables of hardware

        self._stale = False
        clear(self._column)
        self.measures = {}
        self._column.addWidget(self._head())
        for claim in CLAIMS:
            found = next(((f, r) for r in self._results if (f := claim.find(r, text.words))), None)
            self._column.addWidget(self._measured(claim, *found) if found else self._missing(claim))
        if self.result and self.result.telemetry:
            self._column.addWidget(self._over_time(self.result))
        self._column.addStretch(1)
        self._area.verticalScrollBar().setValue(0)
        self.set_running(self._running)

    def _head(self) -> QFrame:
        title = label(text.words.title("explored"), "title", wrap=True)
        if self.result is None:
            told = self._trouble or _(
                "Nothing was measured yet. A full check measures all of this in about five minutes."
            )
            line, action = label(told, "dim", wrap=True), _("Start a full check")
        else:
            line = ElidedLabel(
                f"{text.date(self.result.created)}  ·  {text.device(self.result.machine, 'cpu')}", "dim", most=2
            )
            action = _("Measure all of it")
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
        """Whether two results are of the same computer, by their readings and the user's names."""
        names = {self._names[r.id] for r in (one, other) if r.id in self._names}
        return len(names) < 2 and is_same_computer(one.machine, other.machine)

    def _measured(self, claim: Claim, found: Found, result: Result) -> QFrame:
        """A claim's chart, and beside it the lesson, the measurements, and their date where they are older."""
        from ..charts.chart_view import ChartView

        title, lesson = map(_, CLAIM_TEXTS[claim.code])
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(label(lesson, "dim", wrap=True))
        for reason in found.reasons:
            column.addWidget(label(text.sentence(reason), wrap=True))
        if result is not self.result:
            earlier = _("These numbers are from another result of this computer: {date}.")
            column.addWidget(label(earlier.format(date=text.date(result.created)), "warn", wrap=True))
        column.addStretch(1)
        beside = Columns(wide=WIDE, most=2, spacing=28)
        beside.fill([ChartView(found.chart, title), words])
        return card(label(title, "headline"), beside, spacing=12)

    def _missing(self, claim: Claim) -> QFrame:
        """A claim without measurements: its lesson, and a button that measures it."""
        title, lesson = map(_, CLAIM_TEXTS[claim.code])
        sentences = self._failures(claim.steps) or [_("Not measured yet.")]
        button = self._button(claim.code, _("Measure this"), CheckPlan("custom", claim.steps))
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        lines = (label(sentence, wrap=True) for sentence in sentences)
        return card(label(title, "headline"), label(lesson, "dim", wrap=True), *lines, row)

    def _over_time(self, result: Result) -> QFrame:
        """The live plots of the whole check."""
        from ..live_plots.live_plots import LivePlots

        self.plots = LivePlots()
        self.plots.show_result(result)
        title, lesson = _("The check, second by second"), _("Drag to move, turn the wheel to look closer.")
        return card(label(title, "headline"), label(lesson, "dim", wrap=True), self.plots)

    def _failures(self, steps: tuple[str, ...]) -> list[str]:
        """Why the steps of a claim failed; empty where they did not run."""
        runs = [run for result in self._results[:1] for run in result.runs if run.task in steps]
        broken = [run.failure for run in runs if run.failure and run.failure.code != "cancelled"]
        return [text.failure(failure.code, failure.detail) for failure in broken]

    def _button(self, name: str, caption: str, plan: CheckPlan) -> QPushButton:
        button = QPushButton(caption)
        button.clicked.connect(lambda: self.check_requested.emit(plan))
        self.measures[name] = button
        return button


def _needed(results: list[Result]) -> Iterator[Result]:
    """The first result, and those with a run of a kind that no result before them has.

    Others would never be drawn, and a window that stays open for weeks must not keep the results of all checks.
    """
    told: set[tuple[str, str, str, bool]] = set()
    for number, result in enumerate(results):
        kinds = {(r.task, r.plan.model, r.plan.device, r.failure is None) for r in result.runs}
        if not number or kinds - told:
            yield result
        told |= kinds
