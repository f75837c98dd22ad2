"""The form for a training plan: its ranges come from core.limits, its sentences too."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...core.limits import FASHION_MNIST, FIELDS, Field, problems
from ...core.model import Machine, Plan
from ..text import tr

SHOWN = (
    "data", "epochs", "seconds", "batch", "depth", "width", "image_size", "channels", "classes",
    "optimizer", "learning_rate", "precision", "threads", "seed",
)  # fmt: skip
"""The fields of the form, most asked for first. The device list and channels_last follow."""
NAMES = {
    "data": "Images",
    "epochs": "Epochs",
    "seconds": "Seconds",
    "batch": "Batch size",
    "depth": "Depth",
    "width": "Width",
    "image_size": "Image size",
    "channels": "Channels",
    "classes": "Classes",
    "optimizer": "Optimiser",
    "learning_rate": "Learning rate",
    "precision": "Precision",
    "threads": "Threads",
    "seed": "Seed",
}


class PlanForm(QWidget):
    """Edits one Plan and the devices to run it on; says at once what cannot work."""

    changed = Signal()
    """The plan or its problems are different now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machine: Machine | None = None
        self._controls: dict[str, QSpinBox | QDoubleSpinBox | QComboBox] = {}
        self._devices: dict[str, QCheckBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        self._form = QFormLayout()
        self._form.setVerticalSpacing(6)
        layout.addLayout(self._form)
        for name in SHOWN:
            self._add(FIELDS[name], getattr(Plan(), name))
        self._layout = QCheckBox(tr("channels_last memory layout"))
        self._layout.setToolTip(tr("Stores the channels of a pixel side by side, which suits convolutions"))
        self._layout.toggled.connect(self._react)
        self._form.addRow(self._layout)
        self._form.addRow(QLabel(tr("Train on")))
        self._problem = QLabel()
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        self._offer_devices(("cpu",))
        self._react()

    def plan(self) -> Plan:
        """The plan as it stands, for the first chosen device."""
        values = {name: _value(control) for name, control in self._controls.items()}
        chosen = self.devices()
        return replace(Plan(**values), channels_last=self._layout.isChecked(), device=chosen[0] if chosen else "")

    def devices(self) -> tuple[str, ...]:
        """The ids of the devices to train on, in their order."""
        return tuple(name for name, box in self._devices.items() if box.isChecked())

    def problem(self) -> str:
        """Why the plan cannot run, in one sentence; empty where it can."""
        plan = self.plan()
        found = [p for d in self.devices() for p in problems(replace(plan, device=d), self._machine)]
        if not self.devices():
            return tr("devices: none is chosen; allowed is one or more.")
        return found[0].sentence if found else ""

    def set_machine(self, machine: Machine) -> None:
        """Offer what this machine has."""
        self._machine = machine
        if machine.torch:
            self._offer_devices(tuple(d.id for d in machine.torch.devices if d.usable))
        self._react()

    def _add(self, field: Field, default: object) -> None:
        control = _control(field, default)
        control.setToolTip(f"{field.about}: {field.allowed}")
        name = tr(NAMES[field.name])
        control.setAccessibleName(name)
        if isinstance(control, QComboBox):
            control.currentTextChanged.connect(self._react)
        else:
            control.valueChanged.connect(self._react)
        self._controls[field.name] = control
        self._form.addRow(name, control)

    def _offer_devices(self, names: tuple[str, ...]) -> None:
        if names == tuple(self._devices):
            return
        for box in self._devices.values():
            self._form.removeRow(box)
        self._devices = {}
        for name in names:
            box = QCheckBox(name)
            box.setChecked(True)
            box.setAccessibleName(tr("Train on {device}").format(device=name))
            box.toggled.connect(self._react)
            self._devices[name] = box
            self._form.addRow(box)

    def _react(self) -> None:
        real = _value(self._controls["data"]) == "fashion-mnist"
        for name, value in FASHION_MNIST.items():  # real images have the shape that they have
            control = self._controls[name]
            control.setEnabled(not real)
            if real and isinstance(control, QSpinBox) and control.value() != value:
                control.setValue(value)
        self._controls["epochs"].setEnabled(real)
        self._controls["seconds"].setEnabled(not _value(self._controls["epochs"]))
        sentence = self.problem() if self._devices else ""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.changed.emit()


def _control(field: Field, default: object) -> QSpinBox | QDoubleSpinBox | QComboBox:
    if field.choices:
        box = QComboBox()
        box.addItems(field.choices)
        box.setCurrentText(str(default))
        return box
    if isinstance(default, float):
        number = QDoubleSpinBox()
        number.setDecimals(8 if field.low < 1e-3 else 1)
        number.setRange(field.low, field.high)
        number.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        number.setValue(default)
        return number
    count = QSpinBox()
    count.setRange(int(field.low), int(field.high))
    count.setValue(int(str(default)))
    return count


def _value(control: QSpinBox | QDoubleSpinBox | QComboBox) -> int | float | str:
    return control.currentText() if isinstance(control, QComboBox) else control.value()
