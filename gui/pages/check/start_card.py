"""The card that a visit begins with: what to do, one big button, and the options for those who want them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ....core.check import step_durations
from ....core.records.machine import Machine
from ....core.records.plan import CheckPlan
from ...widgets.flow_layout import Flow
from ...widgets.parts import label
from .host_form import HostForm
from .plan_form import PlanForm


class StartCard(QFrame):
    """Emits `start_requested` with the plan that is set and the `Host` that it is for: None for this computer."""

    start_requested = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.presets = {
            "quick": (
                self.tr("Quick check"),
                self.tr(
                    "Trains small and real networks on every device and says which of four scenarios this "
                    "computer is for. About a minute."
                ),
                self.tr("Start"),
            ),
            "full": (
                self.tr("Full check"),
                self.tr("The same with more time for every step, so that the verdict is surer. About five minutes."),
                self.tr("Start"),
            ),
            "soak": (
                self.tr("Soak"),
                self.tr(
                    "A quick check, then ten minutes of training without a pause: does it keep its speed when it is "
                    "hot?"
                ),
                self.tr("Start"),
            ),
            "custom": (
                self.tr("Training only"),
                self.tr("Trains one small network exactly as you set it, and tells its speed and accuracy."),
                self.tr("Train"),
            ),
        }
        self.preset, self._waiting = "quick", ""
        self.form, self.host = PlanForm(), HostForm()
        self.start = QPushButton()
        self.start.setProperty("role", "primary")
        self.start.setMinimumWidth(170)
        self.start.clicked.connect(lambda: self.start_requested.emit(self.plan(), self.host.host()))
        self.options = QPushButton()
        self.options.setProperty("role", "link")
        self.options.setCheckable(True)
        self.options.toggled.connect(self._react)
        self._about = label("", "dim", wrap=True)
        self._problem = label("", "error", wrap=True)
        self.segments: dict[str, QPushButton] = {}
        self._lay_out()
        self.form.changed.connect(self._react)
        self.host.changed.connect(self._react)
        self._react()

    def plan(self) -> CheckPlan:
        """What Start would do now."""
        if self.preset == "custom":
            return CheckPlan("custom", ("train",), self.form.chosen(), self.form.plan())
        everything = len(self.form.chosen()) == len(self.form.devices)
        devices = () if everything else self.form.chosen()
        if self.preset == "soak":
            return step_durations.whole("quick", devices, step_durations.SOAK_S)
        return step_durations.whole(self.preset, devices)

    def set_machine(self, machine: Machine) -> None:
        """Know the machine that the plan is for."""
        self.form.set_machine(machine)

    def set_waiting(self, why: str) -> None:
        """Nothing can be started now; empty: it can."""
        self._waiting = why
        self._react()

    def choose(self, preset: str) -> None:
        """Take another preset."""
        self.preset = preset
        for name, segment in self.segments.items():  # no QButtonGroup, as it hides all but one from the Tab key
            segment.setChecked(name == preset)
        if preset == "custom":
            self.options.setChecked(True)
        self._react()

    def _lay_out(self) -> None:
        segments = QWidget()
        row = Flow(segments, spacing=8)
        for preset, (name, about, _) in self.presets.items():
            segment = QPushButton(name)
            segment.setProperty("role", "segment")
            segment.setCheckable(True)
            segment.setAccessibleDescription(about)
            segment.clicked.connect(lambda _=False, chosen=preset: self.choose(chosen))
            row.addWidget(segment)
            self.segments[preset] = segment
        self.segments[self.preset].setChecked(True)
        row.addWidget(self.options)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(label(self.tr("What is this computer enough for?"), "title", wrap=True))
        left.addWidget(self._about)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addLayout(left, 1)
        top.addWidget(self.start, 0, Qt.AlignmentFlag.AlignVCenter)
        self._rule = QFrame()
        self._rule.setProperty("role", "rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(segments)
        column.addWidget(self._problem)
        column.addWidget(self._rule)
        column.addWidget(self.form)
        column.addWidget(self.host)
        QWidget.setTabOrder(self.start, self.segments["quick"])

    def _react(self) -> None:
        _, about, verb = self.presets[self.preset]
        if self._about.text() != about:
            self._about.setText(about)
            self.start.setText(verb)
            self.form.set_custom(self.preset == "custom")
        self.form.set_elsewhere(self.host.chosen)
        opened = self.options.isChecked()
        self.options.setText(self.tr("Options  ▴") if opened else self.tr("Options  ▾"))
        self.form.setVisible(opened)
        self._rule.setVisible(opened)
        self.host.setVisible(opened)
        found = self.form.problems() | ({"host": said} if (said := self.host.problem()) else {})
        self._problem.setText("" if opened else " ".join(found.values()))
        self._problem.setVisible(bool(self._problem.text()))
        self.start.setEnabled(not found and not self._waiting)
        self.start.setToolTip(" ".join(filter(None, (self._waiting, *found.values()))))
