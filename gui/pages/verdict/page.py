"""The Verdict page: the scenario of this computer, the evidence for it, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ....core.analysis.same_computer import is_same_computer
from ....core.check.job_plans import job_alone
from ....core.records.machine import Machine
from ....core.records.result import Result
from ....core.records.verdict import Reason, Verdict
from ....core.words.language import _
from ....core.words.writer import evidence
from ...charts.scenario_scale import ScenarioScale
from ...charts.trust_grade import TrustGrade
from ...widgets.containers import Columns, card, clear, scroll, topped
from ...widgets.input_fields import enable
from ...widgets.labels import ElidedLabel, advice, label
from ...words import text
from ..check.outcome import Outcome
from ..empty_page import Invitation
from .forecast_table import ForecastTable
from .result_actions import ResultActions

if TYPE_CHECKING:  # they read the catalogue, which a start does not need
    from ....core.reference.job_catalogue import CatalogueJob
    from .job_answer import JobAnswer
    from .jobs_card import JobsCard
    from .shown_results import ShownResults

VARIABLES = "variables"
"""The code of a reason that is a hint for other programs rather than evidence."""


class VerdictPage(QWidget):
    """Shows a result and the jobs that were measured beside it, or how to get one."""

    check_requested = Signal()
    measure_requested = Signal(object)
    """Brings the plan of a check that measures one job."""

    def __init__(self) -> None:
        super().__init__()
        self._running = False
        self._here: Machine | None = None
        self._shown: ShownResults | None = None
        self.wanted: JobAnswer | None = None
        self.jobs: JobsCard | None = None
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
            _("No verdict yet"),
            _("A quick check takes a minute: it trains on this computer and says what it is enough for."),
        )

    @property
    def results(self) -> list[Result]:
        """All results that are shown together, in an order in which they can be shown again."""
        return self._shown.all if self._shown else []

    def show_result(self, result: Result, unsaved: str = "") -> bool:
        """Show a whole check, or one of a single job beside the whole one of the same computer; others are ignored.

        `unsaved` says why the result could not be stored. Returns whether the page answers something by it.
        """
        if not {"jobs", "workload", "boosting"} & set(result.plan.steps):
            return False
        from .shown_results import ShownResults  # reads the catalogue, which a start does not need

        self._shown = self._shown or ShownResults()
        change = self._shown.take(result, unsaved)
        if change == "page":
            self._fill(self._shown)
        elif change == "row" and self.jobs:  # the page stays as the user has left it
            self.jobs.show_rows(self._shown.rows())
            self.jobs.table.setFocus()
            self._show_wanted(self._shown)
        return change != "nothing" and self._shown.answers(result)

    def set_running(self, running: bool) -> None:
        """Disable the buttons that start a check."""
        self._running = running
        if self.invitation:
            enable(self.invitation.button, not running, _("A check is running."))
        if self.jobs:
            self.jobs.set_running(running)

    def set_here(self, machine: Machine) -> None:
        """Set which machine this computer is: jobs of another one's result cannot be measured here."""
        self._here = machine
        if self.jobs:
            self.jobs.set_elsewhere(self._elsewhere)

    def _fill(self, shown: ShownResults) -> None:
        clear(self._column)
        self.invitation = self.wanted = self.jobs = None
        self._area.verticalScrollBar().setValue(0)
        if shown.wanted:
            from .job_answer import JobAnswer

            self.wanted = JobAnswer(large=True)
            self._column.addWidget(card(label(_("What you want to train"), "overline"), self.wanted))
            self._show_wanted(shown)
        if shown.check:
            self._fill_check(shown, shown.check)
        elif shown.latest:
            outcome = Outcome()
            self._tell(outcome, shown, shown.latest, ())
            self._invite(
                _("What else is this computer enough for?"),
                _("A quick check takes a minute: it trains on this computer and says what it is enough for."),
                outcome,
            )

    def _show_wanted(self, shown: ShownResults) -> None:
        row = shown.wanted_row()
        if self.wanted and row and shown.latest:
            from .way_out import way_out

            verdict = shown.check.verdict if shown.check else None
            self.wanted.show_row(row, shown.latest.machine, way_out(row, verdict))

    def _fill_check(self, shown: ShownResults, result: Result) -> None:
        """The verdict of a whole check, and what it rests on."""
        verdict = result.verdict
        if verdict:
            self._column.addWidget(self._headline(result, verdict))
        outcome = Outcome()
        self._tell(outcome, shown, result, () if verdict else ("train", "job"))
        if verdict is None:
            self._invite(
                _("No verdict from this check"),
                _("Too little was measured to name a scenario."),
                outcome,
            )
            return
        self.result_actions = ResultActions(result)
        self._column.addWidget(self.result_actions)
        self._column.addWidget(outcome)
        self._column.addWidget(self._forecasts(result, verdict))
        self._column.addWidget(self._all_jobs(shown, result))
        from .price_card import PriceCard  # imports tables that a start does not need

        self.price_card = PriceCard(result)
        self._column.addWidget(self.price_card)
        columns = Columns(wide=320, most=2)
        columns.fill([self._reasons(verdict), self._beside(verdict)])
        self._column.addWidget(columns)
        self._column.addStretch(1)

    @staticmethod
    def _tell(outcome: Outcome, shown: ShownResults, result: Result, tasks: tuple[str, ...]) -> None:
        """Show what a result brought, and what could not be stored or read."""
        outcome.show_result(result, shown.unsaved, tasks)
        if shown.unread:
            outcome.warn(shown.unread)

    @property
    def _elsewhere(self) -> bool:
        check = self._shown.check if self._shown else None
        return bool(check and self._here and not is_same_computer(check.machine, self._here, asleep=True))

    def _all_jobs(self, shown: ShownResults, result: Result) -> QFrame:
        from .jobs_card import JobsCard

        self.jobs = JobsCard(result, shown.rows())
        self.jobs.set_elsewhere(self._elsewhere)
        self.jobs.set_running(self._running)
        self.jobs.measure_requested.connect(self._measure)
        return self.jobs

    def _measure(self, job: CatalogueJob) -> None:
        if self._shown and self._shown.check:
            self._shown.asked = job
            devices = self._shown.check.plan.devices
            self.measure_requested.emit(job_alone(job.workload, job.work, devices, job.files))

    def _invite(self, title: str, sentence: str, outcome: QWidget | None = None) -> None:
        scale = ScenarioScale()
        scale.setMaximumWidth(720)
        invitation = Invitation(title, sentence, _("Start a quick check"), scale)
        invitation.button.clicked.connect(self.check_requested)
        self.invitation = invitation
        self.set_running(self._running)
        self._column.addWidget(invitation, 1)
        if outcome:
            self._column.addWidget(outcome)

    def _headline(self, result: Result, verdict: Verdict) -> QFrame:
        title, meaning = text.words.scenario(verdict.scenario)
        scale = ScenarioScale()
        scale.show_scenario(verdict.scenario)
        margin = label(text.words.margin(verdict.margin), "headline", wrap=True)
        over = text.words.title("scenario", number=verdict.scenario)
        words = QVBoxLayout()
        words.setSpacing(4)
        for part in (
            ElidedLabel(
                f"{over}  ·  {text.date(result.created)}  ·  {text.device(result.machine, 'cpu')}", "overline", most=2
            ),
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
        caption = label(_("Trust"), "overline")
        caption.setToolTip(_("How far to trust this verdict: A best, D worst"))
        column.addWidget(TrustGrade(verdict.trust), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(caption, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return column

    def _reasons(self, verdict: Verdict) -> QFrame:
        """What the verdict rests on, and in small type the environment variables that speed up other programs."""
        found = evidence(verdict)
        title = label(text.words.title("evidence"), "headline")
        lines = [advice(text.sentence(reason), "small" if reason.code == VARIABLES else "") for reason in found]
        return topped(card(title, *lines))

    def _beside(self, verdict: Verdict) -> QWidget:
        """The cards beside the evidence: catches, GPUs through their drivers, limits, and trust."""
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        if verdict.catches:
            column.addWidget(self._lines(text.words.title("catches"), verdict.catches, role="warning"))
        if verdict.driver:
            column.addWidget(self._lines(text.words.title("driver"), verdict.driver))
        if verdict.bottlenecks:
            column.addWidget(self._lines(text.words.title("limits"), verdict.bottlenecks))
        column.addWidget(self._trust(verdict), 1)
        return beside

    def _lines(self, title: str, reasons: Sequence[Reason], role: str = "card") -> QFrame:
        lines = (advice(text.sentence(reason)) for reason in reasons)
        return card(label(title, "headline"), *lines, role=role)

    def _trust(self, verdict: Verdict) -> QFrame:
        meaning = {
            "A": _("Nothing speaks against these numbers."),
            "B": _("Good, with a small doubt."),
            "C": _("Fair: read the doubts below."),
            "D": _("Poor: check again."),
        }
        title = label(text.words.title("trust", grade=verdict.trust), "headline")
        lines = [label(text.sentence(doubt), wrap=True) for doubt in verdict.doubts]
        return topped(card(title, label(meaning.get(verdict.trust, ""), "dim", wrap=True), *lines))

    def _forecasts(self, result: Result, verdict: Verdict) -> QFrame:
        table = ForecastTable(result, verdict)
        note = label(
            _("~ estimated from smaller batches. Each job belongs to the scenario with its number."),
            "small",
            wrap=True,
        )
        return card(label(text.words.title("forecasts"), "headline"), table, note)
