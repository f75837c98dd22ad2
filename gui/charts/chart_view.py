"""A chart of the engine's in the window: drawn as in a report, with its values for who points at them or cannot see."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QFontInfo, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...core.report.chart import Chart, told
from ...core.report.chart_svg import draw
from ...core.report.svg_picture import Drawing, Look
from ..theme import palette
from ..theme.palette import Theme
from ..widgets.parts import tip
from ..words import text

NEAR = 24.0
"""Pixels around a value within which pointing means it."""
LEAST = 260


def look(scheme: Theme, font: str, size: float) -> Look:
    """The colours of a scheme for a chart."""
    return Look(scheme.text, scheme.dim, scheme.line, scheme.surface, scheme.total, scheme.curves, font, size)


class ChartView(QWidget):
    """As high as the chart needs at the width that there is."""

    def __init__(self, chart: Chart, name: str) -> None:
        super().__init__()
        self.chart = chart
        self._drawing: Drawing | None = None
        self._renderer = QSvgRenderer(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(name)
        self.setAccessibleDescription(told(chart))

    def sizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(2 * LEAST, self.heightForWidth(2 * LEAST))

    def minimumSizeHint(self) -> QSize:
        """A phone's."""
        return QSize(LEAST, 80)

    def heightForWidth(self, width: int) -> int:
        """What the chart takes."""
        return round(self._drawn(max(width, LEAST)).height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The whole picture."""
        drawing = self._drawn(max(self.width(), LEAST))
        painter = QPainter(self)
        self._renderer.render(painter, QRectF(0, 0, drawing.width, drawing.height))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another font: another picture."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._drawing = None
            self.update()

    def event(self, event: QEvent) -> bool:
        """A tip with the value that is pointed at."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tip(self.value_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def value_at(self, point: QPointF) -> str:
        """The value that is drawn there, in words; empty where there is none."""
        spots = self._drawn(max(self.width(), LEAST)).spots
        near = [(abs(s.x - point.x()) + abs(s.y - point.y()), s.text) for s in spots]
        distance, said = min(near, default=(NEAR, ""))
        return said if distance < NEAR else ""

    def _drawn(self, width: int) -> Drawing:
        if self._drawing is None or self._drawing.width != width:
            font = QFontInfo(self.font())
            wanted = look(palette.of(self), font.family(), font.pixelSize())
            self._drawing = draw(self.chart, width, wanted, text.words.marked)
            self._renderer.load(QByteArray(self._drawing.svg().encode()))
        return self._drawing
