"""The jobs table of a verdict: what each job would take here, against its limit."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ...core.model import Forecast, Result, Verdict
from .. import text
from ..figures import TimeBar
from ..widgets import label

NARROW = 760
"""Below this width the columns that only repeat in other words are left out."""
SPARE = (2, 3)


class Forecasts(QWidget):
    """One line for each job on each device."""

    def __init__(self, result: Result, verdict: Verdict) -> None:
        super().__init__()
        self._result = result
        self._cells: list[tuple[QWidget, ...]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 3)
        heads = (
            "",
            text.title("job"),
            text.title("device"),
            self.tr("a second … ten years"),
            text.title("time"),
            text.title("limit"),
            text.title("answer"),
        )
        self._add(tuple(label(head, "small") for head in heads))
        for forecast in verdict.forecasts:
            self._add(self._line(forecast))
        self._spare(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._spare(self.width() >= NARROW)

    def _line(self, forecast: Forecast) -> tuple[QWidget, ...]:
        answer, role = text.answer(forecast)
        return (
            label(str(forecast.scenario), "dim"),
            label(text.job(forecast.job), wrap=True),
            label(text.device(self._result.machine, forecast.device), "dim", wrap=True),
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
        self._grid.setColumnStretch(3, 2 if shown else 0)  # an empty column would keep its room
        for cells in self._cells:
            for column in SPARE:
                cells[column].setVisible(shown)
