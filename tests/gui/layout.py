"""What does not fit: text that its widget cuts off, widgets outside of their parents, and widgets over each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)
from rigdyno.gui.widgets.labels import ElidedLabel

SLACK = 1
"""Pixels that rounding at a fractional scale may cost."""


def misfits(root: QWidget) -> list[str]:
    """A line for each thing that a reader could not read."""
    seen = [w for w in root.findChildren(QWidget) if w.isVisibleTo(root) and not w.isWindow()]
    return [
        *(line for w in seen for line in _cut(w)),
        *(line for w in seen for line in _outside(w)),
        *_over(root, seen),
    ]


def nameless(root: QWidget) -> list[str]:
    """Controls that a screen reader could not name."""
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractItemView)
    inner = (QComboBox, QAbstractSpinBox, QAbstractItemView)
    seen = [w for w in root.findChildren(QWidget) if isinstance(w, kinds) and w.isVisibleTo(root)]
    own = [w for w in seen if not any(isinstance(up, inner) for up in _above(w, root))]
    buddies = {label.buddy() for label in root.findChildren(QLabel) if label.buddy()}
    return [
        f"{type(w).__name__} without a name"
        for w in own
        if not (w.accessibleName() or w in buddies or (isinstance(w, QAbstractButton) and w.text()))
    ]


def _above(widget: QWidget, root: QWidget) -> Iterator[QWidget]:
    while (widget := widget.parentWidget()) is not None and widget is not root:
        yield widget


def _cut(widget: QWidget) -> Iterator[str]:
    """Text that is longer or higher than its widget."""
    if isinstance(widget, QLabel) and widget.text():
        wrapped = widget.wordWrap() or widget.hasHeightForWidth()
        need = widget.heightForWidth(widget.width()) if wrapped else widget.sizeHint().height()
        if widget.height() + SLACK < need:
            yield f"{_name(widget)} is {widget.height()} high and needs {need}"
        words = widget.text().split() if wrapped else [widget.text()]
        longest = max((widget.fontMetrics().horizontalAdvance(w) for w in words), default=0)
        if not isinstance(widget, ElidedLabel) and widget.contentsRect().width() + SLACK < longest:
            yield f"{_name(widget)} is {widget.contentsRect().width()} wide and needs {longest}"
    elif isinstance(widget, QAbstractButton | QComboBox):
        size, least = widget.size(), widget.minimumSizeHint()
        if size.width() + SLACK < least.width() or size.height() + SLACK < least.height():
            yield f"{_name(widget)} is {size.width()} x {size.height()}, needs {least.width()} x {least.height()}"


def _outside(widget: QWidget) -> Iterator[str]:
    """Parts that its parent cuts off; what scrolls upwards and downwards is not cut off."""
    parent = widget.parentWidget()
    if parent is None or not widget.width() or not widget.height():
        return
    area = parent.parentWidget()
    scrolls = isinstance(area, QAbstractScrollArea) and area.viewport() is parent
    inside = parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
    if isinstance(widget, QLabel | QAbstractButton) and not scrolls and not inside.contains(widget.geometry()):
        yield f"{_name(widget)} at {_place(widget.geometry())} leaves its parent {_place(parent.rect())}"
    if scrolls and widget.width() > parent.width() + SLACK:
        yield f"{_name(widget)} is {widget.width()} wide in a view of {parent.width()}"


def _over(root: QWidget, seen: list[QWidget]) -> Iterator[str]:
    """Two texts or buttons on the same place."""
    told = [w for w in seen if isinstance(w, QLabel | QAbstractButton | QComboBox) and w.width() and w.height()]
    places = [(w, QRect(w.mapTo(root, QPoint(0, 0)), w.size())) for w in told]
    for (one, a), (other, b) in combinations(places, 2):
        both = a.intersected(b)
        apart = one.isAncestorOf(other) or other.isAncestorOf(one)
        if not apart and both.width() > SLACK and both.height() > SLACK:
            yield f"{_name(one)} and {_name(other)} share {_place(both)}"


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")() or widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} “{str(text)[:60]}”"


def _place(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()} x {rect.height()}"
