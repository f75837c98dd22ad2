"""Fields to fill in: numbers, choices and check boxes.

Number fields accept numbers outside of their range, so that the form can say in a sentence what is wrong with them.
No field reacts to the mouse wheel: it scrolls the page, and must not change a value that it happens to pass over.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from ..theme import palette
from ..words import text

INTEGERS = 2**31 - 1
"""The largest number that a QSpinBox can hold."""
REALS = 1e12
DECIMALS = 12
DIGITS = ".13g"
"""As many digits as `REALS` has before its decimal point, so that no price is written as 1e+11."""
HEIGHT = 28
"""Least height of a field, in pixels."""
RADIUS = 6
"""Of a field's corners, in pixels."""
ARROW = 13
"""Where the arrow of a choice is, in pixels from its right edge."""


class IntegerEdit(QSpinBox):
    """A whole number. The arrow keys stay between `low` and `high`; what is typed may be outside."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = int(low), int(high)
        self.setRange(-INTEGERS, INTEGERS)
        self.setGroupSeparatorShown(False)
        _set_up(self)

    def stepBy(self, steps: int) -> None:
        """Add `steps`, within the range."""
        self.setValue(max(self.low, min(self.high, self.value() + steps)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame of a field."""
        _draw_frame(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class RealEdit(QDoubleSpinBox):
    """A real number, also in the form 1e-3. The arrow keys double and halve it between `low` and `high`."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = low, high
        self.setDecimals(DECIMALS)
        self.setRange(-REALS, REALS)
        _set_up(self)

    def stepBy(self, steps: int) -> None:
        """Double it so many times (halve it, where negative), within the range."""
        self.setValue(max(self.low, min(self.high, self.value() * 2.0**steps)))

    def textFromValue(self, value: float) -> str:
        """The number without trailing zeros, with the decimal mark of the language."""
        return text.words.write(value, DIGITS)

    def valueFromText(self, typed: str) -> float:
        """The number that was typed; the current one where it is none."""
        value = _read(typed)
        return self.value() if value is None else value

    def validate(self, typed: str, position: int) -> tuple[QValidator.State, str, int]:
        """Acceptable for a number, intermediate for what may become one by typing on."""
        if _read(typed) is not None:
            return QValidator.State.Acceptable, typed, position
        unfinished = all(c in "0123456789.,eE+- \u00a0\u202f" for c in typed)
        return (QValidator.State.Intermediate if unfinished else QValidator.State.Invalid), typed, position

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame of a field."""
        _draw_frame(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class Choice(QComboBox):
    """A list to choose one value from; `choices` are pairs of a value and its words. It draws its own arrow, as a style
    sheet can take one only from a file.
    """

    def __init__(self, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        for value, shown in choices:
            self.addItem(shown, value)
        self.setMinimumHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def value(self) -> str:
        """The chosen value."""
        return str(self.currentData())

    def set_value(self, value: str) -> None:
        """Choose a value; none is chosen where it is not in the list."""
        self.setCurrentIndex(self.findData(value))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow onto the field."""
        super().paintEvent(event)
        scheme = palette.of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(scheme.text if self.isEnabled() else scheme.dim), 1.5))
        x, y = self.width() - ARROW, self.height() / 2
        painter.drawPolyline([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class TickBox(QCheckBox):
    """A check box that draws its own tick, as a style sheet can take one only from a file."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tick onto the filled box."""
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.of(self).on_accent), 2))
            middle = self.height() / 2
            painter.drawPolyline([QPointF(4, middle), QPointF(7, middle + 3.5), QPointF(12, middle - 4)])


InputField = IntegerEdit | RealEdit | Choice


def enable(widget: QWidget, enabled: bool, why_not: str) -> None:
    """Enable a widget, or disable it and say why in its tool tip."""
    widget.setEnabled(enabled)
    widget.setToolTip("" if enabled else why_not)


def _read(typed: str) -> float | None:
    """The number that was typed, None where it is none.

    1,500.5 in English and 1.500,5 in Spanish are the same number. What makes no sense with the marks of the language
    is read with the other ones: a quarter may be written 0.25 or 0,25 in both.
    """
    locale, plain = QLocale(), typed.replace(" ", "")
    group, point = re.escape(locale.groupSeparator()), re.escape(locale.decimalPoint())
    if re.fullmatch(rf"[+-]?\d{{1,3}}({group}\d{{3}})+({point}\d*)?", plain):
        plain = plain.replace(locale.groupSeparator(), "")  # Qt reads 10.500 as Spanish, but not 1.500
    value, known = locale.toDouble(plain)
    if known:
        return value
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _set_up(box: QAbstractSpinBox) -> None:
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setKeyboardTracking(True)
    box.setMinimumHeight(HEIGHT)
    box.setFrame(False)
    # Its own style sheet, as Qt does not apply the application's to the inside of a spin box.
    box.lineEdit().setStyleSheet("background: transparent; border: none")


def _draw_frame(box: QAbstractSpinBox) -> None:
    """A field as the style sheet draws others: of a spin box without buttons it would leave a pixel to the number."""
    scheme = palette.of(box)
    painter = QPainter(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(scheme.accent if box.hasFocus() else scheme.line))
    painter.setBrush(QColor(scheme.surface if box.isEnabled() else scheme.sunken))
    painter.drawRoundedRect(QRectF(box.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
