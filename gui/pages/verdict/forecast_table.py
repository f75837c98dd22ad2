"""The table of a verdict's jobs: the time that each would take here and its limit; clicks on the headings sort it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from ....core.records.result import Result
from ....core.records.verdict import Forecast, Verdict
from ....core.words.language import _
from ...charts.time_bar import TimeBar
from ...widgets.containers import clear
from ...widgets.labels import ElidedLabel, label
from ...words import text

NARROW = 760
"""Below this width, in pixels, the columns in `SPARE` are hidden."""
SPARE = (2, 3)
"""The columns of the device and of the bar, which the others make up for."""
NEVER = float("inf")
KEYS: dict[int, Callable[[Forecast], tuple[float, str]]] = {
    0: lambda f: (f.scenario, ""),
    1: lambda f: (0, text.words.job(f.job)),
    4: lambda f: (NEVER if f.seconds is None else f.seconds, ""),
    5: lambda f: (f.deadline_s, ""),
    6: lambda f: (-f.probability, ""),
}
"""The sort key of each column that can be sorted."""


class ForecastTable(QWidget):
    """A row for each job on each device, sorted by scenario at first."""

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
        """Sort by a column, in the reverse order where the table is sorted by it already."""
        self._falling = column == self._by and not self._falling
        self._by = column
        self._forecasts.sort(key=KEYS[column], reverse=self._falling)
        self._fill()
        self.heads[column].setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide columns that there is no room for."""
        super().resizeEvent(event)
        self._show_spare(self.width() >= NARROW)

    def _fill(self) -> None:
        clear(self._grid)
        self._cells, self.heads = [], {}
        names = (
            _("Scenario"),
            text.words.title("job"),
            text.words.title("device"),
            _("a second … ten years"),
            text.words.title("time"),
            text.words.title("limit"),
            text.words.title("answer"),
        )
        self._add(tuple(self._head(column, name) for column, name in enumerate(names)))
        for forecast in self._forecasts:
            self._add(self._row(forecast))
        self._show_spare(self.width() >= NARROW)

    def _head(self, column: int, name: str) -> QWidget:
        if column not in KEYS:
            return label(name, "small")
        arrow = ("▼" if self._falling else "▲") if column == self._by else ""
        shown = name if column else ""  # the first column is as narrow as a digit
        head = QPushButton(f"{shown}  {arrow}".strip() or "↕")
        head.setProperty("role", "head")
        head.setAccessibleName(_("Sort by {column}").format(column=name))
        head.setToolTip(head.accessibleName())
        head.clicked.connect(lambda: self.sort(column))
        self.heads[column] = head
        return head

    def _row(self, forecast: Forecast) -> tuple[QWidget, ...]:
        answer, role = text.answer(forecast)
        return (
            label(str(forecast.scenario), "dim"),
            label(text.words.job(forecast.job), wrap=True),
            ElidedLabel(text.device(self._result.machine, forecast.device), "dim", most=2),
            TimeBar(forecast.low, forecast.high, forecast.deadline_s, role),
            label(text.words.time(forecast)),
            label(text.words.limit(forecast.deadline_s), "dim"),
            label(answer, role),
        )

    def _add(self, cells: tuple[QWidget, ...]) -> None:
        for column, cell in enumerate(cells):
            self._grid.addWidget(cell, len(self._cells), column)
        self._cells.append(cells)

    def _show_spare(self, shown: bool) -> None:
        for column in SPARE:
            self._grid.setColumnStretch(column, 2 if shown else 0)  # otherwise a hidden column would keep its room
        for cells in self._cells:
            for column in SPARE:
                cells[column].setVisible(shown)
