"""The buttons that show and hide the lanes of the live plots."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ...core.words.language import _
from ..widgets.flow_layout import FlowLayout
from . import sensor_lanes


class LaneChoice(QWidget):
    """A small button for each lane that has values. A choice outlives the check.

    `chosen` brings the lane's name and whether it is to be shown.
    """

    chosen = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        row = FlowLayout(self)
        self.buttons: dict[str, QPushButton] = {}
        for name in sensor_lanes.LANES:
            button = QPushButton(sensor_lanes.name(name))
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setChecked(name != sensor_lanes.CORES)  # many lines, and most users want only their sum
            button.setToolTip(_("Show or hide this lane"))
            button.toggled.connect(lambda on, name=name: self.chosen.emit(name, on))
            button.hide()
            row.addWidget(button)
            self.buttons[name] = button

    def clear(self) -> None:
        """Hide all buttons: no lane has values."""
        for button in self.buttons.values():
            button.hide()

    def offer(self, name: str) -> None:
        """Show the button of a lane, which has values now."""
        if button := self.buttons.get(name):
            button.show()

    def wants(self, name: str) -> bool:
        """Whether the user wants to see a lane."""
        return name not in self.buttons or self.buttons[name].isChecked()

    @property
    def hidden(self) -> set[str]:
        """The names of the lanes that are switched off. Set it to take over the choice of another instance."""
        return {name for name, button in self.buttons.items() if not button.isChecked()}

    @hidden.setter
    def hidden(self, names: set[str]) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name not in names)
