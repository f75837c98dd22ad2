"""Fields to type numbers into: they take any number, so that a sentence can say what is wrong with it."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from ..words import text

INTEGERS = 2**31 - 1
REALS = 1e12
DECIMALS = 12
DIGITS = ".13g"
"""As many as `REALS` has before its point: no price is written as 1e+11."""
HEIGHT = 28


class IntegerEdit(QSpinBox):
    """A whole number. The arrow keys stay inside `low` to `high`; what is typed may not, and is told so."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = int(low), int(high)
        self.setRange(-INTEGERS, INTEGERS)
        self.setGroupSeparatorShown(False)
        _calm(self)

    def stepBy(self, steps: int) -> None:
        """One arrow key."""
        self.setValue(max(self.low, min(self.high, self.value() + steps)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page; it must not change a number that it happens to pass over."""
        event.ignore()


class RealEdit(QDoubleSpinBox):
    """A real number, also as 1e-3. The arrow keys double and halve it."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = low, high
        self.setDecimals(DECIMALS)
        self.setRange(-REALS, REALS)
        _calm(self)

    def stepBy(self, steps: int) -> None:
        """One arrow key."""
        self.setValue(max(self.low, min(self.high, self.value() * 2.0**steps)))

    def textFromValue(self, value: float) -> str:
        """As short as it can be written, with the language's decimal mark."""
        return text.words.write(value, DIGITS)

    def valueFromText(self, typed: str) -> float:
        """As the language writes numbers, with or without an exponent."""
        value = _read(typed)
        return self.value() if value is None else value

    def validate(self, typed: str, position: int) -> tuple[QValidator.State, str, int]:
        """A number, or what may become one."""
        if _read(typed) is not None:
            return QValidator.State.Acceptable, typed, position
        hopeful = all(c in "0123456789.,eE+- \u00a0\u202f" for c in typed)
        return (QValidator.State.Intermediate if hopeful else QValidator.State.Invalid), typed, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page."""
        event.ignore()


class Choice(QComboBox):
    """One of several words."""

    def __init__(self, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        for value, shown in choices:
            self.addItem(shown, value)
        self.setMinimumHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def value(self) -> str:
        """The chosen word."""
        return str(self.currentData())

    def set_value(self, value: str) -> None:
        """Choose a word."""
        self.setCurrentIndex(self.findData(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page."""
        event.ignore()


def _read(typed: str) -> float | None:
    """1,500.5 in English and 1.500,5 in Spanish are the same number; what only the other one's marks explain is taken
    as theirs: a quarter is 0.25 or 0,25. None for what is no number.
    """
    locale, plain = QLocale(), typed.replace(" ", "")
    group, point = re.escape(locale.groupSeparator()), re.escape(locale.decimalPoint())
    if re.fullmatch(rf"[+-]?\d{{1,3}}({group}\d{{3}})+({point}\d*)?", plain):
        plain = plain.replace(locale.groupSeparator(), "")  # Qt takes 10.500 for Spanish, but not 1.500
    value, known = locale.toDouble(plain)
    if known:
        return value
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _calm(box: QAbstractSpinBox) -> None:
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setKeyboardTracking(True)
    box.setMinimumHeight(HEIGHT)


Input = IntegerEdit | RealEdit | Choice


def enable(widget: QWidget, enabled: bool, why_not: str) -> None:
    """Enable a field, or say in its tool tip why it is not."""
    widget.setEnabled(enabled)
    widget.setToolTip("" if enabled else why_not)
