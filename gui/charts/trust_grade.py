"""The trust grade of a verdict as a drawing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ...core.words.language import _
from ..theme import palette


class TrustGrade(QWidget):
    """The trust grade of a verdict, A to D, as a letter in a ring."""

    def __init__(self, grade: str) -> None:
        super().__init__()
        self.grade = grade
        self.setFixedSize(58, 58)
        self.setAccessibleName(_("Trust {grade}").format(grade=grade))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ring and letter in the colour of the grade: good for A and B, a warning for C, bad for D."""
        scheme = palette.of(self)
        colour = QColor({"A": scheme.good, "B": scheme.good, "C": scheme.warn}.get(self.grade, scheme.bad))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 3.5))
        painter.drawEllipse(QRectF(3, 3, 52, 52))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.grade)
