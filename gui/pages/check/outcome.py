"""What a check brought beside its verdict: failures, and the throughput of each run."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ....core.check.job_plans import JOB_STEPS
from ....core.records.result import Result, Run
from ....core.records.window_statistics import rate
from ....core.report import result_text
from ....core.words.language import _
from ...widgets.containers import Columns, card, clear
from ...widgets.labels import ElidedLabel, advice, label
from ...words import text


class Outcome(QWidget):
    """Failures first, then a card for each run that measured something."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.hide()

    def show_result(self, result: Result, unsaved: str, tasks: tuple[str, ...]) -> None:
        """Show the failures of a result and the runs of these tasks; `unsaved` says why it could not be stored."""
        clear(self._column)
        found = troubles(result, unsaved)
        if found:
            self.warn(*found)
        cards: list[QWidget] = [run_card(result, r) for r in result.runs if r.task in tasks and rate(r)]
        if cards:
            columns = Columns(wide=300, most=3)
            columns.fill(cards)
            self._column.addWidget(columns)
        self._shaders(result)
        self.setVisible(self._column.count() > 0)

    def _shaders(self, result: Result) -> None:
        """Show what was measured of GPUs through their drivers, where there is no verdict to say it."""
        shaders = result_text.shaders(result)
        if shaders:
            lines = (advice(text.sentence(reason)) for reason in shaders)
            self._column.addWidget(card(label(text.words.title("driver"), "headline"), *lines))

    def warn(self, *sentences: str) -> None:
        """Add a warning of these sentences."""
        self._column.addWidget(card(*map(advice, sentences), role="warning"))
        self.show()

    def clear(self) -> None:
        """Remove everything and hide."""
        clear(self._column)
        self.hide()


def troubles(result: Result, unsaved: str) -> list[str]:
    """A sentence for each thing that went wrong."""
    lines = result_text.problems(result, text.words)
    broken = [r for r in result.runs if r.failure and r.failure.code != "cancelled"]
    for run in broken:
        if run.failure:
            job = text.wanted(result.plan) if run.task in JOB_STEPS else ""
            name = f"{job or text.model(run.plan.model)} · {text.device(result.machine, run.plan.device)}"
            lines.append(f"{name}: {text.failure(run.failure.code, run.failure.detail)}")
    if result.status == "partial" and not lines:
        lines.append(_("You stopped this check. What it had measured by then is kept as a partial result."))
    elif result.status == "partial":
        lines.append(_("What was measured nevertheless is kept as a partial result."))
    elif result.status == "nothing":
        lines.append(_("Nothing could be measured."))
    return [*lines, *([text.words.sentence("unsaved", {"why": unsaved})] if unsaved else [])]


def run_card(result: Result, run: Run) -> QFrame:
    """A card with the throughput, accuracy and settings of a run."""
    known = rate(run)
    headline = f"{text.words.figure(known.median)} {text.unit(run.plan.model)}" if known else "—"
    name = f"{text.model(run.plan.model)} · {text.device(result.machine, run.plan.device)}"
    parts = [ElidedLabel(name, "overline"), label(headline, "title"), label(text.speed(run), "dim", wrap=True)]
    if learnt := text.accuracy(run):
        parts.append(label(learnt, wrap=True))
    parts.append(label(text.settings(run.plan), "dim", wrap=True))
    return card(*parts, spacing=4)
