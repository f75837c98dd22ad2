"""The Verdict page: which scenario this computer is, what that rests on, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ....core.records.result import Result
from ....core.records.verdict import Reason, Verdict
from ....core.words.writer import evidence
from ...charts.verdict_figures import Grade, Scale
from ...widgets.number_fields import enable
from ...widgets.parts import Columns, Elided, advice, card, clear, label, scroll, topped
from ...words import text
from ..check.outcome import Outcome
from ..empty_page import Invitation
from .forecast_table import Forecasts
from .job_question import Want
from .result_actions import Actions


class VerdictPage(QWidget):
    """Shows one result, or an invitation to get one."""

    check_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._running = False
        self.invitation: Invitation | None = None
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(20, 18, 20, 18)
        self._column.setSpacing(14)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self._area = scroll(content, "verdict")
        around.addWidget(self._area)
        self._invite(
            self.tr("No verdict yet"),
            self.tr("A quick check takes a minute: it trains on this computer and says what it is enough for."),
        )

    def show_result(self, result: Result, unsaved: str = "") -> None:
        """Show what came of a check; one without the jobs of the scenarios has no verdict, and changes nothing here."""
        if "jobs" not in result.plan.steps:
            return
        clear(self._column)
        self.invitation = None
        self._area.verticalScrollBar().setValue(0)
        verdict = result.verdict
        if verdict:
            self._column.addWidget(self._headline(result, verdict))
        outcome = Outcome()
        outcome.show_result(result, unsaved, () if verdict else ("train", "job"))
        if verdict is None:
            self._invite(
                self.tr("No verdict from this check"),
                self.tr("Too little was measured to name a scenario."),
                outcome,
            )
            return
        self.buttons = Actions(result)
        self._column.addWidget(self.buttons)
        from .price_card import Price  # with tables that a start has no use for

        self._column.addWidget(outcome)
        self._column.addWidget(self._forecasts(result, verdict))
        self.want = Want(verdict)
        self._column.addWidget(self.want)
        self.price = Price(result)
        self._column.addWidget(self.price)
        columns = Columns(wide=320, most=2)
        columns.fill([self._reasons(verdict), self._beside(verdict)])
        self._column.addWidget(columns)
        self._column.addStretch(1)

    def set_running(self, running: bool) -> None:
        """One check at a time: meanwhile no other can be asked for."""
        self._running = running
        if self.invitation:
            enable(self.invitation.button, not running, self.tr("A check is running."))

    def _invite(self, title: str, sentence: str, outcome: QWidget | None = None) -> None:
        scale = Scale()
        scale.setMaximumWidth(720)
        invitation = Invitation(title, sentence, self.tr("Start a quick check"), scale)
        invitation.button.clicked.connect(self.check_requested)
        self.invitation = invitation
        self.set_running(self._running)
        self._column.addWidget(invitation, 1)
        if outcome:
            self._column.addWidget(outcome)

    def _headline(self, result: Result, verdict: Verdict) -> QFrame:
        title, meaning = text.scenario(verdict.scenario)
        scale = Scale()
        scale.show_scenario(verdict.scenario)
        margin = label(text.margin(verdict.margin), "headline", wrap=True)
        when = QLocale().toString(
            QDateTime.fromString(result.created, Qt.DateFormat.ISODate).toLocalTime(), QLocale.FormatType.ShortFormat
        )
        over = text.title("scenario", number=verdict.scenario)
        words = QVBoxLayout()
        words.setSpacing(4)
        for part in (
            Elided(f"{over}  ·  {when}  ·  {text.device(result.machine, 'cpu')}", "overline", most=2),
            label(title, "huge", wrap=True),
            label(meaning, "large", wrap=True),
        ):
            words.addWidget(part)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addLayout(words, 1)
        top.addLayout(self._grade(verdict), 0)
        return card(top, scale, margin, spacing=12)

    def _grade(self, verdict: Verdict) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        caption = label(self.tr("Trust"), "overline")
        caption.setToolTip(self.tr("How far to trust this verdict: A best, D worst"))
        column.addWidget(Grade(verdict.trust), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(caption, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return column

    def _reasons(self, verdict: Verdict) -> QFrame:
        return topped(self._lines(text.title("evidence"), evidence(verdict)))

    def _beside(self, verdict: Verdict) -> QWidget:
        """What stands beside the evidence: catches, limits and trust, each where there is something to say."""
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        if verdict.catches:
            column.addWidget(self._lines(text.title("catches"), verdict.catches, role="warning"))
        if verdict.driver:
            column.addWidget(self._lines(text.title("driver"), verdict.driver))
        if verdict.bottlenecks:
            column.addWidget(self._lines(text.title("limits"), verdict.bottlenecks))
        column.addWidget(self._trust(verdict), 1)
        return beside

    def _lines(self, title: str, reasons: Sequence[Reason], role: str = "card") -> QFrame:
        lines = (advice(text.sentence(reason)) for reason in reasons)
        return card(label(title, "headline"), *lines, role=role)

    def _trust(self, verdict: Verdict) -> QFrame:
        meaning = {
            "A": self.tr("Nothing speaks against these numbers."),
            "B": self.tr("Good, with a small doubt."),
            "C": self.tr("Fair: read the doubts below."),
            "D": self.tr("Poor: better check again."),
        }
        title = label(text.title("trust", grade=verdict.trust), "headline")
        lines = [label(text.sentence(doubt), wrap=True) for doubt in verdict.doubts]
        return topped(card(title, label(meaning.get(verdict.trust, ""), "dim", wrap=True), *lines))

    def _forecasts(self, result: Result, verdict: Verdict) -> QFrame:
        table = Forecasts(result, verdict)
        note = label(
            self.tr("~ estimated from smaller batches. Each job belongs to the scenario with its number."),
            "small",
            wrap=True,
        )
        return card(label(text.title("forecasts"), "headline"), table, note)
