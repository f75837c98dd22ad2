"""The scale of the four scenarios, on the verdict and where there is none yet."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...core.words.language import _
from ..theme import palette
from ..words import text

LEAST_HEIGHT, NAMES_TOP, GAP = 58, 22, 8.0
"""Pixels: the scale's least height, where the names begin below its bars, and the gap between two steps."""


class ScenarioScale(QWidget):
    """The four scenarios as a row of steps, the reached ones filled."""

    def __init__(self) -> None:
        super().__init__()
        self.scenario = 0
        self.setMinimumSize(300, LEAST_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Scale of the four scenarios"))

    def show_scenario(self, scenario: int) -> None:
        """Mark a scenario, 1 to 4, and those below it as reached; 0 marks none."""
        self.scenario = scenario
        self.setAccessibleDescription(text.words.title("scenario", number=scenario) if scenario else "")
        self.update()

    def sizeHint(self) -> QSize:
        """A wide row of four steps."""
        return QSize(700, LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the longest name needs at this width."""
        super().resizeEvent(event)
        font = QFont(self.font())
        font.setBold(True)
        room = QRect(0, 0, int((self.width() - 3 * GAP) / 4), 1000)
        metrics = QFontMetrics(font)
        names = (metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._name(n)).height() for n in range(1, 5))
        self.setFixedHeight(max(LEAST_HEIGHT, NAMES_TOP + max(names)))

    def _name(self, number: int) -> str:
        return f"{number}  {text.words.scenario(number)[0]}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a bar for each scenario and its name below; the name of the marked one is bold."""
        scheme = palette.of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - 3 * GAP) / 4
        for number in range(1, 5):
            bar = QRectF((number - 1) * (width + GAP), 6, width, 10)
            reached = number <= self.scenario
            colour = QColor(scheme.accent if reached else scheme.sunken)
            painter.setPen(Qt.PenStyle.NoPen if reached else QPen(QColor(scheme.line)))
            painter.setBrush(colour)
            painter.drawRoundedRect(bar, 5, 5)
            font = QFont(self.font())
            font.setBold(number == self.scenario)
            painter.setFont(font)
            painter.setPen(QColor(scheme.text if number == self.scenario else scheme.dim))
            box = QRectF(bar.left(), NAMES_TOP, width, self.height() - NAMES_TOP)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(box, int(flags), self._name(number))
