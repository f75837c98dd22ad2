"""The training options: each field has its range from core's table of limits, and below it what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ....core.analysis.plan_limits import DEFAULT_EPOCHS, FASHION_MNIST, FIELD_LIMITS, plan_problems
from ....core.records.machine import Machine
from ....core.records.plan import Plan
from ....core.words.language import _
from ...widgets.containers import Columns, clear
from ...widgets.input_fields import Choice, InputField, IntegerEdit, RealEdit, TickBox, enable
from ...widgets.labels import label
from ...words import text

REALS = ("learning_rate", "seconds")


class PlanForm(QWidget):
    """The fields of a training plan and its devices; `changed` comes when they or their problems may have changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._custom = self._elsewhere = False
        self.inputs: dict[str, InputField] = {}
        self.errors: dict[str, QLabel] = {}
        self.devices: dict[str, TickBox] = {}
        self.channels_last = TickBox(_("channels_last"))
        self.channels_last.setAccessibleName(_("Memory layout channels_last"))
        self.channels_last.setToolTip(_("The memory layout in which most convolutions are fastest"))
        self.until = Choice((("seconds", _("a time")), ("epochs", _("passes over the images"))))
        self.names = self._field_names()
        self._groups = [
            self._group(_("Network"), "depth", "width", "image_size", "channels", "classes"),
            self._group(_("Training"), "batch", "optimizer", "learning_rate", "precision", "channels_last"),
            self._group(_("Run"), "data", "until", "seconds", "epochs", "threads", "seed"),
        ]
        self._device_group = self._group(_("Devices"))
        self._device_rows = QVBoxLayout()
        self._device_error = label("", "error", wrap=True)
        self._device_error.hide()
        column = self._device_group.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertLayout(1, self._device_rows)
        column.insertWidget(2, self._device_error)
        self._device_rows.addWidget(label(_("known once PyTorch has answered"), "dim", wrap=True))
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
        """The plan in the fields, valid or not, for the first chosen device."""
        values = {name: control.value() for name, control in self.inputs.items()}
        if self.until.value() == "seconds":
            values["epochs"] = 0
        else:
            values["seconds"] = Plan().seconds
        chosen = self.chosen()
        made = Plan(channels_last=self.channels_last.isChecked(), **values)  # type: ignore[arg-type]
        return replace(made, device=chosen[0]) if chosen else made

    def chosen(self) -> tuple[str, ...]:
        """The ids of the chosen devices; empty, which stands for all, while the devices are not known."""
        return () if self._elsewhere else tuple(name for name, box in self.devices.items() if box.isChecked())

    def set_machine(self, machine: Machine) -> None:
        """Offer the devices of a machine, and check the plan against it."""
        self._machine = machine
        usable = [d for d in machine.torch.devices if d.usable] if machine.torch else []
        if usable and [d.id for d in usable] != list(self.devices):
            clear(self._device_rows)
            self.devices = {}
            for device in usable:
                box = TickBox(text.device(machine, device.id))
                box.setChecked(True)
                box.setAccessibleName(_("Train on {device}").format(device=box.text()))
                box.toggled.connect(self._react)
                self.devices[device.id] = box
                self._device_rows.addWidget(box)
        self._react()

    def set_custom(self, custom: bool) -> None:
        """Show or hide the training options; a whole check leaves only the devices to choose."""
        self._custom = custom
        for group in self._groups:
            group.setVisible(custom)
        self._react()

    def set_elsewhere(self, elsewhere: bool) -> None:
        """Set whether the plan is for another computer, whose devices are not known: it trains on all of them."""
        if elsewhere != self._elsewhere:
            self._elsewhere = elsewhere
            self._device_group.setVisible(not elsewhere)
            self._react()

    def problems(self) -> dict[str, str]:
        """A sentence for each field that is not valid, by its name; empty where the plan can run."""
        found: dict[str, str] = {}
        if self.devices and not self.chosen() and not self._elsewhere:
            found["device"] = _("Devices: none is chosen; choose at least one.")
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
                control.setValue(fixed)  # which calls this function again
                return
            enable(control, not shipped, _("Fashion-MNIST fixes this"))
        if not shipped and self.until.value() != "seconds":
            self.until.set_value("seconds")
            return
        enable(self.until, shipped, _("Synthetic images are endless, so there are no passes"))
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
            about = f"{_(FIELD_LIMITS[name].about)} ({text.words.allowed(*FIELD_LIMITS[name].range)})"
            caption.setToolTip(about)
            control.setAccessibleDescription(about)

    def _input(self, name: str) -> InputField:
        limit, value = FIELD_LIMITS[name], getattr(Plan(), name)
        control: InputField
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
                control.setSuffix(f" {_(limit.unit)}")
        self.inputs[name] = control
        return control

    def _field_names(self) -> dict[str, str]:
        self._labels: dict[str, QLabel] = {}
        self._choices = {
            "fashion-mnist": _("Fashion-MNIST (real)"),
            "synthetic": _("synthetic"),
            "adam": "Adam",
            "adamw": "AdamW",
            "sgd": "SGD",
        }
        return {
            "depth": _("Depth"),
            "width": _("Width"),
            "image_size": _("Image size"),
            "channels": _("Channels"),
            "classes": _("Classes"),
            "batch": _("Batch"),
            "optimizer": _("Optimiser"),
            "learning_rate": _("Learning rate"),
            "precision": _("Precision"),
            "data": _("Images"),
            "until": _("Stop after"),
            "seconds": _("Seconds"),
            "epochs": _("Passes"),
            "threads": _("Threads"),
            "seed": _("Seed"),
        }
