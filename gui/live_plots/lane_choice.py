"""Which lanes of the live picture are shown: a small button for each that there is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ..widgets.flow_layout import Flow
from . import sensor_lanes


class LaneChoice(QWidget):
    """Emits `chosen` with the lane's name and whether it is to be shown. What was chosen once stays chosen."""

    chosen = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        row = Flow(self)
        self.buttons: dict[str, QPushButton] = {}
        for name in sensor_lanes.LANES:
            button = QPushButton(sensor_lanes.name(name))
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setChecked(name != sensor_lanes.CORES)  # many lines, and most readers want their sum
            button.setToolTip(self.tr("Show or hide this lane"))
            button.toggled.connect(lambda on, name=name: self.chosen.emit(name, on))
            button.hide()
            row.addWidget(button)
            self.buttons[name] = button

    def clear(self) -> None:
        """No lanes are there."""
        for button in self.buttons.values():
            button.hide()

    def offer(self, name: str) -> None:
        """This lane is there."""
        if button := self.buttons.get(name):
            button.show()

    def wants(self, name: str) -> bool:
        """Whether a lane is to be shown."""
        return name not in self.buttons or self.buttons[name].isChecked()

    @property
    def hidden(self) -> set[str]:
        """The lanes that are not to be shown; set it to take over what was chosen elsewhere."""
        return {name for name, button in self.buttons.items() if not button.isChecked()}

    @hidden.setter
    def hidden(self, names: set[str]) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name not in names)
