"""Another computer to check instead of this one: where it is, and which Python there has PyTorch."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout

from ....core.session.ssh_host import PYTHON, Host
from ...widgets.number_fields import HEIGHT
from ...widgets.parts import label

WIDEST = 380


class HostForm(QFrame):
    """Empty stands for this computer. `changed` comes with every letter."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.address, self.python = QLineEdit(), QLineEdit(PYTHON)
        self.address.setPlaceholderText(self.tr("user@server"))
        about = self.tr("Through your own ssh and its keys; only PyTorch has to be there. Empty: this computer.")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 1)
        rows = ((self.tr("Over ssh"), self.address), (self.tr("Python there"), self.python))
        for row, (name, field) in enumerate(rows):
            caption = label(name)
            caption.setBuddy(field)
            caption.setToolTip(about)
            field.setAccessibleName(name)
            field.setAccessibleDescription(about)
            field.setToolTip(about)
            field.setMinimumHeight(HEIGHT)
            field.setMaximumWidth(WIDEST)
            field.textChanged.connect(self._react)
            grid.addWidget(caption, row, 0)
            grid.addWidget(field, row, 1)
        self._error = label("", "error", wrap=True)
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Another computer"), "overline"))
        column.addLayout(grid)
        column.addWidget(self._error)

    @property
    def chosen(self) -> bool:
        """Whether something is written there, right or wrong."""
        return bool(self.address.text().strip())

    def host(self) -> Host | None:
        """The computer; None for this one, and where what is written is none."""
        try:
            return Host.parse(self.address.text().strip(), self.python.text().strip()) if self.chosen else None
        except ValueError:
            return None

    def problem(self) -> str:
        """What is wrong, in a sentence; empty: nothing."""
        if not self.chosen or self.host():
            return ""
        written = self.address.text().strip()
        try:
            Host.parse(written)
        except ValueError:
            said = self.tr("{name} is no computer for ssh; allowed is user@server:port, user and port optional.")
            return said.format(name=written)
        return self.tr("Python there: allowed is a name or a path, such as {example}.").format(example=PYTHON)

    def _react(self) -> None:
        said = self.problem()
        self._error.setText(said)
        self._error.setVisible(bool(said))
        self.changed.emit()
