"""Small parts that every page is made of."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from . import theme


def label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's roles. Its text is plain: what a machine reports is never markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def card(*parts: QWidget | QLayout, role: str = "card", spacing: int = 8) -> QFrame:
    """A surface with its parts from top to bottom."""
    frame = QFrame()
    frame.setProperty("role", role)
    column = QVBoxLayout(frame)
    column.setContentsMargins(20, 16, 20, 16)
    column.setSpacing(spacing)
    for part in parts:
        if isinstance(part, QLayout):
            column.addLayout(part)
        else:
            column.addWidget(part)
    return frame


def topped(frame: QFrame) -> QFrame:
    """Lines at the top, empty room below."""
    column = frame.layout()
    assert isinstance(column, QVBoxLayout)
    column.addStretch(1)
    return frame


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.setParent(None)  # gone at once for who asks for children
            widget.deleteLater()
        elif inner := item.layout():
            clear(inner)


def scroll(content: QWidget, name: str) -> QScrollArea:
    """A page that scrolls where the window is lower than the page."""
    area = QScrollArea()
    area.setObjectName(name)
    content.setObjectName("page")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setWidget(content)
    return area


class Columns(QWidget):
    """Children side by side, in as many columns of at least `wide` as there is room for."""

    def __init__(self, wide: int, most: int, spacing: int = 14) -> None:
        super().__init__()
        self._wide, self._most, self._count = wide, most, 0
        self._children: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)

    def fill(self, children: list[QWidget]) -> None:
        """Show these children instead of those before."""
        clear(self._grid)
        self._children, self._count = children, 0
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the row elsewhere when the width has changed enough."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """One column is enough."""
        return QSize(self._wide, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        room = (self.width() + self._grid.spacing()) // (self._wide + self._grid.spacing())
        count = max(1, min(self._most, room, len(self._children)))
        if count == self._count:
            return
        for column in range(max(count, self._count)):
            self._grid.setColumnStretch(column, 1 if column < count else 0)
        self._count = count
        for index, child in enumerate(self._children):
            self._grid.addWidget(child, index // count, index % count)


class Tick(QCheckBox):
    """A check box whose mark is drawn, as a style sheet can only take it from a file."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark upon the filled box."""
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.of(self).on_accent), 2))
            middle = self.height() / 2
            painter.drawPolyline([QPointF(4, middle), QPointF(7, middle + 3.5), QPointF(12, middle - 4)])


class Readout(QWidget):
    """A text that changes many times a second: paints itself, so that no layout is asked again."""

    def __init__(self, factor: float = 1.0, bold: bool = False, dim: bool = False, right: bool = False) -> None:
        super().__init__()
        self._text, self._dim, self._colour = "", dim, ""
        self._flags = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        )
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * factor)
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def show_text(self, text: str, colour: str = "") -> None:
        """Show another text; nothing is painted where it is the same."""
        if (text, colour) != (self._text, self._colour):
            self._text, self._colour = text, colour
            self.setToolTip(text)  # all of it, where it is cut short
            self.update()

    def sizeHint(self) -> QSize:
        """As high as a line; the width is the layout's to give."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance("0" * 8), metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line, cut short with an ellipsis where it does not fit."""
        scheme = theme.of(self)
        painter = QPainter(self)
        painter.setPen(QColor(self._colour or (scheme.dim if self._dim else scheme.text)))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self._flags, text)
