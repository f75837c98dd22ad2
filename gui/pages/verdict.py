"""The Verdict page: the scenario as the one big thing, what it rests on, and how far to trust it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core import words
from ...core.model import Forecast, Result, Verdict
from .. import text
from ..text import tr
from ..theme import Colours

TRUST = {
    "A": "nothing speaks against these numbers",
    "B": "one small doubt",
    "C": "some doubts",
    "D": "do not rely on it",
}


class VerdictPage(QWidget):
    """Shows one result; `wanted` asks for a check where there is none yet."""

    wanted = Signal()

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = colours
        self._result: Result | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty())

    def show_result(self, result: Result) -> None:
        """Show a result with a verdict, or say why there is none."""
        self._result = result
        while self._stack.count() > 1:
            old = self._stack.widget(1)
            self._stack.removeWidget(old)
            old.deleteLater()
        page = self._page(result, result.verdict) if result.verdict else self._without(result)
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def set_colours(self, colours: Colours) -> None:
        """Take another scheme."""
        self._colours = colours
        if self._result:
            self.show_result(self._result)

    def _empty(self) -> QWidget:
        return self._invitation(
            tr("No verdict yet"),
            tr("A quick check takes a minute. It trains on this computer and says what it is enough for."),
        )

    def _without(self, result: Result) -> QWidget:
        lines = [text.sentence(p) for p in result.problems]
        lines += [text.failure(r) for r in result.runs if r.failure]
        why = " ".join(dict.fromkeys(lines)) or tr("Too little was measured to judge.")
        return self._invitation(tr("No verdict from this check"), why)

    def _invitation(self, title: str, sentence: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(2)
        for name, words_ in (("title", title), ("muted", sentence)):
            label = QLabel(words_)
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        button = QPushButton(tr("Go to the check"))
        button.clicked.connect(self.wanted)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button)
        row.addStretch(1)
        column.addSpacing(12)
        column.addLayout(row)
        column.addStretch(3)
        return page

    def _page(self, result: Result, verdict: Verdict) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._headline(result, verdict))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(_listing(tr("What it rests on"), [text.sentence(r) for r in verdict.reasons]), 3)
        row.addWidget(self._trust(verdict), 2)
        column.addLayout(row)
        column.addWidget(_table(verdict.forecasts))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        return area

    def _headline(self, result: Result, verdict: Verdict) -> QFrame:
        card = _card()
        row = QHBoxLayout(card)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(22)
        scale = QHBoxLayout()
        scale.setSpacing(6)
        for number, (title, _) in words.SCENARIOS.items():
            step = QLabel(str(number))
            step.setAlignment(Qt.AlignmentFlag.AlignCenter)
            step.setFixedSize(52, 52)
            step.setToolTip(title)
            here = number == verdict.scenario
            ground, ink = (self._colours.accent, self._colours.on_accent) if here else ("none", self._colours.muted)
            edge = self._colours.accent if here else self._colours.border
            step.setStyleSheet(
                f"background: {ground}; color: {ink}; border: 2px solid {edge}; border-radius: 26px; "
                f"font-size: {'26px' if here else '16px'}; font-weight: 800;"
            )
            scale.addWidget(step)
        row.addLayout(scale)
        words_ = QVBoxLayout()
        words_.setSpacing(2)
        title, meaning = words.SCENARIOS[verdict.scenario]
        state = "" if result.status == "complete" else tr(" (partial check)")
        for name, line in (
            ("muted", tr("Scenario {number} of 4").format(number=verdict.scenario) + state),
            ("scenario", title),
            ("", meaning),
            ("heading", text.capital(verdict.margin.sentence)),
        ):
            label = QLabel(line)
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            words_.addWidget(label)
        row.addLayout(words_, 1)
        return card

    def _trust(self, verdict: Verdict) -> QFrame:
        colour = {"A": self._colours.good, "B": self._colours.good, "C": self._colours.fair}.get(
            verdict.trust, self._colours.bad
        )
        card = _listing("", [text.sentence(d) for d in verdict.doubts])
        heading = QLabel(tr("Trust {grade}: {words}").format(grade=verdict.trust, words=tr(TRUST[verdict.trust])))
        heading.setObjectName("heading")
        heading.setStyleSheet(f"color: {colour};")
        heading.setWordWrap(True)
        layout = card.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, heading)
        return card


def _card() -> QFrame:
    frame = QFrame()
    frame.setObjectName("card")
    return frame


def _listing(heading: str, lines: list[str]) -> QFrame:
    card = _card()
    column = QVBoxLayout(card)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(6)
    if heading:
        label = QLabel(heading)
        label.setObjectName("heading")
        column.addWidget(label)
    for line in lines:
        label = QLabel(f"•  {line}")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label)
    column.addStretch(1)
    return card


def _table(forecasts: tuple[Forecast, ...]) -> QTableWidget:
    headings = (tr("Job"), tr("Scenario"), tr("Device"), tr("Time"), tr("Limit"), tr("In time?"))
    table = QTableWidget(len(forecasts), len(headings))
    table.setAccessibleName(tr("Forecast for each job"))
    table.setHorizontalHeaderLabels(headings)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    for row, item in enumerate(forecasts):
        mark = " *" if item.estimated else ""
        cells = (
            text.capital(words.JOBS.get(item.job, item.job)),
            str(item.scenario),
            item.device,
            text.span(item) + mark,
            words.duration(item.deadline_s),
            text.answer(item),
        )
        for column, cell in enumerate(cells):
            shown = QTableWidgetItem(cell)
            if mark and column == 3:
                shown.setToolTip(tr("Estimated from smaller batches or another batch size"))
            table.setItem(row, column, shown)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    height = header.sizeHint().height() + sum(table.rowHeight(r) for r in range(len(forecasts))) + 6
    table.setFixedHeight(height)
    return table
