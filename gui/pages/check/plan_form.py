"""The training options: ranges from core's table of limits, and its sentence beside every field that cannot work."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ....core.analysis.plan_limits import DEFAULT_EPOCHS, FASHION_MNIST, FIELD_LIMITS, plan_problems
from ....core.records.machine import Machine
from ....core.records.plan import Plan
from ...widgets.number_fields import Choice, Input, IntegerEdit, RealEdit, enable
from ...widgets.parts import Columns, Tick, clear, label
from ...words import text

REALS = ("learning_rate", "seconds")


class PlanForm(QWidget):
    """A training plan and the devices it is for. `changed` comes when either, or its faults, may differ."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._custom = self._elsewhere = False
        self.inputs: dict[str, Input] = {}
        self.errors: dict[str, QLabel] = {}
        self.devices: dict[str, Tick] = {}
        self.channels_last = Tick(self.tr("channels_last"))
        self.channels_last.setAccessibleName(self.tr("Memory layout channels_last"))
        self.channels_last.setToolTip(self.tr("The memory layout that most convolutions are fastest in"))
        self.until = Choice((("seconds", self.tr("a time")), ("epochs", self.tr("passes over the images"))))
        self.names = self._field_names()
        self._groups = [
            self._group(self.tr("Network"), "depth", "width", "image_size", "channels", "classes"),
            self._group(self.tr("Training"), "batch", "optimizer", "learning_rate", "precision", "channels_last"),
            self._group(self.tr("Run"), "data", "until", "seconds", "epochs", "threads", "seed"),
        ]
        self._device_group = self._group(self.tr("Devices"))
        self._device_rows = QVBoxLayout()
        self._device_error = label("", "error", wrap=True)
        self._device_error.hide()
        column = self._device_group.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertLayout(1, self._device_rows)
        column.insertWidget(2, self._device_error)
        self._device_rows.addWidget(label(self.tr("known once PyTorch has answered"), "dim", wrap=True))
        columns = Columns(wide=235, most=4, spacing=28)
        columns.fill([self._device_group, *self._groups])
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(columns)
        for control in (*self.inputs.values(), self.until):
            (control.currentIndexChanged if isinstance(control, Choice) else control.valueChanged).connect(self._react)
        self.channels_last.toggled.connect(self._react)
        self._react()

    def plan(self) -> Plan:
        """The plan as it stands, right or wrong; its device is the first chosen one."""
        values = {name: control.value() for name, control in self.inputs.items()}
        if self.until.value() == "seconds":
            values["epochs"] = 0
        else:
            values["seconds"] = Plan().seconds
        chosen = self.chosen()
        made = Plan(channels_last=self.channels_last.isChecked(), **values)  # type: ignore[arg-type]
        return replace(made, device=chosen[0]) if chosen else made

    def chosen(self) -> tuple[str, ...]:
        """The devices to use; empty while they are not known, which stands for all."""
        return () if self._elsewhere else tuple(name for name, box in self.devices.items() if box.isChecked())

    def set_machine(self, machine: Machine) -> None:
        """Offer the devices of this machine, and judge the plan by what it can do."""
        self._machine = machine
        usable = [d for d in machine.torch.devices if d.usable] if machine.torch else []
        if usable and [d.id for d in usable] != list(self.devices):
            clear(self._device_rows)
            self.devices = {}
            for device in usable:
                box = Tick(text.device(machine, device.id))
                box.setChecked(True)
                box.setAccessibleName(self.tr("Train on {device}").format(device=box.text()))
                box.toggled.connect(self._react)
                self.devices[device.id] = box
                self._device_rows.addWidget(box)
        self._react()

    def set_custom(self, custom: bool) -> None:
        """Show the training options; a check has its own, and leaves only the devices to choose."""
        self._custom = custom
        for group in self._groups:
            group.setVisible(custom)
        self._react()

    def set_elsewhere(self, elsewhere: bool) -> None:
        """The plan is for another computer, of which nothing is known: it trains on all that it has."""
        if elsewhere != self._elsewhere:
            self._elsewhere = elsewhere
            self._device_group.setVisible(not elsewhere)
            self._react()

    def problems(self) -> dict[str, str]:
        """What is wrong, field by field; empty: it can run."""
        found: dict[str, str] = {}
        if self.devices and not self.chosen() and not self._elsewhere:
            found["device"] = self.tr("Devices: none is chosen; choose at least one.")
        if self._custom:
            machine = None if self._elsewhere else self._machine
            for device in self.chosen() or ("cpu",):
                for problem in plan_problems(replace(self.plan(), device=device), machine):
                    found.setdefault(problem.field, text.problem(problem, self.names))
        return found

    def _react(self) -> None:
        shipped = self.inputs["data"].value() == "fashion-mnist"
        for name, fixed in FASHION_MNIST.items():
            control = self.inputs[name]
            if shipped and isinstance(control, IntegerEdit) and control.value() != fixed:
                control.setValue(fixed)  # comes back here
                return
            enable(control, not shipped, self.tr("Fashion-MNIST fixes this"))
        if not shipped and self.until.value() != "seconds":
            self.until.set_value("seconds")
            return
        enable(self.until, shipped, self.tr("Synthetic images have no end, so no passes"))
        timed = self.until.value() == "seconds"
        for name, shown in (("seconds", timed), ("epochs", not timed)):
            self.inputs[name].setVisible(shown)
            self._labels[name].setVisible(shown)
        found = self.problems()
        for name, error in self.errors.items():
            error.setText(found.get(name, ""))
            error.setVisible(name in found)
        self._device_error.setText(found.get("device", ""))
        self._device_error.setVisible("device" in found)
        self.changed.emit()

    def _group(self, title: str, *names: str) -> QFrame:
        frame = QFrame()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(title, "overline"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for index, name in enumerate(names):
            self._row(grid, 2 * index, name)
        column.addLayout(grid)
        column.addStretch(1)
        return frame

    def _row(self, grid: QGridLayout, row: int, name: str) -> None:
        if name == "channels_last":
            grid.addWidget(self.channels_last, row, 1)
            return
        control = self.until if name == "until" else self._input(name)
        caption = label(self.names[name])
        caption.setBuddy(control)
        self._labels[name] = caption
        control.setAccessibleName(self.names[name])
        error = label("", "error", wrap=True)
        error.hide()
        self.errors[name] = error
        grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(control, row, 1)
        grid.addWidget(error, row + 1, 0, 1, 2)
        if name in FIELD_LIMITS:
            about = (
                f"{text.words.translate(FIELD_LIMITS[name].about)} ({text.words.allowed(*FIELD_LIMITS[name].range)})"
            )
            caption.setToolTip(about)
            control.setAccessibleDescription(about)

    def _input(self, name: str) -> Input:
        limit, value = FIELD_LIMITS[name], getattr(Plan(), name)
        control: Input
        if limit.choices:
            control = Choice(tuple((c, self._choices.get(c, c)) for c in limit.choices))
            control.set_value(value)
        elif name in REALS:
            control = RealEdit(limit.low, limit.high)
            control.setValue(value)
        else:
            control = IntegerEdit(limit.low, limit.high)
            control.setValue(value or (DEFAULT_EPOCHS if name == "epochs" else 0))
            if limit.unit:
                control.setSuffix(f" {text.words.translate(limit.unit)}")
        self.inputs[name] = control
        return control

    def _field_names(self) -> dict[str, str]:
        self._labels: dict[str, QLabel] = {}
        self._choices = {
            "fashion-mnist": self.tr("Fashion-MNIST (real)"),
            "synthetic": self.tr("synthetic"),
            "adam": "Adam",
            "adamw": "AdamW",
            "sgd": "SGD",
        }
        return {
            "depth": self.tr("Depth"),
            "width": self.tr("Width"),
            "image_size": self.tr("Image size"),
            "channels": self.tr("Channels"),
            "classes": self.tr("Classes"),
            "batch": self.tr("Batch"),
            "optimizer": self.tr("Optimiser"),
            "learning_rate": self.tr("Learning rate"),
            "precision": self.tr("Precision"),
            "data": self.tr("Images"),
            "until": self.tr("Stop after"),
            "seconds": self.tr("Seconds"),
            "epochs": self.tr("Passes"),
            "threads": self.tr("Threads"),
            "seed": self.tr("Seed"),
        }
