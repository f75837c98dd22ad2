"""What somebody has typed or ticked on a page, and where the focus is: kept while the page is built anew."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

State = list[tuple[type, object]]


def state(page: QWidget) -> tuple[State, int]:
    """The value of every field in its order, and the place of the one that has the focus (-1: none)."""
    fields = _fields(page)
    return [(type(f), _value(f)) for f in fields], next((n for n, f in enumerate(fields) if f.hasFocus()), -1)


def restore(page: QWidget, kept: tuple[State, int]) -> None:
    """Put it back. A page whose fields are not the same ones keeps its own."""
    values, focus = kept
    fields = _fields(page)
    if [type(f) for f in fields] != [kind for kind, _ in values]:
        return
    for field, (_, value) in zip(fields, values, strict=True):
        if _value(field) != value:
            _put(field, value)
    if focus >= 0:
        fields[focus].setFocus()


def _fields(page: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QComboBox, QDoubleSpinBox, QSpinBox, QLineEdit)
    inner = (QDoubleSpinBox, QSpinBox, QComboBox)  # their own line of text is no field by itself
    return [f for f in page.findChildren(QWidget) if isinstance(f, kinds) and not isinstance(f.parent(), inner)]


def _value(field: QWidget) -> object:
    if isinstance(field, QComboBox):
        return field.currentIndex()  # its words are another language's
    if isinstance(field, QDoubleSpinBox | QSpinBox):
        return field.value()
    if isinstance(field, QLineEdit):
        return field.text()
    return field.isChecked() if isinstance(field, QAbstractButton) else None


def _put(field: QWidget, value: object) -> None:
    if isinstance(field, QComboBox) and isinstance(value, int):
        field.setCurrentIndex(value)
    elif isinstance(field, QDoubleSpinBox | QSpinBox):
        field.setValue(value)  # type: ignore[arg-type]
    elif isinstance(field, QLineEdit):
        field.setText(str(value))
    elif isinstance(field, QAbstractButton):
        field.click()  # as the user had done
