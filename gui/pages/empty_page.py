"""What a page without anything to show says: what belongs here, and a button that gets it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..widgets.parts import label


class Invitation(QWidget):
    """A title, a sentence, a picture where there is one, and a `button`."""

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
