"""The fields of another computer to check instead of this one: its address for ssh, and its Python with PyTorch."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QVBoxLayout

from ....core.session.ssh_host import PYTHON, Host
from ....core.words.language import _
from ...widgets.input_fields import HEIGHT
from ...widgets.labels import label

WIDEST = 380
"""Most pixels of a field."""


class HostForm(QFrame):
    """An empty address stands for this computer. `changed` comes with every character."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.address, self.python = QLineEdit(), QLineEdit(PYTHON)
        self.address.setPlaceholderText(_("user@server"))
        about = _(
            "Connects with your own ssh and its keys; the other computer needs only PyTorch. Empty: this computer."
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 1)
        rows = ((_("Over ssh"), self.address), (_("Python there"), self.python))
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
        column.addWidget(label(_("Another computer"), "overline"))
        column.addLayout(grid)
        column.addWidget(self._error)

    @property
    def chosen(self) -> bool:
        """Whether an address was typed, valid or not."""
        return bool(self.address.text().strip())

    def host(self) -> Host | None:
        """The other computer; None where no address was typed or it is not valid."""
        try:
            return Host.parse(self.address.text().strip(), self.python.text().strip()) if self.chosen else None
        except ValueError:
            return None

    def problem(self) -> str:
        """A sentence about what is not valid; empty where nothing is."""
        if not self.chosen or self.host():
            return ""
        written = self.address.text().strip()
        try:
            Host.parse(written)
        except ValueError:
            said = _("{name} is not an address for ssh; write user@server:port, where user and port are optional.")
            return said.format(name=written)
        return _("Python there: write a name or a path, such as {example}.").format(example=PYTHON)

    def _react(self) -> None:
        said = self.problem()
        self._error.setText(said)
        self._error.setVisible(bool(said))
        self.changed.emit()
