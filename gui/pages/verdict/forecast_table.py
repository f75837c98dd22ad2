"""The jobs table of a verdict: what each job would take here, against its limit; its headings sort it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from ....core.records.result import Result
from ....core.records.verdict import Forecast, Verdict
from ...charts.verdict_figures import TimeBar
from ...widgets.parts import Elided, clear, label
from ...words import text

NARROW = 760
"""Below this width the columns that only repeat in other words are left out."""
SPARE = (2, 3)
NEVER = float("inf")
KEYS: dict[int, Callable[[Forecast], tuple[float, str]]] = {
    0: lambda f: (f.scenario, ""),
    1: lambda f: (0, text.job(f.job)),
    4: lambda f: (NEVER if f.seconds is None else f.seconds, ""),
    5: lambda f: (f.deadline_s, ""),
    6: lambda f: (-f.probability, ""),
}
"""What each column that sorts is sorted by."""


class Forecasts(QWidget):
    """One line for each job on each device, in the order of the scenarios at first."""

    def __init__(self, result: Result, verdict: Verdict) -> None:
        super().__init__()
        self._result, self._forecasts = result, list(verdict.forecasts)
        self._cells: list[tuple[QWidget, ...]] = []
        self._by, self._falling = 0, False
        self.heads: dict[int, QPushButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(2, 2)
        self._fill()

    def sort(self, column: int) -> None:
        """By this column; the other way round where it is sorted by it already."""
        self._falling = column == self._by and not self._falling
        self._by = column
        self._forecasts.sort(key=KEYS[column], reverse=self._falling)
        self._fill()
        self.heads[column].setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._spare(self.width() >= NARROW)

    def _fill(self) -> None:
        clear(self._grid)
        self._cells, self.heads = [], {}
        names = (
            self.tr("Scenario"),
            text.title("job"),
            text.title("device"),
            self.tr("a second … ten years"),
            text.title("time"),
            text.title("limit"),
            text.title("answer"),
        )
        self._add(tuple(self._head(column, name) for column, name in enumerate(names)))
        for forecast in self._forecasts:
            self._add(self._line(forecast))
        self._spare(self.width() >= NARROW)

    def _head(self, column: int, name: str) -> QWidget:
        if column not in KEYS:
            return label(name, "small")
        arrow = ("▼" if self._falling else "▲") if column == self._by else ""
        shown = name if column else ""  # the first column is as narrow as a digit
        head = QPushButton(f"{shown}  {arrow}".strip() or "↕")
        head.setProperty("role", "head")
        head.setAccessibleName(self.tr("Sort by {column}").format(column=name))
        head.setToolTip(head.accessibleName())
        head.clicked.connect(lambda: self.sort(column))
        self.heads[column] = head
        return head

    def _line(self, forecast: Forecast) -> tuple[QWidget, ...]:
        answer, role = text.answer(forecast)
        return (
            label(str(forecast.scenario), "dim"),
            label(text.job(forecast.job), wrap=True),
            Elided(text.device(self._result.machine, forecast.device), "dim", most=2),
            TimeBar(forecast.low, forecast.high, forecast.deadline_s, role),
            label(text.span(forecast)),
            label(text.limit(forecast.deadline_s), "dim"),
            label(answer, role),
        )

    def _add(self, cells: tuple[QWidget, ...]) -> None:
        for column, cell in enumerate(cells):
            self._grid.addWidget(cell, len(self._cells), column)
        self._cells.append(cells)

    def _spare(self, shown: bool) -> None:
        for column in SPARE:
            self._grid.setColumnStretch(column, 2 if shown else 0)  # an empty column would keep its room
        for cells in self._cells:
            for column in SPARE:
                cells[column].setVisible(shown)
