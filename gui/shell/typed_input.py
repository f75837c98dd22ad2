"""Saves and restores what the user has typed and ticked on a page, and the focus, while the page is rebuilt."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

FieldValues = list[tuple[type, object]]


def state(page: QWidget) -> tuple[FieldValues, int]:
    """The kind and value of every field in order, and the index of the field with the focus, -1 for none."""
    fields = _fields(page)
    return [(type(f), _value(f)) for f in fields], next((n for n, f in enumerate(fields) if f.hasFocus()), -1)


def restore(page: QWidget, kept: tuple[FieldValues, int]) -> None:
    """Set the saved values and focus. A page with other kinds of fields stays as it is."""
    values, focus = kept
    fields = _fields(page)
    if [type(f) for f in fields] != [kind for kind, _ in values]:
        return
    for field, (_, value) in zip(fields, values, strict=True):
        if _value(field) != value:
            _set_value(field, value)
    if focus >= 0:
        fields[focus].setFocus()


def _fields(page: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QComboBox, QDoubleSpinBox, QSpinBox, QLineEdit)
    inner = (QDoubleSpinBox, QSpinBox, QComboBox)  # each has a line edit inside, which is not a field
    return [f for f in page.findChildren(QWidget) if isinstance(f, kinds) and not isinstance(f.parent(), inner)]


def _value(field: QWidget) -> object:
    if isinstance(field, QComboBox):
        return field.currentIndex()  # the index, as the texts are in another language
    if isinstance(field, QDoubleSpinBox | QSpinBox):
        return field.value()
    if isinstance(field, QLineEdit):
        return field.text()
    return field.isChecked() if isinstance(field, QAbstractButton) else None


def _set_value(field: QWidget, value: object) -> None:
    if isinstance(field, QComboBox) and isinstance(value, int):
        field.setCurrentIndex(value)
    elif isinstance(field, QDoubleSpinBox | QSpinBox):
        field.setValue(value)  # type: ignore[arg-type]
    elif isinstance(field, QLineEdit):
        field.setText(str(value))
    elif isinstance(field, QAbstractButton):
        field.click()  # like the user, so that connected slots run
