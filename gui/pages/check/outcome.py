"""What came of a check beside its verdict: what went wrong, and the numbers of each run."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ....core.records.result import Result, Run
from ....core.records.window_statistics import rate
from ....core.report import result_text
from ...widgets.parts import Columns, Elided, advice, card, clear, label
from ...words import text
from ...words.text import tr


class Outcome(QWidget):
    """Troubles first, then a card for each run that measured something."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.hide()

    def show_result(self, result: Result, unsaved: str, tasks: tuple[str, ...]) -> None:
        """Show a result, with the runs of these tasks."""
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
        """What GPUs did through their drivers, where no verdict says it."""
        shaders = result_text.shaders(result)
        if shaders:
            lines = (advice(text.sentence(reason)) for reason in shaders)
            self._column.addWidget(card(label(text.title("driver"), "headline"), *lines))

    def warn(self, *sentences: str) -> None:
        """Show sentences that must be read."""
        self._column.addWidget(card(*map(advice, sentences), role="warning"))
        self.show()

    def clear(self) -> None:
        """Show nothing."""
        clear(self._column)
        self.hide()


def troubles(result: Result, unsaved: str) -> list[str]:
    """What went wrong, each in one sentence; empty where all went well."""
    lines = result_text.problems(result, text.words)
    broken = [r for r in result.runs if r.failure and r.failure.code != "cancelled"]
    for run in broken:
        if run.failure:
            name = f"{text.model(run.plan.model)} · {text.device(result.machine, run.plan.device)}"
            lines.append(f"{name}: {text.failure(run.failure.code, run.failure.detail)}")
    if result.status == "partial" and not lines:
        lines.append(tr("You stopped this check. What it had measured by then is kept as a partial result."))
    elif result.status == "partial":
        lines.append(tr("What was measured all the same is kept as a partial result."))
    elif result.status == "nothing":
        lines.append(tr("Nothing could be measured."))
    return [*lines, *([text.words.sentence("unsaved", {"why": unsaved})] if unsaved else [])]


def run_card(result: Result, run: Run) -> QFrame:
    """One run in numbers."""
    known = rate(run)
    headline = f"{text.rate(known.median)} {text.unit(run.plan.model)}" if known else "—"
    name = f"{text.model(run.plan.model)} · {text.device(result.machine, run.plan.device)}"
    parts = [Elided(name, "overline"), label(headline, "title"), label(text.speed(run), "dim", wrap=True)]
    if learnt := text.accuracy(run):
        parts.append(label(learnt, wrap=True))
    parts.append(label(text.settings(run.plan), "dim", wrap=True))
    return card(*parts, spacing=4)
