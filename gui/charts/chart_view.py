"""A chart of the engine as a widget: drawn as in a report, its values shown by pointing and told to screen readers."""

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
from ..widgets.labels import tip
from ..words import text

NEAR = 24.0
"""How near to a value the mouse has to point, in pixels."""
LEAST = 260
"""Least width of a chart, in pixels."""


def look(scheme: Theme, font: str, size: float) -> Look:
    """The colours of a theme as a chart takes them; `size` of the font is in pixels."""
    return Look(scheme.text, scheme.dim, scheme.line, scheme.surface, scheme.total, scheme.curves, font, size)


class ChartView(QWidget):
    """A chart that fills its width; its height follows. `name` tells screen readers what it is."""

    def __init__(self, chart: Chart, name: str) -> None:
        super().__init__()
        self.chart = chart
        self._drawing: Drawing | None = None
        self._renderer = QSvgRenderer(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(name)
        self.setAccessibleDescription(told(chart, text.words.marked))

    def sizeHint(self) -> QSize:
        """Twice the least width."""
        return QSize(2 * LEAST, self.heightForWidth(2 * LEAST))

    def minimumSizeHint(self) -> QSize:
        """The least width at which a chart can be read."""
        return QSize(LEAST, 80)

    def heightForWidth(self, width: int) -> int:
        """The height of the chart at a width, in pixels."""
        return round(self._drawn(max(width, LEAST)).height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chart."""
        drawing = self._drawn(max(self.width(), LEAST))
        painter = QPainter(self)
        self._renderer.render(painter, QRectF(0, 0, drawing.width, drawing.height))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the chart anew in other colours or another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._drawing = None
            self.update()

    def event(self, event: QEvent) -> bool:
        """Show the value that the mouse points at as a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tip(self.value_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def value_at(self, point: QPointF) -> str:
        """The nearest value in words; empty where none is near to the point."""
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
