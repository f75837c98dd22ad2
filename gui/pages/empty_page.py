"""What a page shows while it has no result: what belongs there, and a button to get it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..widgets.labels import label


class Invitation(QWidget):
    """A title, a sentence, a picture where one is given, and a `button`."""

    def __init__(self, title: str, sentence: str, caption: str, picture: QWidget | None = None) -> None:
        super().__init__()
        self.button = QPushButton(caption)
        self.button.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(2)
        for part in (label(title, "title", wrap=True), label(sentence, "dim", wrap=True)):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(14)
        if picture:
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(picture, 6)
            row.addStretch(1)
            column.addLayout(row)
            column.addSpacing(6)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
