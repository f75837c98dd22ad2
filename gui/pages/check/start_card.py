"""The card at the top of the Check page: the kinds of check, the Start button, and the options."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ....core.check import step_durations
from ....core.records.machine import Machine
from ....core.records.plan import CheckPlan
from ....core.words.language import _
from ...widgets.flow_layout import FlowLayout
from ...widgets.input_fields import enable
from ...widgets.labels import label
from .host_form import HostForm
from .job_choice import JobChoice
from .plan_form import PlanForm


class StartCard(QFrame):
    """`start_requested` brings the chosen plan and the `Host` that it is for, None for this computer."""

    start_requested = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.presets = {
            "quick": (
                _("Quick check"),
                _(
                    "Trains small and real networks on every device and says which of four scenarios this "
                    "computer is for. About a minute."
                ),
                _("Start"),
            ),
            "full": (
                _("Full check"),
                _("The same with more time for every step, so that the verdict is surer. About five minutes."),
                _("Start"),
            ),
            "soak": (
                _("Soak"),
                _(
                    "A quick check, then ten minutes of training without a pause: does it keep its speed when it is "
                    "hot?"
                ),
                _("Start"),
            ),
            "custom": (
                _("Training only"),
                _("Trains one small network exactly as you set it, and tells its speed and accuracy."),
                _("Train"),
            ),
        }
        self.preset, self._waiting = "quick", ""
        self.form, self.host, self.job = PlanForm(), HostForm(), JobChoice()
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
        self.job.changed.connect(self._react)
        self.job.alone_requested.connect(self._measure_job)
        self.host.changed.connect(self._react)
        self._react()

    def plan(self) -> CheckPlan:
        """The plan that Start would run now."""
        if self.preset == "custom":
            return CheckPlan("custom", ("train",), self.form.chosen(), self.form.plan())
        if self.preset == "soak":
            return self.job.added_to(step_durations.whole("quick", self._devices, step_durations.SOAK_S))
        return self.job.added_to(step_durations.whole(self.preset, self._devices))

    def set_machine(self, machine: Machine) -> None:
        """Set the machine that the plan is checked against."""
        self.form.set_machine(machine)

    def set_waiting(self, why: str) -> None:
        """Disable Start for a reason; an empty one enables it."""
        self._waiting = why
        self._react()

    def choose(self, preset: str) -> None:
        """Choose a preset: quick, full, soak or custom."""
        self.preset = preset
        for name, segment in self.segments.items():  # without a QButtonGroup, where Tab reaches only one button
            segment.setChecked(name == preset)
        if preset == "custom":
            self.options.setChecked(True)
        self._react()

    @property
    def _devices(self) -> tuple[str, ...]:
        """The chosen devices; empty for all of them."""
        return () if len(self.form.chosen()) == len(self.form.devices) else self.form.chosen()

    def _measure_job(self) -> None:
        self.start_requested.emit(self.job.by_itself(self._devices), self.host.host())

    def _lay_out(self) -> None:
        segments = QWidget()
        row = FlowLayout(segments, spacing=8)
        for preset, (name, about, _verb) in self.presets.items():
            segment = QPushButton(name)
            segment.setProperty("role", "segment")
            segment.setCheckable(True)
            segment.setAccessibleDescription(about)
            segment.clicked.connect(lambda _checked=False, chosen=preset: self.choose(chosen))
            row.addWidget(segment)
            self.segments[preset] = segment
        self.segments[self.preset].setChecked(True)
        row.addWidget(self.options)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(label(_("What is this computer enough for?"), "title", wrap=True))
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
        column.addWidget(self.job)
        column.addWidget(self._problem)
        column.addWidget(self._rule)
        column.addWidget(self.form)
        column.addWidget(self.host)
        QWidget.setTabOrder(self.start, self.segments["quick"])

    def _react(self) -> None:
        _name, about, verb = self.presets[self.preset]
        if self._about.text() != about:
            self._about.setText(about)
            self.start.setText(verb)
            self.form.set_custom(self.preset == "custom")
        self.form.set_elsewhere(self.host.chosen)
        self.job.setVisible(self.preset != "custom")
        opened = self.options.isChecked()
        self.options.setText(_("Options  ▴") if opened else _("Options  ▾"))
        self.form.setVisible(opened)
        self._rule.setVisible(opened)
        self.host.setVisible(opened)
        found = self.form.problems() | ({"host": said} if (said := self.host.problem()) else {})
        self._problem.setText("" if opened else " ".join(found.values()))
        self._problem.setVisible(bool(self._problem.text()))
        why = " ".join(filter(None, (self._waiting, *found.values())))
        for button in (self.start, self.job.alone):
            enable(button, not why, why)
