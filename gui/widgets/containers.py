"""What holds other widgets: cards, columns, and pages that scroll."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QScrollArea, QVBoxLayout, QWidget


def card(*parts: QWidget | QLayout, role: str = "card", spacing: int = 8) -> QFrame:
    """A framed surface with its parts from top to bottom, in one of the style sheet's roles."""
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
    """The same card with its parts at the top and empty room below, where it is stretched beside a higher one."""
    column = frame.layout()
    assert isinstance(column, QVBoxLayout)
    column.addStretch(1)
    return frame


def topped_column(*parts: QWidget) -> QWidget:
    """Parts from top to bottom, with empty room below where it is stretched."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made


def clear(layout: QLayout) -> None:
    """Remove and delete everything in a layout."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.setParent(None)  # deleteLater alone would leave it among the parent's children for a while
            widget.deleteLater()
        elif inner := item.layout():
            clear(inner)


def scroll(content: QWidget, name: str) -> QScrollArea:
    """A scroll area around a page's content; `name` is its object name."""
    area = QScrollArea()
    area.setObjectName(name)
    content.setObjectName("page")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setWidget(content)
    return area


class Columns(QWidget):
    """Children in as many columns as fit: each at least `wide` pixels, and no more columns than `most`."""

    def __init__(self, wide: int, most: int, spacing: int = 14) -> None:
        super().__init__()
        self._wide, self._most, self._count = wide, most, 0
        self._children: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)

    def fill(self, children: list[QWidget]) -> None:
        """Replace the children."""
        clear(self._grid)
        self._children, self._count = children, 0
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the children anew where another number of columns fits."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The width of one column."""
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
