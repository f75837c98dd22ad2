"""The page of the first start: what will happen, how long it takes, and that nothing leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...core.words.language import _
from ..widgets.containers import card, scroll
from ..widgets.labels import label

WIDEST = 680
"""Most pixels of the card: longer lines are harder to read."""


class WelcomePage(QWidget):
    """`begun` comes when the user goes on."""

    begun = Signal()

    def __init__(self) -> None:
        super().__init__()
        lines = (
            (
                _("What it does"),
                _(
                    "It looks at the processor and the graphics card, trains small and real networks on them while you "
                    "watch, and says which of four scenarios this computer is for."
                ),
            ),
            (
                _("How long it takes"),
                _("About a minute. You can stop at any time, and what was measured is kept."),
            ),
            (
                _("What to do before"),
                _("Plug the computer in and close busy programs: both change what is measured."),
            ),
            (
                _("What leaves this computer"),
                _(
                    "Nothing. Rigdyno opens no connection unless you ask for it, changes no setting and needs no "
                    "special rights."
                ),
            ),
        )
        self.begin = QPushButton(_("Begin"))
        self.begin.setProperty("role", "primary")
        self.begin.clicked.connect(self.begun)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        title = label(_("Put this computer on the dyno"), "title", wrap=True)
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
        row = QHBoxLayout()  # in a row of its own, as an aligned card would not get the height for its width
        row.addStretch(1)
        row.addWidget(frame, 100)
        row.addStretch(1)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll(content, "welcome"))
