"""Texts on a page: labels that show names as they are, cut them short, or change many times a second."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ...core.words.safe_text import clipped, neutral
from ...core.words.writer import copied
from ..theme import palette

LONG_TIP = 100
"""Characters of a tool tip from which on it is broken into lines, which Qt does only for HTML."""


def tip(text: str) -> str:
    """A tool tip that shows exactly this text: names from a machine may look like HTML, which Qt would interpret."""
    text = neutral(clipped(text))
    if len(text) < LONG_TIP and not {"<", "&"} & set(text):
        return text
    # A zero-width space lets Qt break a long name that has no space.
    pieces = ("\u200b".join(text[i : i + LONG_TIP] for i in range(0, len(text), LONG_TIP))).split("\n")
    return f"<qt>{'<br>'.join(map(escape, pieces))}</qt>"


class PlainLabel(QLabel):
    """Shows text from a machine as it is: never as HTML, without control characters, cut to a bearable length."""

    def setText(self, text: str) -> None:
        """Replace the text."""
        super().setText(neutral(clipped(text)))


def label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text in one of the style sheet's roles; `wrap` breaks it into lines."""
    made = PlainLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def advice(sentence: str, role: str = "") -> QLabel:
    """A label of a whole sentence; it can be selected where it holds a command or a link that people will copy."""
    made = label(sentence, role, wrap=True)
    if copied(sentence):
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


class ElidedLabel(QLabel):
    """A name of any length on at most `most` lines, then an ellipsis; the tool tip has the whole name.

    A word that is longer than a line is broken anywhere, so that no name makes its column wider.
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
        """Replace the text."""
        if text != self.text():
            self.setText(neutral(" ".join(clipped(text).splitlines())))
            self.setToolTip(tip(text))

    def sizeHint(self) -> QSize:
        """The size of the whole text on one line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 1, metrics.lineSpacing() + 1)

    def minimumSizeHint(self) -> QSize:
        """Room for about ten characters."""
        whole = self.sizeHint()
        return QSize(min(whole.width(), self.fontMetrics().horizontalAdvance("0" * 10)), whole.height())

    def hasHeightForWidth(self) -> bool:
        """Whether it may need more lines where it is narrower."""
        return self._most > 1

    def heightForWidth(self, width: int) -> int:
        """The height of the lines that it needs at a width, in pixels."""
        return len(self._lines(width)) * self.fontMetrics().lineSpacing() + 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw line by line, the last one with an ellipsis where text is left over."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics, lines = self.fontMetrics(), self._lines(self.width())
        baseline = (self.height() - len(lines) * metrics.lineSpacing()) // 2 + metrics.ascent()
        for number, line in enumerate(lines):
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(0, baseline + number * metrics.lineSpacing(), shown)

    def _lines(self, width: int) -> list[str]:
        """The text broken at a width; the last line holds all the rest."""
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


class Readout(QWidget):
    """One line of text that changes often. It paints itself, so that a change does not start a layout."""

    def __init__(self, factor: float = 1.0, bold: bool = False, dim: bool = False, right: bool = False) -> None:
        """`factor` scales the font; `dim` takes the colour of less important text; `right` aligns to the right."""
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
        """The text that is shown."""
        return self._text

    def show_text(self, text: str, colour: str = "") -> None:
        """Replace the text, and its colour where one is named; repaints only where something has changed."""
        if (text, colour) != (self._text, self._colour):
            self._text, self._colour = neutral(clipped(text)), colour
            self.setToolTip(tip(text))  # it may not fit into the line
            self.update()

    def sizeHint(self) -> QSize:
        """One line high, and wide enough for a number."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance("0" * 8), metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, with an ellipsis where it does not fit."""
        scheme = palette.of(self)
        painter = QPainter(self)
        painter.setPen(QColor(self._colour or (scheme.dim if self._dim else scheme.text)))
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self._flags, text)
