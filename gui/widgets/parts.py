"""Small parts that every page is made of."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
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

from ...core.words.safe_text import clipped, neutral
from ...core.words.writer import copied
from ..theme import palette

LONG_TIP = 100
"""A tip of so many letters is broken into lines, which Qt does for markup alone."""


def tip(text: str) -> str:
    """A tool tip that shows these very letters: Qt takes what looks like markup for markup, and breaks lines in nothing
    else."""
    text = neutral(clipped(text))
    if len(text) < LONG_TIP and not {"<", "&"} & set(text):
        return text
    # A name without a space is broken as well: a place without width where it may be.
    pieces = ("\u200b".join(text[i : i + LONG_TIP] for i in range(0, len(text), LONG_TIP))).split("\n")
    return f"<qt>{'<br>'.join(map(escape, pieces))}</qt>"


class Plain(QLabel):
    """Shows these very letters, whenever it is told: what a machine reports is never markup, and nothing in it acts."""

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(neutral(clipped(text)))


def label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's roles. Its text is plain: what a machine reports is never markup."""
    made = Plain()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def advice(sentence: str) -> QLabel:
    """A whole sentence; what is to be copied out of it can be, also with the keyboard."""
    made = label(sentence, wrap=True)
    if copied(sentence):
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
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


class Elided(QLabel):
    """A name of any length: as many lines as it takes, `most` at most, then an ellipsis, and the whole of it as a tip.

    Lines are broken anywhere where a word is longer than one, so that no name makes its column wider.
    """

    def __init__(self, text: str, role: str = "", most: int = 1) -> None:
        super().__init__()
        self._most = most
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.show_text(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if role:
            self.setProperty("role", role)

    def show_text(self, text: str) -> None:
        """Show another text."""
        if text != self.text():
            self.setText(neutral(" ".join(clipped(text).splitlines())))
            self.setToolTip(tip(text))

    def sizeHint(self) -> QSize:
        """As wide as its text on one line, where there is room."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 1, metrics.lineSpacing() + 1)

    def minimumSizeHint(self) -> QSize:
        """A short word is enough."""
        whole = self.sizeHint()
        return QSize(min(whole.width(), self.fontMetrics().horizontalAdvance("0" * 10)), whole.height())

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return self._most > 1

    def heightForWidth(self, width: int) -> int:
        """The lines that it takes there."""
        return len(self._lines(width)) * self.fontMetrics().lineSpacing() + 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Line by line, the last one with an ellipsis where there is more."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics, lines = self.fontMetrics(), self._lines(self.width())
        baseline = (self.height() - len(lines) * metrics.lineSpacing()) // 2 + metrics.ascent()
        for number, line in enumerate(lines):
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(0, baseline + number * metrics.lineSpacing(), shown)

    def _lines(self, width: int) -> list[str]:
        """The text line by line; the last one is all that is left."""
        text, start = self.text(), 0
        lines: list[str] = []
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(text, self.font())
        layout.setTextOption(option)
        layout.beginLayout()
        while len(lines) < self._most - 1 and (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            start = line.textStart() + line.textLength()
            lines.append(text[line.textStart() : start].rstrip())
        layout.endLayout()
        return [*lines, text[start:]] if start < len(text) else lines


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
            painter.setPen(QPen(QColor(palette.of(self).on_accent), 2))
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
            self._text, self._colour = neutral(clipped(text)), colour
            self.setToolTip(tip(text))  # all of it, where it is cut short
            self.update()

    def sizeHint(self) -> QSize:
        """As high as a line; the width is the layout's to give."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance("0" * 8), metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line, cut short with an ellipsis where it does not fit."""
        scheme = palette.of(self)
        painter = QPainter(self)
        painter.setPen(QColor(self._colour or (scheme.dim if self._dim else scheme.text)))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self._flags, text)
