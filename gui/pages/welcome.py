"""The first start: what will happen, how long it takes, and that nothing leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..widgets.parts import card, label, scroll

WIDEST = 680


class WelcomePage(QWidget):
    """Emits `begun` when the user wants to go on."""

    begun = Signal()

    def __init__(self) -> None:
        super().__init__()
        lines = (
            (
                self.tr("What it does"),
                self.tr(
                    "It looks at the processor and the graphics card, trains small and real networks on them while you "
                    "watch, and says which of four scenarios this computer is for."
                ),
            ),
            (
                self.tr("How long it takes"),
                self.tr("About a minute. You can stop at any time, and what was measured is kept."),
            ),
            (
                self.tr("What to do before"),
                self.tr("Plug the computer in and close what is busy: both change what is measured."),
            ),
            (
                self.tr("What leaves this computer"),
                self.tr(
                    "Nothing. Rigdyno opens no connection unless you ask for it, changes no setting and needs no "
                    "special rights."
                ),
            ),
        )
        self.begin = QPushButton(self.tr("Begin"))
        self.begin.setProperty("role", "primary")
        self.begin.clicked.connect(self.begun)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        title = label(self.tr("Put this computer on the dyno"), "title", wrap=True)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignTop)
        frame = card(top, spacing=12)
        frame.setMaximumWidth(WIDEST)
        inner = frame.layout()
        assert isinstance(inner, QVBoxLayout)
        for heading, told in lines:
            inner.addSpacing(4)
            inner.addWidget(label(heading, "headline", wrap=True))
            inner.addWidget(label(told, wrap=True))
        row = QHBoxLayout()  # an aligned card would not be asked how high it is at its width
        row.addStretch(1)
        row.addWidget(frame, 100)
        row.addStretch(1)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll(content, "welcome"))
